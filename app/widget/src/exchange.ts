import { html, nothing, type TemplateResult } from "lit";
import { answerView, body, type AnswerActions } from "./answer.js";
import type { Exchange } from "./conversation.js";
import { filled, unbroken, words, type Words } from "./words.js";

export interface ExchangeActions extends AnswerActions {
  again(exchange: Exchange): void;
  stop(): void;
}

/** A question with what has come of it so far. `busy`: another one is on its way. */
export function exchangeView(exchange: Exchange, busy: boolean, actions: ExchangeActions): TemplateResult {
  const language = exchange.answer?.language ?? exchange.language;
  const say = words(language);
  return html`<li class="exchange" id="exchange-${exchange.id}" lang=${language}>
    <h3><span class="hidden">${say.you_asked} </span><span dir="auto">${exchange.question}</span></h3>
    <div class="answer" tabindex="-1" role="group" aria-label=${say.answer}>
      ${exchange.answer ? answerView(exchange, exchange.answer, actions) : exchange.trouble ? troubled(exchange, busy, actions, say) : coming(exchange, actions, say)}
    </div>
  </li>`;
}

/** What went wrong, in words: the service's own where it gave some. */
export function troubleText(exchange: Pick<Exchange, "trouble" | "detail" | "language">): string {
  const say = words(exchange.language);
  if (exchange.trouble === "refused") return exchange.detail;
  return filled(say[exchange.trouble ?? "unreachable"], { name: unbroken(say.desk.name) });
}

function troubled(exchange: Exchange, busy: boolean, actions: ExchangeActions, say: Words): TemplateResult {
  return html`<div class="trouble"><p>${troubleText(exchange)}</p>
    <button type="button" class="secondary" aria-disabled=${String(busy)} @click=${() => actions.again(exchange)}>${say.again}</button></div>`;
}

function coming(exchange: Exchange, actions: ExchangeActions, say: Words): TemplateResult {
  return html`${exchange.sentences.length ? body(exchange.sentences, exchange.citations, exchange.id, exchange.language) : nothing}
    <div class="waiting"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <span>${exchange.retrying ? say.retrying : say.waiting}</span>
      <button type="button" class="secondary" @click=${() => actions.stop()}>${say.stop}</button></div>`;
}
