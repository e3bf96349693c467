import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";

const MODULE = "virtual:facts";
const LANGUAGES = ["fi", "sv", "en"];

/** What the widget must have without the service: its sentences in three languages, and who helps in person. */
export function facts() {
  return {
    name: "facts",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) => (id === `\0${MODULE}` ? written(read()) : null),
  };
}

/** The keys once and not three times: 240 bytes of the packed file. */
function written(all) {
  const keys = Object.keys(all.en);
  const lists = LANGUAGES.map((language) => `${language}: named(${JSON.stringify(keys.map((key) => all[language][key]))})`);
  return `const keys = ${JSON.stringify(keys.join(" "))}.split(" ");
    const named = (values) => Object.fromEntries(keys.map((key, place) => [key, values[place]]));
    export default { ${lists.join(", ")} };`;
}

function read() {
  const desk = toml("../../knowledge/owners.toml").desk;
  const number = toml("../../knowledge/facts.toml").emergency_number;
  return Object.fromEntries(LANGUAGES.map((language) => [language, {
    ...sentences(toml(`../locales/${language}.toml`)),
    desk: Object.fromEntries(["name", "url", "phone", "email", "address"].map((key) => [key, in_language(desk[key], language)])),
    emergencyNumber: String(number.value),
  }]));
}

function sentences({ service, page, suggestions, languages, widget }) {
  return { service: service.name, languageName: page.language_name, languages, starts: suggestions.items, ...widget };
}

/** `owners.toml` gives one value for all languages, or one for each. */
function in_language(value, language) {
  return (typeof value === "object" ? value[language] : value) ?? "";
}

function toml(path) {
  return parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8"));
}
