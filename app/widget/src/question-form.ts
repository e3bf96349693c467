import { html, nothing, type TemplateResult } from "lit";
import { filled, type Words } from "./words.js";

const NEARLY_FULL = 0.8; // of the longest question: from here on the characters left are shown

export interface QuestionFormState {
  draft: string;
  error: string;
  longest: number;
  busy: boolean;
}

export interface QuestionFormActions {
  submit(): void;
  type(draft: string): void;
}

export function questionForm(say: Words, state: QuestionFormState, actions: QuestionFormActions): TemplateResult {
  const { draft, error, busy } = state;
  const count = error ? "" : countText(say, draft, state.longest);
  const submit = (event: Event): void => {
    event.preventDefault();
    actions.submit();
  };
  const entered = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: an input method is at work
    submit(event);
  };
  return html`<form @submit=${submit} novalidate>
    <label for="question">${say.question}</label>
    <div class="field">
      <textarea id="question" rows="2" enterkeyhint="send" autocomplete="off" .value=${draft} ?readonly=${busy}
        aria-describedby="hint ${count ? "count" : ""} ${error ? "field-error" : ""}" aria-invalid=${String(error !== "")}
        @input=${(event: Event) => actions.type((event.target as HTMLTextAreaElement).value)} @keydown=${entered}></textarea>
      <button type="submit" class="send" aria-disabled=${String(busy)}>${say.send}</button>
    </div>
    ${count ? html`<p id="count" class=${draft.length > state.longest ? "error" : "hint"}>${count}</p>` : nothing}
    ${error ? html`<p id="field-error" class="error">${error}</p>` : nothing}
    <p id="hint" class="hint">${say.privacy}</p>
  </form>`;
}

/** How much room is left; empty while there is plenty. */
export function countText(say: Words, draft: string, longest: number): string {
  const left = longest - draft.length;
  if (left > longest * (1 - NEARLY_FULL)) return "";
  return left < 0 ? filled(say.over, { count: -left }) : filled(say.left, { count: left });
}
