import type { Event } from "./wire.js";

/** The events of a `text/event-stream` body, in order. Comments (heart-beats) are left out. */
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
  return name && data.length ? ({ name, data: JSON.parse(data.join("\n")) } as Event) : null;
}
