// Only what HTML cannot do: Ctrl+Enter, copying, and a sign that the question is on its way.

for (const form of document.querySelectorAll("form.ask")) {
  const button = form.querySelector("button");
  const state = form.querySelector("[role=status]");
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    state.textContent = form.dataset.waiting;
  });
  window.addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    state.textContent = "";
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const state = field.parentElement.querySelector("[role=status]");
  let safe = field.value;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(field);
    if (done) safe = field.value;
    state.textContent = done ? button.dataset.done : button.dataset.failed;
  });
  // The browser asks before it leaves a text that was edited and not yet copied.
  window.addEventListener("beforeunload", (event) => {
    if (field.value !== safe) event.preventDefault();
  });
}

// The clipboard needs HTTPS or this machine; elsewhere the older way may still work.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
