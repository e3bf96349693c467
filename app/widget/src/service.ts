import { events } from "./event-stream.js";
import { every, isAnswer, isHandOff, isTerms, isTopic } from "./sound.js";
import type { Answer, AskedBody, Event, HandOff, Language, Problem, Terms, Topic } from "./wire.js";

const SILENCE = 25_000; // ms; the service sends a heart-beat every 10 s
const PATIENCE = 10_000; // ms for what is no question

/** The service refused, and says why in the asker's language. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** No connection, or it ended before the answer. */
export class Cut extends Error {}

/** The routes of the service that a newcomer's browser uses. Nothing else is ever asked, and no cookie is sent. */
export class Service {
  constructor(private readonly base: string) {}

  /** @throws Refused, Cut */
  async *ask(body: AskedBody, signal: AbortSignal): AsyncGenerator<Event> {
    const line = new Line(signal, SILENCE);
    try {
      const reply = await this.send("questions", { method: "POST", body, accept: "text/event-stream", signal: line.signal });
      if (!reply.body) throw new Cut();
      for await (const event of events(reply.body, () => line.heard())) {
        yield event;
        if (event.name === "answer") return;
      }
      throw new Cut();
    } catch (error) {
      throw error instanceof Refused ? error : new Cut();
    } finally {
      line.close();
    }
  }

  /** An answer that was asked for earlier; null when the service does not know it. */
  async answer(id: string, language: Language, signal: AbortSignal): Promise<Answer | null> {
    const line = new Line(signal, 70_000); // the service waits there for an answer that is being made
    try {
      const reply = await this.send(`answers/${id}?language=${language}`, { signal: line.signal });
      return sound<Answer>(await reply.json(), isAnswer);
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 404) return null;
      throw error instanceof Refused ? error : new Cut();
    } finally {
      line.close();
    }
  }

  async feedback(id: string, language: Language, helpful: boolean, reason: string): Promise<void> {
    await this.brief(`answers/${id}/feedback?language=${language}`, "POST", { helpful, reason });
  }

  async forget(conversation: string, language: Language): Promise<void> {
    try {
      await this.brief(`conversations/${conversation}?language=${language}`, "DELETE");
    } catch (error) {
      if (!(error instanceof Refused && error.problem.status === 404)) throw error; // gone already
    }
  }

  async topics(language: Language): Promise<Topic[]> {
    return sound<Topic[]>(await this.brief(`topics?language=${language}`), (list) => every(list, isTopic));
  }

  async desk(language: Language): Promise<HandOff> {
    return sound<HandOff>(await this.brief(`desk?language=${language}`), isHandOff);
  }

  async terms(): Promise<Terms> {
    return sound<Terms>(await this.brief("terms"), isTerms);
  }

  /** What a reading brings; null for what has no content. */
  private async brief(path: string, method = "GET", body?: object): Promise<unknown> {
    const line = new Line(null, PATIENCE);
    try {
      const reply = await this.send(path, { method, signal: line.signal, ...(body && { body }) });
      return method === "GET" ? await reply.json() : null;
    } finally {
      line.close();
    }
  }

  private async send(
    path: string,
    { method = "GET", body, accept = "application/json", signal }: { method?: string; body?: object; accept?: string; signal: AbortSignal },
  ): Promise<Response> {
    const reply = await fetch(`${this.base}/api/v1/${path}`, {
      method,
      signal,
      credentials: "omit",
      cache: "no-store",
      redirect: "error", // a question goes to the service and to nobody else
      headers: { Accept: accept, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (reply.ok) return reply;
    const problem = (await reply.json().catch(() => null)) as Problem | null;
    if (typeof problem?.detail !== "string") throw new Cut(); // a proxy's own page: no word of the service
    throw new Refused({ ...problem, status: reply.status });
  }
}

function sound<T>(it: unknown, is: (it: T) => boolean): T {
  if (!is(it as T)) throw new Cut();
  return it as T;
}

/** One request's patience: it is ended when its owner ends it, or after a silence. */
class Line {
  private readonly ending = new AbortController();
  private timer = 0;
  private readonly end = (): void => this.ending.abort();

  constructor(private readonly owner: AbortSignal | null, private readonly silence: number) {
    if (owner?.aborted) this.end();
    owner?.addEventListener("abort", this.end);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(this.end, this.silence);
  }

  close(): void {
    clearTimeout(this.timer);
    this.owner?.removeEventListener("abort", this.end);
  }
}
