import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { Answer, Language } from "./wire.js";
import { filled, words } from "./words.js";

const ANNOUNCED = 500; // ms before waiting is said aloud: most answers are there sooner
const SLOW = 8_000; // ms

/** What a screen reader hears beside the text: one polite node and one alert, which are always there. */
export class Announcer implements ReactiveController {
  private polite = "";
  private urgent = "";
  private language: Language = "en";
  private timers: number[] = [];

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.timers.forEach(clearTimeout);
  }

  render(): TemplateResult {
    return html`<p class="hidden" role="status" lang=${this.language}>${this.polite}</p>
      <p class="hidden" role="alert" lang=${this.language}>${this.urgent}</p>`;
  }

  say(sentence: string, language: Language): void {
    this.set(sentence, "", language);
  }

  /** Emptied first, so that the same words are heard a second time. */
  alert(sentence: string, language: Language): void {
    this.set("", "", language);
    void this.host.updateComplete.then(() => this.set("", sentence, language));
  }

  /** Once it has been still for so long; an empty sentence only takes the one before back. */
  after(pause: number, sentence: string, language: Language): void {
    this.timers.forEach(clearTimeout);
    if (sentence) this.timers = [window.setTimeout(() => this.set(sentence, "", language), pause)];
  }

  ready({ status, citations, language }: Answer): void {
    const say = words(language);
    const count = status === "answered" || status === "emergency" ? citations.length : 0;
    this.say(count === 1 ? say.ready_with_one : filled(count ? say.ready_with : say.ready, { count }), language);
  }

  waiting(language: Language): void {
    const say = words(language);
    this.set("", "", language);
    this.timers = [
      window.setTimeout(() => this.set(say.waiting, "", language, false), ANNOUNCED),
      window.setTimeout(() => this.set(say.slow, "", language, false), SLOW),
    ];
  }

  private set(polite: string, urgent: string, language: Language, ends = true): void {
    if (ends) this.timers.forEach(clearTimeout);
    Object.assign(this, { polite, urgent, language });
    this.host.requestUpdate();
  }
}
