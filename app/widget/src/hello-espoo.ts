import { LitElement, html, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { About } from "./about.js";
import { Afterwards } from "./afterwards.js";
import { Announcer } from "./announcer.js";
import { Asking, type Stage } from "./asking.js";
import { Conversation, type Kept } from "./conversation.js";
import { DialogWindow, SMALL } from "./dialog.js";
import { forgetAll, remember, remembered } from "./memory.js";
import { panel, type PanelActions } from "./panel.js";
import { Service } from "./service.js";
import styles from "./style.css?inline";
import type { Language } from "./wire.js";
import { isLanguage, words } from "./words.js";

const LINK = "#hello-espoo"; // a link to it, anywhere on the page, opens the widget
const FRAME = 16; // ms: sentences that come together are drawn together
let first: HelloEspoo | null = null; // of several on one page, the one that links open and that remembers

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
export class HelloEspoo extends LitElement implements Stage {
  static override styles = unsafeCSS(styles); // our own file
  static override properties = {
    language: {},
    endpoint: {},
    mode: {},
    pageTopic: { attribute: "page-topic" },
    locale: { state: true },
    showing: { state: true },
    online: { state: true },
  };

  language = "";
  endpoint = "";
  mode: "launcher" | "panel" | "inline" = "launcher";
  pageTopic = "";

  locale: Language = "en";
  about!: About;
  conversation!: Conversation;
  readonly announcer = new Announcer(this);

  private showing = false;
  private online = navigator.onLine;
  private drawing = 0;
  private chosen: Language | null = null;
  private asking = new Asking(this);
  private afterwards!: Afterwards;
  private readonly dialog = new DialogWindow(this);

  override connectedCallback(): void {
    super.connectedCallback();
    first ??= this;
    if (!this.conversation) this.begin();
    addEventListener("online", this.connection);
    addEventListener("offline", this.connection);
    addEventListener("hashchange", this.linked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (first === this) first = null;
    removeEventListener("online", this.connection);
    removeEventListener("offline", this.connection);
    removeEventListener("hashchange", this.linked);
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
    void this.updateComplete.then(() => this.seek(".launcher")?.focus());
  }

  setLocale(language: Language): void {
    if (!isLanguage(language)) return;
    this.chosen = this.locale = language;
    this.asking.error = "";
    this.store();
    if (this.shown) void this.about?.load(language);
  }

  /** Empties the conversation on this page; what the service keeps is deleted by the person's own button. */
  reset(): void {
    this.conversation?.clear();
    this.asking.clear();
    if (this.afterwards) this.afterwards.confirming = false;
    if (first === this) forgetAll();
    this.store();
  }

  get shown(): boolean {
    return this.mode !== "launcher" || this.showing;
  }

  changed = (lasting = true): void => {
    if (!lasting) return void (this.drawing ||= window.setTimeout(() => this.draw(), FRAME));
    this.store();
    this.draw();
  };

  tell = (name: string, detail: object = {}): void => {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  };

  seek = (selector: string): HTMLElement | null => this.renderRoot.querySelector<HTMLElement>(selector);

  /** The window has come into view. */
  appeared(): void {
    void this.about.load(this.locale);
    this.asking.reveal();
  }

  override render(): TemplateResult {
    const say = words(this.locale);
    if (this.mode !== "launcher") {
      return html`<section class="root panel" lang=${this.locale} aria-label=${say.service}>${this.inside()}</section>`;
    }
    return html`<section class="root corner" lang=${this.locale} aria-label=${say.service}>
      <button type="button" class="launcher" aria-expanded=${String(this.showing)} aria-controls="panel" aria-haspopup="dialog"
        ?hidden=${this.showing} @click=${() => this.open()}>${mark()}<span>${say.launcher}</span></button>
      <dialog id="panel" class="panel" aria-labelledby="title" @cancel=${this.cancelled} @keydown=${this.escaped}>
        ${this.showing ? this.inside() : nothing}
      </dialog>
    </section>`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("language") || !this.hasUpdated || this.chosen) return;
    this.locale = this.pageLanguage;
    if (this.shown) void this.about.load(this.locale);
  }

  protected override firstUpdated(): void {
    if (this.mode !== "launcher") void this.about.load(this.locale);
    this.linked();
    this.tell("ready");
    if (this.conversation.pending) void this.asking.resume();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("showing")) this.dialog.show(this.showing);
  }

  private begin(): void {
    const memory = first === this ? remembered<Memory>() : {};
    const page = this.pageLanguage;
    this.chosen ??= isLanguage(memory.chosen) && memory.chosenOn === page ? memory.chosen : null;
    this.locale = this.chosen ?? page;
    this.showing ||= memory.open === true && !SMALL.matches; // on a phone it would cover the page that was just opened
    this.asking.draft = typeof memory.draft === "string" ? memory.draft : "";
    const base = this.endpoint || new URL(".", import.meta.url).href;
    const service = new Service(base.replace(/\/+$/, ""));
    this.about = new About(service, () => this.requestUpdate());
    this.conversation = new Conversation(service, memory, (lasting) => this.changed(lasting));
    this.afterwards = new Afterwards(this, service);
  }

  private get pageLanguage(): Language {
    const named = [this.language, document.documentElement.lang].map((tag) => tag.toLowerCase().split("-")[0]);
    return named.find(isLanguage) ?? "en";
  }

  private draw(): void {
    clearTimeout(this.drawing);
    this.drawing = 0;
    this.requestUpdate();
    if (!this.conversation?.pending) return;
    this.afterwards.confirming = false;
    void this.updateComplete.then(() => this.asking.reveal());
  }

  private inside(): TemplateResult {
    const { locale, online, about, afterwards } = this;
    const { draft, error } = this.asking;
    const { exchanges, pending } = this.conversation;
    return panel({
      locale, online, exchanges,
      closable: this.mode === "launcher",
      confirming: afterwards.confirming,
      form: { draft, error, longest: about.terms.max_question, busy: pending !== null },
      starts: about.starts(locale, this.pageTopic),
      person: about.person(locale),
      retention: about.terms.retention_days,
      announcements: this.announcer.render(),
    }, this.actions);
  }

  private readonly actions: PanelActions = {
    submit: () => void this.asking.ask(this.asking.draft),
    type: (draft) => this.asking.type(draft),
    ask: (question) => void this.asking.ask(question),
    again: (exchange) => void this.asking.again(exchange),
    stop: () => this.conversation.stop(),
    feedback: (exchange, helpful, reason) => this.afterwards.feedback(exchange, helpful, reason),
    close: () => this.close(),
    setLocale: (language) => this.setLocale(language),
    scroll: () => this.asking.scroll(),
    copy: () => void this.afterwards.copy(),
    print: () => this.afterwards.print(),
    confirm: (asking) => this.afterwards.confirm(asking),
    forget: () => void this.forget(),
  };

  private async forget(): Promise<void> {
    if (!(await this.afterwards.forget())) return;
    this.reset();
    await this.updateComplete;
    this.seek("#title")?.focus();
  }

  private escaped = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    this.close();
  };

  private cancelled = (event: Event): void => {
    event.preventDefault();
    this.close();
  };

  private linked = (): void => {
    if (location.hash !== LINK || first !== this) return;
    this.open();
    if (document.readyState !== "complete") addEventListener("load", this.landed, { once: true });
  };

  /** A page that has come by the link: when it has loaded, the browser takes the focus to the link's own place. */
  private landed = (): void => {
    requestAnimationFrame(() => {
      if (this.shown && document.activeElement?.matches("body, :target")) this.focusFirst();
    });
  };

  private connection = (): void => {
    this.online = navigator.onLine;
    const say = words(this.locale);
    if (this.shown) this.announcer.say(this.online ? say.online_again : say.offline_now, this.locale);
  };

  private focusFirst(): void {
    const field = SMALL.matches ? null : this.seek("#question"); // on a phone the keyboard would cover the words
    (field ?? this.seek("#title"))?.focus();
  }

  private store(): void {
    if (!this.conversation || first !== this) return;
    const { showing: open, chosen } = this;
    remember({ ...this.conversation.kept, open, draft: this.asking.draft, chosen, chosenOn: this.pageLanguage } satisfies Memory);
  }
}

function mark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path d="M4 5h24v17H15l-7 6v-6H4z" /><path class="lines" d="M9 11h14M9 16h9" /></svg>`;
}

if (!customElements.get("hello-espoo")) customElements.define("hello-espoo", HelloEspoo);
