import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Announcer } from "./announcer.js";
import { questionButtons } from "./answer.js";
import { contactCard } from "./contact.js";
import { Conversation, type Exchange, type Kept } from "./conversation.js";
import { exchangeView, troubleText } from "./exchange.js";
import { forgetAll, remember, remembered } from "./memory.js";
import { asText, print } from "./paper.js";
import { Refused, Service } from "./service.js";
import { styles } from "./style.js";
import type { HandOff, Language, Terms, Topic } from "./wire.js";
import { LANGUAGES, filled, isLanguage, words, type Words } from "./words.js";

const STARTS = 4;
const NEARLY_FULL = 0.8; // of the longest question: from here on the characters left are shown
const PHONE = matchMedia("(max-width: 40em)");
const LINK = "#hello-espoo"; // a link to it, anywhere on the page, opens the widget

interface Memory extends Kept {
  open: boolean;
  draft: string;
  chosen: Language | null;
  chosenOn: Language;
}

/**
 * The chat widget: `<hello-espoo language="sv">`.
 *
 * Events: `ready open close answered unanswered feedback error`. Their detail holds ids and statuses, never a text.
 */
export class HelloEspoo extends LitElement {
  static override styles = styles;
  static override properties = {
    language: { type: String },
    endpoint: { type: String },
    mode: { type: String },
    pageTopic: { type: String, attribute: "page-topic" },
    locale: { state: true },
    showing: { state: true },
    draft: { state: true },
    fieldError: { state: true },
    topics: { state: true },
    desk: { state: true },
    terms: { state: true },
    confirming: { state: true },
    online: { state: true },
  };

  language = "";
  endpoint = "";
  mode: "launcher" | "panel" | "inline" = "launcher";
  pageTopic = "";

  private locale: Language = "en";
  private showing = false;
  private draft = "";
  private fieldError = "";
  private topics: Topic[] = [];
  private desk: HandOff | null = null;
  private terms: Terms = { max_question: 1000, retention_days: 0 };
  private confirming = false;
  private online = navigator.onLine;

  private service!: Service;
  private conversation!: Conversation;
  private chosen: Language | null = null;
  private readonly announcer = new Announcer(this);
  private fetched: Language | null = null;
  private dialogModal = false;
  private scrolled = false;

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.conversation) this.begin();
    addEventListener("online", this.connection);
    addEventListener("offline", this.connection);
    addEventListener("hashchange", this.linked);
    PHONE.addEventListener("change", this.resized);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.connection);
    removeEventListener("offline", this.connection);
    removeEventListener("hashchange", this.linked);
    PHONE.removeEventListener("change", this.resized);
  }

  open(): void {
    if (this.shown) return this.focusFirst();
    this.showing = true;
    this.store();
    this.tell("open");
    void this.updateComplete.then(() => this.focusFirst());
  }

  close(): void {
    if (this.mode !== "launcher" || !this.showing) return;
    this.showing = false;
    if (location.hash === LINK) history.replaceState(history.state, "", location.pathname + location.search); // so that the link works again
    this.store();
    this.tell("close");
    void this.updateComplete.then(() => this.seek<HTMLButtonElement>(".launcher")?.focus());
  }

  setLocale(language: Language): void {
    if (!isLanguage(language)) return;
    this.chosen = this.locale = language;
    this.fieldError = "";
    this.store();
    if (this.shown) void this.load();
  }

  /** Empties the conversation on this page; what the service keeps is deleted by the person's own button. */
  reset(): void {
    this.conversation.clear();
    this.draft = this.fieldError = "";
    this.confirming = false;
    forgetAll();
    this.store();
  }

  override render(): TemplateResult {
    const say = words(this.locale);
    if (this.mode !== "launcher") {
      return html`<section class="panel" lang=${this.locale} aria-label=${say.service}>${this.inside(say)}</section>`;
    }
    return html`<section class="corner" lang=${this.locale} aria-label=${say.service}>
      <button type="button" class="launcher" aria-expanded=${String(this.showing)} aria-controls="panel" aria-haspopup="dialog"
        ?hidden=${this.showing} @click=${() => this.open()}>${mark()}<span>${say.launcher}</span></button>
      <dialog id="panel" class="panel" aria-labelledby="title" @cancel=${this.cancelled} @keydown=${this.escaped}>
        ${this.showing ? this.inside(say) : nothing}
      </dialog>
    </section>`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("language") || !this.hasUpdated || this.chosen) return;
    this.locale = this.pageLanguage;
    if (this.shown) void this.load();
  }

  protected override firstUpdated(): void {
    if (this.mode !== "launcher") void this.load();
    this.linked();
    this.tell("ready");
    if (this.conversation.pending) void this.resume();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("showing")) this.show();
  }

  private begin(): void {
    const memory = remembered<Memory>();
    const page = this.pageLanguage;
    this.chosen = isLanguage(memory.chosen) && memory.chosenOn === page ? memory.chosen : null;
    this.locale = this.chosen ?? page;
    this.showing = memory.open === true && !PHONE.matches; // on a phone it would cover the page that was just opened
    this.draft = typeof memory.draft === "string" ? memory.draft : "";
    const base = this.endpoint || new URL(".", import.meta.url).href;
    this.service = new Service(base.replace(/\/+$/, ""));
    this.conversation = new Conversation(this.service, memory, () => this.changedConversation());
  }

  private get pageLanguage(): Language {
    const named = [this.language, document.documentElement.lang].map((tag) => tag.toLowerCase().split("-")[0]);
    return named.find(isLanguage) ?? "en";
  }

  private get shown(): boolean {
    return this.mode !== "launcher" || this.showing;
  }

  // ---- what is shown

  private inside(say: Words): TemplateResult {
    const { exchanges, pending } = this.conversation;
    return html`
      <header>
        <div class="heading"><h2 id="title" tabindex="-1">${unbroken(say.service)}</h2><p>${say.tagline}</p></div>
        <div class="tools">
          <div class="languages" role="group" aria-label=${say.language}>${LANGUAGES.map((language) => html`<button type="button"
            lang=${language} aria-pressed=${String(language === this.locale)} @click=${() => this.setLocale(language)}
            >${language.toUpperCase()}<span class="hidden"> ${words(language).languageName}</span></button>`)}</div>
          ${this.mode === "launcher" ? html`<button type="button" class="close" aria-label=${say.close} @click=${() => this.close()}>${cross()}</button>` : nothing}
        </div>
      </header>
      <div class="scroll" role="log" aria-live="off" aria-label=${say.conversation} tabindex="0"
        @wheel=${this.scrolling} @touchmove=${this.scrolling}>
        ${exchanges.length ? html`<ol class="exchanges">${exchanges.map((exchange) => exchangeView(exchange, pending !== null, this.actions))}</ol>` : this.welcome(say)}
        ${exchanges.some((exchange) => exchange.answer) && !pending ? this.conversationTools(say) : nothing}
      </div>
      ${this.online ? nothing : html`<p class="offline">${say.offline_now}</p>`}
      ${this.form(say)}
      <footer>
        <details class="person"><summary>${say.person}</summary>${contactCard(this.person(say), this.locale)}</details>
        <p class="emergency">${say.emergency} <a href="tel:${say.emergencyNumber}">${say.emergencyNumber}</a></p>
      </footer>
      ${this.announcer.render()}`;
  }

  private welcome(say: Words): TemplateResult {
    const { retention_days: days } = this.terms;
    const starts = this.starts(say);
    return html`<div class="welcome">
      <h3>${say.welcome}</h3>
      <p>${say.lead}</p>
      <p class="small">${say.ai}</p>
      <section class="questions"><h4>${say.start}</h4>
        ${questionButtons(starts.slice(0, STARTS), this.actions.ask)}
        ${starts.length > STARTS ? html`<details class="more"><summary>${say.more}</summary>
          ${questionButtons(starts.slice(STARTS), this.actions.ask)}</details>` : nothing}
      </section>
      <p class="small kept">${days ? filled(say.kept, { days }) : say.kept_for_a_time}</p>
    </div>`;
  }

  private conversationTools(say: Words): TemplateResult {
    if (this.confirming) {
      return html`<div class="conversation-tools" role="group" aria-labelledby="sure"><p id="sure" tabindex="-1">${say.forget_sure}</p>
        <button type="button" class="secondary" @click=${() => void this.forget()}>${say.forget_yes}</button>
        <button type="button" class="secondary" @click=${() => this.confirm(false)}>${say.forget_no}</button></div>`;
    }
    return html`<div class="conversation-tools">
      ${navigator.clipboard ? html`<button type="button" class="quiet" @click=${() => void this.copy(say)}>${say.copy}</button>` : nothing}
      <button type="button" class="quiet" @click=${() => print(say.service, asText(this.conversation.exchanges), this.locale)}>${say.print}</button>
      <button type="button" class="quiet forget" @click=${() => this.confirm(true)}>${say.forget}</button></div>`;
  }

  private form(say: Words): TemplateResult {
    const busy = this.conversation.pending !== null;
    const left = this.terms.max_question - this.draft.length;
    const counted = left <= this.terms.max_question * (1 - NEARLY_FULL);
    return html`<form @submit=${this.submitted} novalidate>
      <label for="question">${say.question}</label>
      <div class="field">
        <textarea id="question" rows="2" enterkeyhint="send" autocomplete="off" .value=${this.draft} ?readonly=${busy}
          aria-describedby="hint ${counted ? "count" : ""} ${this.fieldError ? "field-error" : ""}" aria-invalid=${String(this.fieldError !== "")}
          @input=${this.typed} @keydown=${this.entered}></textarea>
        <button type="submit" class="send" aria-disabled=${String(busy)}>${say.send}</button>
      </div>
      ${counted ? html`<p id="count" class=${left < 0 ? "error" : "hint"}>${left < 0 ? filled(say.over, { count: -left }) : filled(say.left, { count: left })}</p>` : nothing}
      ${this.fieldError ? html`<p id="field-error" class="error">${this.fieldError}</p>` : nothing}
      <p id="hint" class="hint">${say.privacy}</p>
    </form>`;
  }

  private person(say: Words): HandOff {
    return this.desk ?? { ...say.desk, open_now: null, opens_at: null };
  }

  /** The service's topics, that of the page first; the fixed questions while there are none. */
  private starts(say: Words): string[] {
    const sorted = [...this.topics].sort((one, other) => Number(other.topic === this.pageTopic) - Number(one.topic === this.pageTopic));
    return sorted.length ? sorted.map((topic) => topic.question) : say.starts;
  }

  // ---- what the person does

  private readonly actions = {
    ask: (question: string): void => void this.ask(question),
    again: (exchange: Exchange): void => void this.again(exchange),
    stop: (): void => this.conversation.stop(),
    feedback: (exchange: Exchange, helpful: boolean, reason: string): void => this.feedback(exchange, helpful, reason),
  };

  private async ask(text: string): Promise<void> {
    const question = text.trim();
    const say = words(this.locale);
    if (this.conversation.pending) return;
    if (!question) return this.refuse(say.empty);
    if (question.length > this.terms.max_question) {
      return this.refuse(filled(say.over, { count: question.length - this.terms.max_question }));
    }
    this.fieldError = "";
    this.confirming = false;
    const typed = this.draft.trim() === question;
    if (typed) this.draft = "";
    const asked = this.conversation.ask(question, this.locale).catch((error: unknown) => {
      this.draft = question;
      this.refuse(error instanceof Refused ? error.problem.detail : say.unreachable);
    });
    this.scrolled = false;
    this.announcer.waiting(this.locale);
    await this.updateComplete;
    this.reveal();
    if (!typed) this.seek<HTMLElement>(".exchange:last-child .answer")?.focus({ preventScroll: true }); // the pressed button may be gone
    await asked;
    await this.settled();
  }

  private async again(exchange: Exchange): Promise<void> {
    if (this.conversation.pending) return;
    const asked = this.conversation.again(exchange).catch((error: unknown) => {
      this.draft = exchange.question;
      this.refuse(error instanceof Refused ? error.problem.detail : "");
    });
    this.scrolled = false;
    this.announcer.waiting(this.locale);
    await this.updateComplete;
    this.seek<HTMLElement>(".exchange:last-child .answer")?.focus({ preventScroll: true });
    await asked;
    await this.settled();
  }

  /** Goes on where the page before stopped; the focus stays where the new page has it. */
  private async resume(): Promise<void> {
    this.announcer.waiting(this.locale);
    await this.conversation.resume().catch(() => undefined);
    await this.settled(false);
  }

  /** Says that the answer is there, and takes the focus to it unless the person is at something else. */
  private async settled(focus = true): Promise<void> {
    const last = this.conversation.exchanges.at(-1);
    if (!last || this.conversation.pending) return;
    const { answer } = last;
    const say = words(answer?.language ?? last.language);
    await this.updateComplete;
    if (answer) {
      const count = answer.status === "answered" || answer.status === "emergency" ? answer.citations.length : 0;
      this.announcer.say(count === 1 ? say.ready_with_one : filled(count ? say.ready_with : say.ready, { count }), answer.language);
      this.tell(answer.status === "unanswered" || answer.status === "referred" ? "unanswered" : answer.status === "failed" ? "error" : "answered", { id: answer.id, status: answer.status });
    } else {
      if (last.trouble === "stopped") this.announcer.say(say.stopped, last.language);
      else this.announcer.alert(troubleText(last), last.language);
      this.tell("error", { id: last.id, trouble: last.trouble });
    }
    const active = this.shadowRoot?.activeElement;
    const free = active ? active.matches(".answer") || (active.id === "question" && !this.draft) : document.activeElement === document.body;
    if (focus && free && this.shown) this.seek<HTMLElement>(".exchange:last-child .answer")?.focus({ preventScroll: true });
    this.reveal();
  }

  private feedback(exchange: Exchange, helpful: boolean, reason: string): void {
    const before = exchange.feedback;
    exchange.feedback = helpful ? "yes" : reason ? "reason" : "no";
    this.changedConversation();
    const language = exchange.answer?.language ?? this.locale;
    this.service.feedback(exchange.id, language, helpful, reason).then(
      () => {
        if (exchange.feedback === "yes" || exchange.feedback === "reason") this.announcer.say(words(language).thanks, language);
        this.tell("feedback", { id: exchange.id, helpful, reason });
      },
      () => {
        exchange.feedback = before === "no" && reason ? "no" : "failed";
        if (exchange.feedback === "no") this.announcer.alert(words(language).not_sent, language);
        this.changedConversation();
      },
    );
  }

  private async forget(): Promise<void> {
    const say = words(this.locale);
    try {
      if (this.conversation.id) await this.service.forget(this.conversation.id, this.locale);
    } catch (error) {
      this.confirm(false);
      return this.announcer.alert(error instanceof Refused && error.problem.status === 429 ? error.problem.detail : say.not_forgotten, this.locale);
    }
    this.reset();
    this.announcer.say(say.forgotten, this.locale);
    await this.updateComplete;
    this.seek<HTMLElement>("#title")?.focus();
  }

  private async copy(say: Words): Promise<void> {
    await navigator.clipboard.writeText(asText(this.conversation.exchanges)).then(
      () => this.announcer.say(say.copied, this.locale),
      () => this.announcer.alert(say.not_copied, this.locale),
    );
  }

  private confirm(asking: boolean): void {
    this.confirming = asking;
    void this.updateComplete.then(() => this.seek<HTMLElement>(asking ? "#sure" : ".forget")?.focus());
  }

  private submitted = (event: Event): void => {
    event.preventDefault();
    void this.ask(this.draft);
  };

  private typed = (event: Event): void => {
    this.draft = (event.target as HTMLTextAreaElement).value;
    this.fieldError = "";
    this.store();
  };

  private entered = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: an input method is at work
    event.preventDefault();
    void this.ask(this.draft);
  };

  private escaped = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    this.close();
  };

  private scrolling = { handleEvent: (): void => void (this.scrolled = true), passive: true };

  private cancelled = (event: Event): void => {
    event.preventDefault();
    this.close();
  };

  // ---- the window, the connection, what is remembered

  private show(): void {
    const dialog = this.seek<HTMLDialogElement>("dialog");
    if (!dialog || dialog.open === this.showing) return;
    if (!this.showing) return dialog.close();
    const before = document.activeElement;
    this.dialogModal = PHONE.matches;
    if (this.dialogModal) dialog.showModal();
    else dialog.show();
    if (before === document.body) (document.activeElement as HTMLElement | null)?.blur(); // a new page keeps its own focus
    void this.load();
    this.reveal();
  }

  private resized = (): void => {
    const dialog = this.seek<HTMLDialogElement>("dialog");
    if (!dialog?.open || this.dialogModal === PHONE.matches) return;
    dialog.close();
    this.show();
  };

  private linked = (): void => {
    if (location.hash === LINK) this.open();
  };

  private connection = (): void => {
    this.online = navigator.onLine;
    const say = words(this.locale);
    if (this.shown) this.announcer.say(this.online ? say.online_again : say.offline_now, this.locale);
  };

  private focusFirst(): void {
    const field = PHONE.matches ? null : this.seek<HTMLElement>("#question"); // on a phone the keyboard would cover the words
    (field ?? this.seek<HTMLElement>("#title"))?.focus();
  }

  /** Who helps in person, where to start, how long questions are kept. Without the service the built-in words serve. */
  private async load(): Promise<void> {
    const language = this.locale;
    if (this.fetched === language) return;
    this.fetched = language;
    const [topics, desk, terms] = await Promise.allSettled([this.service.topics(language), this.service.desk(language), this.service.terms()]);
    if (language !== this.locale) return;
    this.topics = topics.status === "fulfilled" ? topics.value : [];
    this.desk = desk.status === "fulfilled" ? desk.value : null;
    if (terms.status === "fulfilled") this.terms = terms.value;
    if ([topics, desk, terms].some((part) => part.status === "rejected")) this.fetched = null;
  }

  private changedConversation(): void {
    this.requestUpdate();
    this.store();
    if (this.conversation?.pending) void this.updateComplete.then(() => this.reveal());
  }

  /** Brings the last question to the top, as far as there is text below it; not when the person has scrolled since. */
  private reveal(): void {
    const last = this.seek(".exchange:last-child");
    const box = this.seek(".scroll");
    if (!last || !box || this.scrolled) return;
    if (box.scrollHeight > box.clientHeight) box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top;
    else if (this.mode !== "launcher") last.scrollIntoView({ block: "nearest" });
  }

  private refuse(reason: string): void {
    this.fieldError = reason;
    this.announcer.alert(reason, this.locale);
    void this.updateComplete.then(() => this.seek<HTMLElement>("#question")?.focus());
  }

  private store(): void {
    if (!this.conversation) return;
    const { showing: open, draft, chosen } = this;
    remember({ ...this.conversation.kept, open, draft, chosen, chosenOn: this.pageLanguage } satisfies Memory);
  }

  private tell(name: string, detail: object = {}): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private seek<T extends Element>(selector: string): T | null {
    return this.renderRoot.querySelector<T>(selector);
  }
}

/** "Hello Espoo -neuvoja" must not lose its last word at the hyphen. */
function unbroken(name: string): TemplateResult {
  const at = name.lastIndexOf(" ") + 1;
  return html`${name.slice(0, at)}<span class="whole">${name.slice(at)}</span>`;
}

function mark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path d="M4 5h24v17H15l-7 6v-6H4z" /><path class="lines" d="M9 11h14M9 16h9" /></svg>`;
}

function cross(): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 6l12 12M18 6L6 18" /></svg>`;
}

if (!customElements.get("hello-espoo")) customElements.define("hello-espoo", HelloEspoo);
