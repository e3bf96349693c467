import { LIFETIME } from "./memory.js";
import { Cut, Refused, type Service } from "./service.js";
import { isAnswer } from "./sound.js";
import { isLanguage } from "./words.js";
import type { Answer, Citation, Event, Language, Sentence } from "./wire.js";

/** What stands in the way of an answer. `refused` brings the service's own words. */
export type Trouble = (typeof TROUBLES)[number];
const TROUBLES = ["offline", "unreachable", "cut", "late", "stopped", "refused"] as const;

/** One question with what has come of it. `language` is that of the widget when it was asked, `asked` the moment (ms). */
export interface Exchange {
  id: string;
  asked: number;
  conversation: string | null;
  question: string;
  language: Language;
  sentences: Sentence[];
  citations: Citation[];
  answer: Answer | null;
  trouble: Trouble | null;
  detail: string;
  retrying: boolean;
  feedback: "" | "yes" | "no" | "reason" | "failed";
}

export interface Kept { exchanges: Exchange[]; conversation: string | null }

const PAUSES = [600, 1500, 3000]; // ms before another try; the same id never makes a second answer
const LIMIT = 75_000; // ms; the service gives up an answer after 60 s
const HISTORY = 5; // turns sent along, so that a lost store costs no follow-up
const IN_THE_FIELD = new Set([400, 413, 415, 422]); // refusals that the person mends by writing otherwise

/** The questions and answers of this tab, one question at a time. `changed` is called after every change that is seen; a lasting one is worth keeping. */
export class Conversation {
  exchanges: Exchange[];
  id: string | null;
  private running: AbortController | null = null;

  constructor(private readonly service: Service, kept: Partial<Kept>, private readonly changed: (lasting: boolean) => void) {
    this.exchanges = Array.isArray(kept.exchanges) ? kept.exchanges.filter((one) => whole(one) && young(one)).map(bare) : [];
    this.id = this.exchanges.length && typeof kept.conversation === "string" ? kept.conversation : null;
  }

  get pending(): Exchange | null {
    const last = this.exchanges.at(-1);
    return last && !last.answer && !last.trouble ? last : null;
  }

  get kept(): Kept {
    return { exchanges: this.exchanges.map((one) => (one === this.pending ? bare(one) : one)), conversation: this.id };
  }

  /** @throws Refused when the question itself does not fit: it is then out of the conversation again. */
  async ask(question: string, language: Language): Promise<Exchange> {
    const exchange: Exchange = {
      id: newId(), asked: Date.now(), conversation: null, question, language, sentences: [], citations: [], answer: null, trouble: null, detail: "",
      retrying: false, feedback: "",
    };
    this.exchanges = [...this.exchanges, exchange];
    await this.run(exchange, false);
    return exchange;
  }

  /** The same question with the same id, as the last one. */
  async again(exchange: Exchange): Promise<void> {
    Object.assign(exchange, { trouble: null, detail: "", sentences: [], citations: [] });
    this.exchanges = [...this.exchanges.filter((other) => other !== exchange), exchange];
    await this.run(exchange, true);
  }

  /** Goes on with what a page change interrupted. */
  async resume(): Promise<void> {
    if (this.pending) await this.run(this.pending, true);
  }

  stop(): void {
    this.running?.abort();
  }

  clear(): void {
    this.stop();
    this.exchanges = [];
    this.id = null;
    this.changed(true);
  }

  /** Deletes at the service all that was asked here. A question that was stopped may have got its answer there all the same. */
  async forget(language: Language): Promise<void> {
    const none = new AbortController().signal;
    const ids = new Set<string | null | undefined>([this.id]);
    for (const { id, answer, conversation } of this.exchanges) {
      ids.add(conversation ?? (answer ?? (await this.service.answer(id, language, none)))?.conversation_id);
    }
    for (const id of ids) if (id) await this.service.forget(id, language);
  }

  private async run(exchange: Exchange, asked: boolean): Promise<void> {
    const running = (this.running = new AbortController());
    let late = false;
    const limit = setTimeout(() => ((late = true), running.abort()), LIMIT);
    this.changed(true);
    try {
      this.finish(exchange, await this.answer(exchange, asked, running.signal));
    } catch (error) {
      if (!this.fail(exchange, error, late ? "late" : running.signal.aborted ? "stopped" : null)) throw error;
    } finally {
      clearTimeout(limit);
      exchange.retrying = false;
      this.changed(true);
    }
  }

  private async answer(exchange: Exchange, asked: boolean, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        const known = attempt || asked ? await this.service.answer(exchange.id, exchange.language, signal) : null;
        return known ?? (await this.streamed(exchange, signal));
      } catch (error) {
        const pause = PAUSES[attempt];
        if (!(error instanceof Cut) || signal.aborted || pause === undefined || !navigator.onLine) throw error;
        exchange.retrying = true;
        this.changed(false);
        await waited(pause, signal);
      }
    }
  }

  private async streamed(exchange: Exchange, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.follow(exchange, signal);
    } catch (error) {
      if (!(error instanceof Refused && error.problem.code === "unknown_conversation" && this.id)) throw error;
      this.id = null; // deleted or expired there; the history goes along
      return this.follow(exchange, signal);
    }
  }

  private async follow(exchange: Exchange, signal: AbortSignal): Promise<Answer> {
    const { id, question, language } = exchange;
    const body = { id, question, language, conversation_id: this.id, history: this.history() };
    for await (const event of this.service.ask(body, signal)) {
      if (event.name === "answer") return event.data;
      this.take(exchange, event);
    }
    throw new Cut();
  }

  private take(exchange: Exchange, event: Event): void {
    if (event.name === "started") this.id = exchange.conversation = event.data.conversation_id;
    if (event.name === "started" || event.name === "reset") {
      exchange.sentences = [];
      exchange.citations = [];
    }
    if (event.name === "sentence") {
      const { sentence, citations } = event.data;
      exchange.sentences = [...exchange.sentences, sentence];
      const known = new Set(exchange.citations.map((citation) => citation.number));
      exchange.citations = [...exchange.citations, ...citations.filter((citation) => !known.has(citation.number))];
      exchange.retrying = false;
    }
    this.changed(event.name === "started");
  }

  private finish(exchange: Exchange, answer: Answer): void {
    this.id = exchange.conversation = answer.conversation_id;
    exchange.answer = answer;
    exchange.question = answer.question || exchange.question; // masked from here on
    exchange.sentences = [];
    exchange.citations = [];
  }

  /** True when the trouble is told beside the question; false when the person has to write otherwise. */
  private fail(exchange: Exchange, error: unknown, ended: Trouble | null): boolean {
    const shown = exchange.sentences.length > 0;
    exchange.sentences = [];
    exchange.citations = [];
    if (error instanceof Refused && IN_THE_FIELD.has(error.problem.status)) {
      this.exchanges = this.exchanges.filter((other) => other !== exchange);
      return false;
    }
    if (error instanceof Refused) exchange.detail = error.problem.detail;
    const reached = error instanceof Refused ? "refused" : shown ? "cut" : "unreachable";
    exchange.trouble = ended ?? (navigator.onLine ? reached : "offline");
    if (ended) this.id = null; // there the question may still be at work, and the next one would wait for it; the history goes along
    return true;
  }

  private history(): { question: string; answer: string }[] {
    return this.exchanges
      .filter(young)
      .flatMap(({ answer, question }) => (answer ? [{ question: question.slice(0, 1000), answer: answer.text.slice(0, 4000) }] : []))
      .slice(-HISTORY);
  }
}

/** What the storage holds may be anything. */
function whole(kept: Partial<Exchange> | null): boolean {
  return typeof kept?.id === "string" && typeof kept.question === "string" && isLanguage(kept.language) && typeof kept.detail === "string"
    && (kept.answer ? isAnswer(kept.answer) : !kept.trouble || TROUBLES.includes(kept.trouble));
}

function young(exchange: Exchange): boolean {
  return Date.now() - exchange.asked < LIFETIME;
}

/** Without what was shown of an answer that is not complete. */
function bare(exchange: Exchange): Exchange {
  return { ...exchange, sentences: [], citations: [] };
}

/** A UUID; `crypto.randomUUID` is missing on pages without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function waited(pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, pause);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
