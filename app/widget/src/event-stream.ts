import { every, isAnswer, isCitation, isSentence } from "./sound.js";
import type { Event } from "./wire.js";

const LONGEST = 1_000_000; // characters without the end of a frame: no answer of ours is a tenth of it

/** The events of a `text/event-stream` body, in order. Comments (heart-beats) and events of other names are left out. */
export async function* events(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Event> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const frames = (rest + decoder.decode(value, { stream: true })).replace(/\r\n/g, "\n").split("\n\n");
      rest = frames.pop() ?? "";
      if (rest.length > LONGEST) throw new RangeError("a frame without an end");
      for (const frame of frames) {
        const event = parsed(frame);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parsed(frame: string): Event | null {
  let name = "";
  const data: string[] = [];
  for (const line of frame.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (!Object.hasOwn(SOUND, name) || !data.length) return null;
  const event = { name, data: JSON.parse(data.join("\n")) as unknown } as Event;
  if (!SOUND[event.name](event.data as never)) throw new TypeError(`no ${name} of ours`);
  return event;
}

const SOUND: { [N in Event["name"]]: (data: Extract<Event, { name: N }>["data"]) => boolean } = {
  started: (data) => typeof data?.conversation_id === "string",
  progress: () => true,
  sentence: (data) => isSentence(data?.sentence) && every(data?.citations, isCitation),
  reset: () => true,
  answer: isAnswer,
};
