import { html, nothing, type TemplateResult } from "lit";
import { questionButtons } from "./answer.js";
import { filled, type Words } from "./words.js";

const STARTS = 4;

/** Before the first question: what this is, where to start, what is kept (`days`; 0: not known). */
export function welcome(say: Words, starts: string[], days: number, ask: (question: string) => void): TemplateResult {
  return html`<div class="welcome">
    <h3>${say.welcome}</h3>
    <p>${say.lead}</p>
    <p class="small">${say.ai}</p>
    <section class="questions"><h4>${say.start}</h4>
      ${questionButtons(starts.slice(0, STARTS), ask)}
      ${starts.length > STARTS ? html`<details class="more"><summary>${say.more}</summary>
        ${questionButtons(starts.slice(STARTS), ask)}</details>` : nothing}
    </section>
    <p class="small kept">${days ? filled(say.kept, { days }) : say.kept_for_a_time}</p>
  </div>`;
}
