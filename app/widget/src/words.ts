import facts from "virtual:facts";
import type { Language } from "./wire.js";

type Key =
  | "accuracy" | "address" | "again" | "ai" | "answer" | "callback" | "chat" | "checked" | "choices" | "close" | "closed_now" | "conversation"
  | "copied" | "copy" | "cut" | "dated" | "email" | "emergency" | "empty" | "forget" | "forget_no" | "forget_sure"
  | "forget_yes" | "forgotten" | "helpful" | "in_language" | "incomplete" | "kept" | "kept_for_a_time" | "language"
  | "languageName" | "late" | "launcher" | "lead" | "left" | "may_help" | "meant" | "more" | "new_tab" | "no" | "not_copied"
  | "not_forgotten" | "not_known" | "not_sent" | "notices" | "offline" | "offline_now" | "online_again" | "open_now"
  | "opens" | "outdated" | "over" | "passage" | "person" | "phone" | "print" | "privacy" | "question" | "ready"
  | "ready_with" | "ready_with_one" | "responsible" | "retrying" | "send" | "serves_in" | "service" | "slow" | "source" | "sources"
  | "start" | "stop" | "stopped" | "suggestions" | "tagline" | "thanks" | "unclear" | "undated" | "unreachable"
  | "urgent" | "waiting" | "website" | "welcome" | "why" | "wrong" | "yes" | "you_asked";

/** Every sentence of the widget in one language, with the desk's contact and the emergency number. */
export type Words = Record<Key, string> & {
  languages: Record<Language, string>;
  starts: string[];
  desk: { name: string; url: string; phone: string; email: string; address: string };
  emergencyNumber: string;
};

export const LANGUAGES: readonly Language[] = ["fi", "sv", "en"];

export function words(language: Language): Words {
  return facts[language];
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** A sentence with its {places} filled. */
export function filled(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** A number stays on one line (080 005 005), and so does a name with its "-info". */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=\d)/g, "$1\u00a0").replace(/ -(?=\p{L})/gu, " -\u2060");
}

/** 18.4.2016 in Finnish and Swedish, 18 April 2016 in English, as the service writes it. */
export function writtenDate(iso: string, language: Language): string {
  const day = new Date(`${iso}T12:00:00Z`);
  if (language !== "en") return `${day.getUTCDate()}.${day.getUTCMonth() + 1}.${day.getUTCFullYear()}`;
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A weekday with date and time in Espoo: "maanantaina 23.11. klo 9.00". */
export function writtenMoment(iso: string, language: Language): string {
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language];
  const month = language === "en" ? "long" : "numeric";
  const parts = new Intl.DateTimeFormat(locale, {
    weekday: "long", day: "numeric", month, hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Helsinki",
  }).formatToParts(new Date(iso));
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  const hour = String(Number(of("hour")));
  if (language === "en") return `${of("weekday")} ${of("day")} ${of("month")}, ${hour}:${of("minute")}`;
  const mark = language === "fi" ? ". klo\u00a0" : " kl.\u00a0";
  return `${of("weekday")} ${of("day")}.${of("month")}${mark}${hour}.${of("minute")}`;
}
