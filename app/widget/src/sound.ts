import type { Answer, Citation, HandOff, Sentence, Source, Terms, Topic } from "./wire.js";
import { isLanguage } from "./words.js";

/*
 * Whether what came over the line, or out of the storage, is what wire.ts says. A proxy's page, an older version's memory
 * or half a message must not reach the layout.
 */

type Loose<T> = { [K in keyof T]?: unknown } | null | undefined;

export function isAnswer(it: Loose<Answer>): it is Answer {
  const urgent = it?.urgent as Loose<NonNullable<Answer["urgent"]>>;
  return texts(it, "id", "conversation_id", "question", "status", "text") && isLanguage(it?.language)
    && every(it?.sentences, isSentence) && every(it?.citations, isCitation) && every(it?.notices, (notice) => texts(notice, "text"))
    && every(it?.choices, isText) && every(it?.suggestions, isText) && (it?.hand_off === null || isHandOff(it?.hand_off as HandOff))
    && (urgent === null || (texts(urgent, "text") && every(urgent?.helplines, (line) => texts(line, "name", "phone"))));
}

export function isSentence(it: Loose<Sentence>): boolean {
  return texts(it, "text") && every(it?.citations, Number.isInteger);
}

export function isCitation(it: Loose<Citation>): boolean {
  return Number.isInteger(it?.number) && texts(it, "quote") && texts(it?.source, "title", "url", "publisher", "document_id")
    && isLanguage((it?.source as Source | undefined)?.language);
}

export function isHandOff(it: Loose<HandOff>): boolean {
  return texts(it, "name", "url", "phone", "email", "address");
}

export function isTopic(it: Loose<Topic>): boolean {
  return texts(it, "topic", "question");
}

export function isTerms(it: Loose<Terms>): boolean {
  return Number(it?.max_question) > 0 && Number(it?.retention_days) > 0;
}

export function every<T>(list: unknown, sound: (item: T) => boolean): boolean {
  return Array.isArray(list) && list.every(sound);
}

function texts(it: unknown, ...keys: string[]): boolean {
  return keys.every((key) => isText((it as Record<string, unknown> | null | undefined)?.[key]));
}

function isText(it: unknown): boolean {
  return typeof it === "string";
}
