import type { Announcer } from "./announcer.js";
import type { About } from "./about.js";
import type { Conversation, Exchange } from "./conversation.js";
import { troubleText } from "./exchange.js";
import { countText } from "./question-form.js";
import { Refused } from "./service.js";
import type { Language } from "./wire.js";
import { words } from "./words.js";

/** What the parts of the widget see of it. */
export interface Stage {
  readonly locale: Language;
  readonly shown: boolean;
  readonly about: About;
  readonly conversation: Conversation;
  readonly announcer: Announcer;
  readonly updateComplete: Promise<boolean>;
  /** Shows the state again, and keeps it for the next page. */
  changed(lasting?: boolean): void;
  seek(selector: string): HTMLElement | null;
  tell(event: string, detail?: object): void;
}

/** Asks, and says what has come of it: the text in the field, the waiting, the focus, what is said aloud. */
export class Asking {
  draft = "";
  error = "";
  private scrolled = false;

  constructor(private readonly stage: Stage) {}

  type(draft: string): void {
    const { about, announcer, locale } = this.stage;
    this.draft = draft;
    this.error = "";
    announcer.after(1000, countText(words(locale), draft, about.terms.max_question), locale);
    this.stage.changed();
  }

  clear(): void {
    this.draft = this.error = "";
  }

  async ask(text: string): Promise<void> {
    const { about, conversation, locale } = this.stage;
    const question = text.trim();
    const say = words(locale);
    if (conversation.pending) return;
    if (!question) return this.refuse(say.empty);
    if (text.length > about.terms.max_question) return this.refuse(countText(say, text, about.terms.max_question));
    const typed = this.draft.trim() === question;
    if (typed) this.draft = "";
    await this.follow(conversation.ask(question, locale), question, !typed); // a pressed button may be gone
  }

  async again(exchange: Exchange): Promise<void> {
    const { conversation } = this.stage;
    if (!conversation.pending) await this.follow(conversation.again(exchange), exchange.question, true);
  }

  /** Goes on where the page before stopped; the focus stays where the new page has it. */
  async resume(): Promise<void> {
    this.stage.announcer.waiting(this.stage.locale);
    await this.stage.conversation.resume().catch(() => undefined);
    await this.settled(false);
  }

  /** The person reads elsewhere: nothing is moved under their eyes until the next question. */
  scroll(): void {
    this.scrolled = true;
  }

  /** Brings the last question to the top, as far as there is text below it. */
  reveal(): void {
    const last = this.stage.seek(".exchange:last-child");
    if (!last || this.scrolled) return;
    const boxes = [this.stage.seek(".scroll"), this.stage.seek(".panel")];
    const box = boxes.find((one) => one && one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY === "auto");
    if (box) box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top;
    else last.scrollIntoView({ block: "nearest" });
  }

  private async follow(asked: Promise<unknown>, question: string, focus: boolean): Promise<void> {
    const { announcer, locale, seek, updateComplete } = this.stage;
    const ended = asked.catch((error: unknown) => {
      this.draft = question;
      this.refuse(error instanceof Refused ? error.problem.detail : "");
    });
    this.error = "";
    this.scrolled = false;
    announcer.waiting(locale);
    await updateComplete;
    this.reveal();
    if (focus) seek(LAST)?.focus({ preventScroll: true });
    await ended;
    await this.settled();
  }

  /** Says that the answer is there, and takes the focus to it unless the person is at something else. */
  private async settled(focus = true): Promise<void> {
    const { conversation, seek, shown } = this.stage;
    const last = conversation.exchanges.at(-1);
    if (!last || conversation.pending) return;
    await this.stage.updateComplete;
    this.report(last);
    const answer = seek(LAST);
    if (focus && shown && answer && this.atLeisure(answer)) answer.focus({ preventScroll: true });
    this.reveal();
  }

  private atLeisure(answer: HTMLElement): boolean {
    const active = (answer.getRootNode() as ShadowRoot).activeElement;
    if (active) return active.matches(".answer") || (active.id === "question" && !this.draft);
    return document.activeElement === document.body;
  }

  private report({ id, answer, trouble, ...exchange }: Exchange): void {
    const { announcer, tell } = this.stage;
    if (answer) {
      announcer.ready(answer);
      tell(EVENTS[answer.status] ?? "answered", { id, status: answer.status });
      return;
    }
    const { language } = exchange;
    if (trouble === "stopped") announcer.say(words(language).stopped, language);
    else announcer.alert(troubleText({ trouble, ...exchange }), language);
    tell("error", { id, trouble });
  }

  private refuse(reason: string): void {
    this.error = reason;
    this.stage.announcer.alert(reason, this.stage.locale);
    this.stage.changed();
    void this.stage.updateComplete.then(() => this.stage.seek("#question")?.focus());
  }
}

const LAST = ".exchange:last-child .answer";
const EVENTS: Record<string, string> = { unanswered: "unanswered", referred: "unanswered", failed: "error" };
