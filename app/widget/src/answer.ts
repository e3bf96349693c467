import { html, nothing, type TemplateResult } from "lit";
import { contactCard, phoneLink, webLink } from "./contact.js";
import type { Exchange } from "./conversation.js";
import { type Answer, type Citation, isNear, type Language, type Sentence, type Urgent } from "./wire.js";
import { filled, isLanguage, unbroken, words, writtenDate } from "./words.js";

export interface AnswerActions {
  ask(question: string): void;
  feedback(exchange: Exchange, helpful: boolean, reason: string): void;
}

const RATED = new Set(["answered", "referred", "unanswered"]);
const REASONS = ["wrong", "outdated", "incomplete", "unclear"] as const;

/** An answer in its own language, laid out by its status. */
export function answerView(exchange: Exchange, answer: Answer, actions: AnswerActions): TemplateResult {
  const { language, status } = answer;
  const say = words(language);
  const told = answer.sentences.filter((sentence) => sentence.text !== answer.urgent?.text);
  const unknown = status === "unanswered";
  const near = isNear(status);
  return html`
    ${answer.urgent ? urgentBlock(answer.urgent, language) : nothing}
    ${unknown ? html`<p class="verdict">${say.not_known}</p>` : nothing}
    ${told.length ? body(told, answer.citations, exchange.id, language) : nothing}
    ${questions(say.choices, answer.choices, actions)}
    ${near ? questions(say.meant, answer.suggestions, actions) : nothing}
    ${notices(answer)}
    ${sources(answer.citations, exchange.id, language, near)}
    ${answer.hand_off ? html`<section class="contact"><h4>${answer.owner !== "other" && (status === "answered" || status === "referred") ? say.responsible : say.person}</h4>${contactCard(answer.hand_off, language)}</section>` : nothing}
    ${status === "answered" ? html`<p class="accuracy">${say.accuracy}</p>` : nothing}
    ${RATED.has(status) ? feedback(exchange, language, actions) : nothing}
    ${near ? nothing : questions(say.suggestions, answer.suggestions, actions)}`;
}

/** Sentences in their order: running text in paragraphs, steps and items as lists, a marker after each run from one source. */
export function body(sentences: Sentence[], citations: Citation[], id: string, language: Language): TemplateResult {
  const runs = grouped(sentences, (sentence) => String(sentence.citations));
  return html`<div class="text" dir="auto">${runs.map((run) => {
    const blocks = grouped(run, (sentence) => sentence.kind);
    const markers = citations
      .filter((citation) => run[0]?.citations.includes(citation.number))
      .map((citation) => marker(citation, id, language));
    return blocks.map((block, place) => passage(block, place === blocks.length - 1 ? markers : []));
  })}</div>`;
}

function passage(block: Sentence[], markers: TemplateResult[]): TemplateResult {
  const kind = block.length > 1 ? block[0]?.kind : "text"; // one line of a list is no list
  if (kind === "text") return html`<p>${block.map((sentence) => unbroken(sentence.text)).join(" ")}${markers}</p>`;
  const lines = block.map((sentence, place) => html`<li>${unbroken(sentence.text)}${place === block.length - 1 ? markers : nothing}</li>`);
  return kind === "step" ? html`<ol>${lines}</ol>` : html`<ul>${lines}</ul>`;
}

function marker(citation: Citation, id: string, language: Language): TemplateResult {
  const label = filled(words(language).source, { number: citation.number, title: citation.source.title });
  return html`\u00a0<button type="button" class="marker" aria-label=${label} @click=${opened(id, citation.number)}>${citation.number}</button>`;
}

/** Opens the quoted passage and goes there; the marker's own shadow root holds both. */
function opened(id: string, number: number) {
  return (event: Event): void => {
    const root = (event.currentTarget as Element).getRootNode() as ShadowRoot;
    const details = root.getElementById(sourceId(id, number)) as HTMLDetailsElement | null;
    if (!details) return;
    details.open = true;
    details.querySelector("summary")?.focus({ preventScroll: true });
    details.closest("li")?.scrollIntoView({ block: "nearest" });
  };
}

function sourceId(id: string, number: number): string {
  return `source-${id}-${number}`;
}

function sources(citations: Citation[], id: string, language: Language, near: boolean): TemplateResult | typeof nothing {
  const say = words(language);
  if (!citations.length) return nothing;
  return html`<section class="sources">
    <h4>${near ? say.may_help : say.sources}</h4>
    <ol>${citations.map((citation) => source(citation, id, language, near))}</ol>
  </section>`;
}

function source({ number, quote, source: page }: Citation, id: string, language: Language, near: boolean): TemplateResult {
  const say = words(language);
  const about = [
    page.publisher,
    page.as_of ? filled(say.dated, { date: writtenDate(page.as_of, language) }) : say.undated,
    page.checked_on ? filled(say.checked, { date: writtenDate(page.checked_on, language) }) : "",
    page.language === language ? "" : filled(say.in_language, { name: words(language).languages[page.language] }),
  ];
  return html`<li>
    <span class="number" aria-hidden="true">${number}</span>
    <div>
      ${webLink(page.url, page.title, language, page.language)}
      <p class="about">${about.filter(Boolean).join(" · ")}</p>
      ${near ? html`<p class="about" lang=${quoteLanguage(page.document_id, page.language)}>${quote}</p>` : html`<details id=${sourceId(id, number)}>
        <summary>${say.passage}<span class="hidden">: ${page.title}</span></summary>
        <blockquote lang=${quoteLanguage(page.document_id, page.language)} dir="auto">${quote}</blockquote>
      </details>`}
    </div>
  </li>`;
}

/** A text of ours may rest on a page in another language; its file's name tells its own. */
function quoteLanguage(document: string, page: Language): Language {
  const named = /^knowledge\/.*\/(\w\w)\.md$/.exec(document)?.[1];
  return isLanguage(named) ? named : page;
}

function urgentBlock(urgent: Urgent, language: Language): TemplateResult {
  return html`<section class="urgent">
    <h4>${words(language).urgent}</h4>
    <p>${unbroken(urgent.text)}</p>
    <ul>${urgent.helplines.map((line) => html`<li><span>${line.name}</span> ${phoneLink(line.phone)}</li>`)}</ul>
  </section>`;
}

function notices(answer: Answer): TemplateResult | typeof nothing {
  if (!answer.notices.length) return nothing;
  return html`<section class="notices">
    <h4>${words(answer.language).notices}</h4>
    <ul>${answer.notices.map((notice) => html`<li>${notice.text}</li>`)}</ul>
  </section>`;
}

function questions(heading: string, list: string[], actions: AnswerActions): TemplateResult | typeof nothing {
  if (!list.length) return nothing;
  return html`<section class="questions"><h4>${heading}</h4>${questionButtons(list, actions.ask)}</section>`;
}

export function questionButtons(list: string[], ask: (question: string) => void): TemplateResult {
  return html`<ul>${list.map((question) => html`<li><button type="button" class="ask" @click=${() => ask(question)}>${question}</button></li>`)}</ul>`;
}

function feedback(exchange: Exchange, language: Language, actions: AnswerActions): TemplateResult {
  const say = words(language);
  const given = exchange.feedback;
  const asked = `helpful-${exchange.id}`;
  const choice = (value: boolean, label: string): TemplateResult => html`<button type="button"
    aria-pressed=${String(value ? given === "yes" : given === "no" || given === "reason")}
    @click=${() => actions.feedback(exchange, value, "")}>${label}</button>`;
  return html`<div class="feedback" role="group" aria-labelledby=${asked}>
    <span id=${asked}>${say.helpful}</span>
    <span class="pair">${choice(true, say.yes)} ${choice(false, say.no)}</span>
    ${given === "no" ? html`<div class="reasons" role="group" aria-label=${say.why}>
      <span aria-hidden="true">${say.why}</span>
      ${REASONS.map((reason) => html`<button type="button" @click=${() => actions.feedback(exchange, false, reason)}>${say[reason]}</button>`)}
    </div>` : nothing}
    ${given === "yes" || given === "reason" ? html`<p>${say.thanks}</p>` : nothing}
    ${given === "failed" ? html`<p role="alert">${say.not_sent}</p>` : nothing}
  </div>`;
}

function grouped<T>(list: T[], key: (item: T) => string): T[][] {
  const groups: T[][] = [];
  for (const item of list) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && key(group[0]) === key(item)) group.push(item);
    else groups.push([item]);
  }
  return groups;
}
