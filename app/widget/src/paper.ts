import type { Exchange } from "./conversation.js";
import { isNear } from "./wire.js";
import { filled, words, writtenDate } from "./words.js";

/** The conversation as plain text: for the clipboard, and for paper. */
export function asText(exchanges: Exchange[]): string {
  return exchanges.flatMap(({ answer, question }) => (answer ? [`${question}\n\n${answered(answer)}`] : [])).join("\n\n———\n\n");
}

function answered(answer: NonNullable<Exchange["answer"]>): string {
  const { language, text, urgent, citations, notices, hand_off: contact, status } = answer;
  const say = words(language);
  const sources = citations.map(({ number, source }) => {
    const age = source.as_of ? filled(say.dated, { date: writtenDate(source.as_of, language) }) : say.undated;
    return `[${number}] ${source.title} (${source.publisher}, ${age})\n${source.url}`;
  });
  return [
    text,
    ...(urgent?.helplines ?? []).map((line) => `${line.name}: ${line.phone}`),
    ...notices.map((notice) => notice.text),
    ...(sources.length ? [`${isNear(status) ? say.may_help : say.sources}:`, ...sources] : []),
    ...(contact ? [[contact.name, contact.phone, contact.email, contact.address, contact.url].filter(Boolean).join("\n")] : []),
  ].join("\n\n");
}

/** Prints the conversation alone, from an empty frame, so that the page around the widget stays off the paper. */
export function print(title: string, text: string, language: string): void {
  const frame = document.createElement("iframe");
  Object.assign(frame.style, { position: "fixed", width: "0", height: "0", border: "0" }); // hidden frames print nothing
  document.body.append(frame);
  const page = frame.contentDocument;
  if (!page || !frame.contentWindow) return frame.remove();
  page.documentElement.lang = language;
  page.title = title;
  const heading = page.createElement("h1");
  heading.textContent = title;
  const lines = page.createElement("p");
  lines.style.whiteSpace = "pre-wrap";
  lines.textContent = text;
  page.body.append(heading, lines);
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.print();
}
