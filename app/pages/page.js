"use strict";
// Small on purpose: the widget takes its place. Whatever the service sends is shown as text, never as markup.
const form = document.getElementById("ask");
const field = document.getElementById("question");
const button = form.querySelector("button");
const part = (id) => document.getElementById(id);
let conversation = null;
let turns = [];

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(field.value);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

async function ask(question) {
  if (button.disabled) return;
  button.disabled = true;
  part("answer").hidden = true;
  part("state").textContent = form.dataset.waiting;
  try {
    const reply = await post({ id: uuid(), question, language: form.dataset.language, conversation_id: conversation, history: turns });
    const body = await reply.json();
    part("state").textContent = reply.ok ? "" : body.detail;
    if (reply.ok) show(question, body);
    else if (body.code === "unknown_conversation") conversation = null;
  } catch {
    part("state").textContent = form.dataset.unreachable;
  } finally {
    button.disabled = false;
  }
}

function post(body) {
  return fetch("/api/v1/questions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

function show(question, answer) {
  conversation = answer.conversation_id;
  turns = [...turns, { question, answer: answer.text }].slice(-5);
  const urgent = part("urgent");
  urgent.hidden = !answer.urgent;
  urgent.textContent = answer.urgent ? [answer.urgent.text, ...answer.urgent.helplines.map((line) => `${line.name}: ${line.phone}`)].join(" ") : "";
  part("text").textContent = answer.urgent && answer.text.startsWith(answer.urgent.text) ? answer.text.slice(answer.urgent.text.length).trim() : answer.text;
  part("text").lang = answer.language;
  list("notices", answer.notices, (notice) => document.createTextNode(notice.text));
  list("choices", answer.choices, askLink);
  list("sources", answer.citations, source);
  list("suggestions", answer.suggestions, askLink);
  contact(answer.hand_off);
  field.value = "";
  part("answer").hidden = false;
  part("answer-heading").focus();
}

function list(id, items, node) {
  part(id).hidden = items.length === 0;
  part(id).querySelector("ul, ol").replaceChildren(...items.map((item) => {
    const entry = document.createElement("li");
    entry.append(node(item));
    return entry;
  }));
}

function source(citation) {
  const { title, url, language, publisher, as_of: day } = citation.source;
  const entry = document.createElement("span");
  const dated = day ? `${form.dataset.dated} ${new Date(`${day}T12:00`).toLocaleDateString(form.dataset.language)}` : form.dataset.undated;
  const name = link(url, title);
  name.lang = language;
  const tongue = language === form.dataset.language ? "" : language;
  entry.append(name, ` (${[publisher, tongue, dated].filter(Boolean).join(", ")})`);
  return entry;
}

function link(url, label) {
  const web = /^https?:\/\//i.test(url);
  const node = document.createElement(web ? "a" : "span");
  if (web) {
    node.href = url;
    node.rel = "noopener noreferrer";
  }
  node.textContent = label;
  return node;
}

function askLink(question) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = question;
  node.addEventListener("click", () => ask(question));
  return node;
}

function contact(desk) {
  const lines = desk ? [desk.name, desk.phone && `${form.dataset.phone}: ${desk.phone}`, desk.email && `${form.dataset.email}: ${desk.email}`] : [];
  part("contact").replaceChildren(lines.filter(Boolean).join(", "), " ", desk && desk.url ? link(desk.url, desk.url) : "");
}

// crypto.randomUUID exists on secure origins only; a page on a plain address gets its random bits by hand.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
