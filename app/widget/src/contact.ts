import { html, nothing, type TemplateResult } from "lit";
import type { HandOff, Language } from "./wire.js";
import { filled, unbroken, words, writtenMoment } from "./words.js";

/** Who can help, and how to reach them. Only what is known is shown. */
export function contactCard(contact: HandOff, language: Language): TemplateResult {
  const say = words(language);
  return html`
    <p class="name">${unbroken(contact.name)}</p>
    ${opening(contact, language)}
    <dl>
      ${row(say.phone, contact.phone && phoneLink(contact.phone))}
      ${row(say.email, contact.email && mailLink(contact.email))}
      ${row(say.chat, contact.chat && webLink(contact.chat, bare(contact.chat), language))}
      ${row(say.callback, contact.callback && webLink(contact.callback, bare(contact.callback), language))}
      ${row(say.address, contact.address)}
      ${row(say.website, contact.url && webLink(contact.url, bare(contact.url), language))}
      ${row(say.serves_in, (contact.languages ?? []).map((code) => named(code, language)).join(", "))}
    </dl>`;
}

export function phoneLink(phone: string): TemplateResult {
  if (!/^[\d\s()+/-]+$/.test(phone)) return html`<span>${phone}</span>`;
  return html`<a class="phone" href="tel:${phone.replace(/[^\d+]/g, "")}">${unbroken(phone)}</a>`;
}

/** Nothing but an address: no subject, no text, no second receiver. */
function mailLink(email: string): TemplateResult {
  return /^[^\s?&,;:%<>]+@[\w.-]+$/.test(email) ? html`<a href="mailto:${email}">${email}</a>` : html`${email}`;
}

/** A link for addresses of the web; anything else is shown as text. */
export function webLink(url: string, label: string, language: Language, lang: string = language): TemplateResult {
  if (!/^https?:\/\//i.test(url)) return html`<span lang=${lang}>${label}</span>`;
  return html`<a class="out" href=${url} target="_blank" rel="noopener noreferrer"
    ><span lang=${lang}>${label}</span><span class="hidden" lang=${language}> (${words(language).new_tab})</span></a>`;
}

function opening(contact: HandOff, language: Language): TemplateResult | typeof nothing {
  const say = words(language);
  if (contact.open_now === null) return nothing;
  if (contact.open_now) return html`<p class="opening open">${say.open_now}</p>`;
  const opens = Date.parse(contact.opens_at ?? "") ? ` · ${filled(say.opens, { when: writtenMoment(contact.opens_at ?? "", language) })}` : "";
  return html`<p class="opening">${say.closed_now}${opens}</p>`;
}

function row(label: string, value: unknown): TemplateResult | typeof nothing {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : nothing;
}

function named(code: string, language: Language): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
}

function bare(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
}
