import { html, nothing, type TemplateResult } from "lit";
import { contactCard } from "./contact.js";
import { exchangeView, type ExchangeActions } from "./exchange.js";
import type { Exchange } from "./conversation.js";
import { questionForm, type QuestionFormActions, type QuestionFormState } from "./question-form.js";
import { welcome } from "./welcome.js";
import type { HandOff, Language } from "./wire.js";
import { LANGUAGES, unbroken, words, type Words } from "./words.js";

export interface PanelState {
  locale: Language;
  closable: boolean;
  online: boolean;
  exchanges: Exchange[];
  form: QuestionFormState;
  confirming: boolean;
  starts: string[];
  person: HandOff;
  retention: number;
  announcements: TemplateResult;
}

export interface PanelActions extends ExchangeActions, QuestionFormActions {
  close(): void;
  setLocale(language: Language): void;
  scroll(): void;
  copy(): void;
  print(): void;
  /** Asks whether the conversation may be deleted, or stops asking. */
  confirm(asking: boolean): void;
  forget(): void;
}

/** All that stands in the window, from its heading to the emergency number. */
export function panel(state: PanelState, actions: PanelActions): TemplateResult {
  const { locale, exchanges, form } = state;
  const say = words(locale);
  const scrolling = { handleEvent: actions.scroll, passive: true };
  return html`
    ${heading(state, say, actions)}
    <div class="scroll" role="log" aria-live="off" aria-label=${say.conversation} tabindex="0" @wheel=${scrolling} @touchmove=${scrolling}>
      ${exchanges.length ? html`<ol class="exchanges">${exchanges.map((exchange) => exchangeView(exchange, form.busy, actions))}</ol>`
        : welcome(say, state.starts, state.retention, actions.ask)}
      ${exchanges.some((exchange) => exchange.answer) && !form.busy ? tools(state, say, actions) : nothing}
    </div>
    ${state.online ? nothing : html`<p class="offline">${say.offline_now}</p>`}
    ${questionForm(say, form, actions)}
    <footer>
      <details class="person" ?open=${inTrouble(exchanges.at(-1))}><summary>${say.person}</summary>${contactCard(state.person, locale)}</details>
      <p class="emergency">${say.emergency} <a href="tel:${say.emergencyNumber}">${say.emergencyNumber}</a></p>
    </footer>
    ${state.announcements}`;
}

/** No answer came of it: a person who helps is then in sight, and need not be looked for. */
function inTrouble(last: Exchange | undefined): boolean {
  return last?.answer?.status === "failed" || (!!last?.trouble && last.trouble !== "stopped");
}

function heading({ locale, closable }: PanelState, say: Words, actions: PanelActions): TemplateResult {
  return html`<header>
    <div class="heading"><h2 id="title" tabindex="-1">${unbroken(say.service)}</h2><p>${say.tagline}</p></div>
    <div class="tools">
      <div class="languages" role="group" aria-label=${say.language}>${LANGUAGES.map((language) => html`<button type="button"
        lang=${language} aria-pressed=${String(language === locale)} @click=${() => actions.setLocale(language)}
        >${language.toUpperCase()}<span class="hidden"> ${words(language).languageName}</span></button>`)}</div>
      ${closable ? html`<button type="button" class="close" aria-label=${say.close} @click=${actions.close}>${cross()}</button>` : nothing}
    </div>
  </header>`;
}

function tools({ confirming }: PanelState, say: Words, actions: PanelActions): TemplateResult {
  if (confirming) {
    return html`<div class="conversation-tools" role="group" aria-labelledby="sure"><p id="sure" tabindex="-1">${say.forget_sure}</p>
      <button type="button" class="secondary" @click=${actions.forget}>${say.forget_yes}</button>
      <button type="button" class="secondary" @click=${() => actions.confirm(false)}>${say.forget_no}</button></div>`;
  }
  return html`<div class="conversation-tools">
    ${navigator.clipboard ? html`<button type="button" class="quiet" @click=${actions.copy}>${say.copy}</button>` : nothing}
    <button type="button" class="quiet" @click=${actions.print}>${say.print}</button>
    <button type="button" class="quiet forget" @click=${() => actions.confirm(true)}>${say.forget}</button></div>`;
}

function cross(): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 6l12 12M18 6L6 18" /></svg>`;
}
