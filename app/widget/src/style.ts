import { css } from "lit";

/*
 * Sizes are in em of the browser's own text size, which `all: initial` brings back. The blues are the city's; each pair of
 * text and ground has a contrast of at least 4.5, each border of a control 3.
 */
export const styles = css`
  :host {
    all: initial;
    --ink: var(--hello-espoo-text, #091c3b);
    --muted: #536076;
    --paper: var(--hello-espoo-background, #fff);
    --wash: #f2f5fa;
    --line: #d8dfea;
    --edge: #73809a;
    --accent: var(--hello-espoo-accent, #0047b6);
    --on-accent: var(--hello-espoo-on-accent, #fff);
    --head: var(--hello-espoo-header, #00358a);
    --tint: #e6eefa;
    --alarm: #ff4f57;
    --alarm-tint: #fff1f1;
    --warn: #f06c00;
    --error: #a8071a;
    --radius: var(--hello-espoo-radius, 14px);
    display: block;
    font: 1em/1.55 var(--hello-espoo-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
    color: var(--ink);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --ink: var(--hello-espoo-text, #e9eef8);
      --muted: #b4c0d4;
      --paper: var(--hello-espoo-background, #111a2c);
      --wash: #18233a;
      --line: #2f3d58;
      --edge: #8796b3;
      --accent: var(--hello-espoo-accent, #9cc2ff);
      --on-accent: var(--hello-espoo-on-accent, #091c3b);
      --head: var(--hello-espoo-header, #0b2c66);
      --tint: #1d2f52;
      --alarm-tint: #3a1a22;
      --error: #ffb3b3;
    }
  }
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .hidden { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
  h2, h3, h4, p, ol, ul, dl, dd, blockquote { margin: 0; padding: 0; font: inherit; }
  ol, ul { list-style: none; }
  button, textarea { font: inherit; color: inherit; letter-spacing: inherit; word-spacing: inherit; }
  button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
  button[aria-disabled="true"] { cursor: default; opacity: .6; }
  a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
  a:hover { text-decoration-thickness: 2px; }
  svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
  :focus { outline: none; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
  header :focus-visible { outline-color: #fff; }

  /* the launcher */
  .launcher {
    position: fixed; z-index: var(--hello-espoo-z-index, 1000);
    right: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-right, 0px));
    bottom: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-bottom, 0px));
    display: flex; align-items: center; gap: .6em; min-height: 3.5em; padding: .5em 1.35em .5em 1.1em;
    border: 0; border-radius: 999px; background: var(--head); color: #fff; font-weight: 600;
    box-shadow: 0 2px 6px rgb(9 28 59 / .2), 0 10px 28px rgb(9 28 59 / .22);
  }
  .launcher:hover { background: color-mix(in srgb, var(--head) 88%, #000); }
  .launcher:focus-visible { outline-offset: 3px; border-radius: 999px; }
  .mark { width: 1.7em; height: 1.7em; flex: none; }
  .mark path:first-child { fill: currentColor; stroke: none; }
  .mark .lines { stroke: var(--head); stroke-width: 2.4; }

  /* the panel */
  .panel { position: relative; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); overflow: hidden; overflow-wrap: anywhere; }
  section.panel { height: 100%; min-height: 0; }
  :host([mode="panel"]) { height: 40em; }
  dialog.panel {
    position: fixed; inset: auto; z-index: var(--hello-espoo-z-index, 1000); margin: 0; padding: 0; border: 0;
    right: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-right, 0px));
    bottom: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-bottom, 0px));
    width: min(29em, calc(100vw - 2.5em)); max-width: none;
    height: min(46em, calc(100vh - 2.5em)); height: min(46em, calc(100dvh - 2.5em)); max-height: none;
    border-radius: var(--radius); outline: 1px solid var(--line);
    box-shadow: 0 4px 12px rgb(9 28 59 / .12), 0 24px 64px rgb(9 28 59 / .24);
  }
  dialog.panel:not([open]) { display: none; }
  dialog.panel::backdrop { background: rgb(9 28 59 / .5); }
  @media (max-width: 40em) {
    dialog.panel { inset: 0; width: 100%; height: 100vh; height: 100dvh; border-radius: 0; outline: 0; box-shadow: none; }
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog.panel[open] { animation: rise .18s ease-out; }
  }
  @keyframes rise { from { opacity: 0; transform: translateY(.75em); } }
  @keyframes breathe { 0%, 60%, 100% { opacity: .25; } 30% { opacity: 1; } }

  header {
    display: flex; align-items: center; justify-content: space-between; flex-wrap: wrap; gap: .25em .75em;
    padding: calc(.7em + env(safe-area-inset-top, 0px)) .75em .7em 1.25em; background: var(--head); color: #fff;
  }
  .heading { min-width: 0; flex: 1 1 9em; }
  .whole { white-space: nowrap; }
  header h2 { font-size: 1.0625em; font-weight: 650; line-height: 1.25; }
  header p { font-size: .8125em; line-height: 1.3; color: #d9e4f4; }
  .tools, .languages { display: flex; align-items: center; }
  header button {
    min-width: 44px; min-height: 44px; padding: 0 .35em; border: 0; border-radius: 8px; background: none; color: #fff;
    font-size: .875em; font-weight: 600; letter-spacing: .02em;
  }
  header button:hover { background: rgb(255 255 255 / .14); }
  .languages button { position: relative; color: #d9e4f4; font-weight: 500; }
  .languages [aria-pressed="true"] { color: #fff; font-weight: 700; }
  .languages [aria-pressed="true"]::after { content: ""; position: absolute; left: 28%; right: 28%; bottom: 8px; border-bottom: 2px solid #fff; }
  .close svg { width: 1.5em; height: 1.5em; margin: auto; }

  .scroll { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 0 1.25em; scroll-padding-top: 1em; }
  .scroll:focus-visible { outline-offset: -3px; }
  :host([mode="inline"]) .scroll { overflow: visible; }
  :host([mode="inline"]) .panel, :host([mode="panel"]) .panel { border: 1px solid var(--line); border-radius: var(--radius); }

  /* before the first question */
  .welcome { padding: 1.4em 0 1.5em; }
  .welcome h3 { font-size: 1.5em; font-weight: 680; line-height: 1.2; letter-spacing: -.012em; margin-bottom: .4em; text-wrap: balance; }
  .small { margin-top: .6em; font-size: .9375em; color: var(--muted); }
  .kept { margin-top: 1.6em; font-size: .875em; }

  /* questions as buttons */
  h4 { font-size: .875em; font-weight: 650; color: var(--muted); margin-bottom: .5em; }
  .questions { margin-top: 1.4em; }
  .questions ul { border-top: 1px solid var(--line); }
  .ask {
    display: flex; align-items: center; gap: .75em; width: 100%; min-height: 46px; padding: .55em 0; text-align: left;
    border: 0; border-bottom: 1px solid var(--line); background: none; color: var(--accent); font-weight: 550; line-height: 1.35;
  }
  .ask::after {
    content: ""; flex: none; width: .5em; height: .5em; margin: 0 .35em 0 auto; border: solid currentColor; border-width: 2px 2px 0 0;
    transform: rotate(45deg);
  }
  .ask:hover { background: var(--wash); text-decoration: underline; text-underline-offset: .18em; }
  .more > summary { padding: .7em 0; }
  .more ul { border-top: 0; }

  summary { cursor: pointer; color: var(--accent); min-height: 44px; display: flex; align-items: center; gap: .5em; list-style: none; }
  summary::-webkit-details-marker { display: none; }
  summary::before {
    content: ""; flex: none; width: .42em; height: .42em; margin: 0 .15em; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(-45deg);
  }
  details[open] > summary::before { transform: rotate(45deg); }
  summary:hover { text-decoration: underline; text-underline-offset: .18em; }

  /* question and answer */
  .exchange { padding: 1.4em 0 1.6em; }
  .exchange, .welcome { max-width: 46em; }
  .exchange + .exchange { border-top: 1px solid var(--line); }
  .exchange h3 { font-size: 1.1875em; font-weight: 650; line-height: 1.3; letter-spacing: -.006em; margin-bottom: .6em; white-space: pre-line; }
  .answer:focus-visible { outline: none; box-shadow: -.75em 0 var(--paper), calc(-.75em - 4px) 0 var(--accent); border-radius: 0; }
  .text > * + * { margin-top: .7em; }
  .text ul, .text ol { padding-left: 1.5em; }
  .text ul { list-style: disc; }
  .text ol { list-style: decimal; }
  .text li + li { margin-top: .4em; }
  .text li::marker { color: var(--muted); font-weight: 600; }
  .verdict { font-weight: 650; margin-bottom: .4em; }
  .marker {
    position: relative; min-width: 1.75em; height: 1.75em; padding: 0 .4em; margin: 0 .1em; border: 1px solid transparent; border-radius: 6px;
    background: var(--tint); color: var(--accent); font-size: .75em; font-weight: 700; line-height: 1; vertical-align: .15em;
  }
  .marker::after { content: ""; position: absolute; inset: -12px -9px; }
  .marker:hover { background: var(--accent); color: var(--on-accent); }

  .sources, .contact, .notices { margin-top: 1.4em; }
  .sources li { display: flex; gap: .75em; padding: .7em 0 .35em; border-top: 1px solid var(--line); }
  .sources li { scroll-margin-top: 3em; }
  .sources li > div { min-width: 0; flex: 1; }
  .sources .number {
    flex: none; min-width: 1.75em; height: 1.75em; margin-top: .2em; border-radius: 6px; background: var(--tint); color: var(--accent);
    font-size: .75em; font-weight: 700; line-height: 1.75em; text-align: center;
  }
  .sources a, .sources li > div > span { font-weight: 550; }
  .out::after { content: "\\2197" / ""; margin-left: .3em; font-size: .85em; display: inline-block; text-decoration: none; }
  .about { font-size: .875em; color: var(--muted); line-height: 1.45; }
  .sources summary { font-size: .875em; }
  blockquote { margin: .1em 0 .8em; padding: .1em 0 .1em 1em; border-left: 3px solid var(--edge); font-size: .9375em; white-space: pre-line; }

  .notices { padding: .8em 1em; border-left: 4px solid var(--warn); background: var(--wash); border-radius: 0 8px 8px 0; font-size: .9375em; }
  .notices h4 { margin-bottom: .25em; color: var(--ink); }
  .notices li + li { margin-top: .4em; }

  .contact { padding: 1em 1.1em; border-radius: 10px; background: var(--wash); }
  .contact h4 { margin-bottom: .15em; }
  .name { font-weight: 650; }
  .opening { font-size: .9375em; }
  .opening.open::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em; border-radius: 50%; background: #2e7d32; }
  dl { margin-top: .35em; font-size: .9375em; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .35em 1em; }
  dl div { display: contents; }
  dt { color: var(--muted); }
  dd { min-width: 0; }

  .urgent { margin-bottom: 1.4em; padding: 1em 1.1em .4em; border-left: 6px solid var(--alarm); background: var(--alarm-tint); border-radius: 0 10px 10px 0; }
  .urgent h4 { font-size: 1.0625em; color: var(--ink); margin-bottom: .25em; }
  .urgent ul { margin-top: .7em; }
  .urgent li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1em; padding: .2em 0; border-top: 1px solid color-mix(in srgb, var(--alarm) 30%, transparent); }
  .urgent .phone { display: inline-flex; align-items: center; min-height: 44px; font-size: 1.1875em; font-weight: 700; color: var(--ink); }

  .accuracy { margin-top: 1.2em; font-size: .875em; color: var(--muted); }
  .feedback { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .5em; margin-top: .8em; font-size: .9375em; }
  .feedback > span { margin-right: .35em; }
  .feedback p { flex-basis: 100%; }
  .reasons { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: .4em .5em; padding-top: .3em; }
  .reasons span { flex-basis: 100%; }
  .feedback button, .secondary, .quiet {
    min-height: 44px; padding: .35em 1em; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); line-height: 1.3;
  }
  .feedback button:hover, .secondary:hover, .quiet:hover { background: var(--wash); border-color: var(--accent); }
  .feedback button[aria-pressed="true"] { background: var(--tint); border-color: var(--accent); color: var(--accent); font-weight: 650; }
  .secondary { font-weight: 600; color: var(--accent); border-color: var(--accent); }

  .waiting { display: flex; flex-wrap: wrap; align-items: center; gap: .5em .75em; color: var(--muted); }
  .text + .waiting { margin-top: 1em; }
  .waiting button { margin-left: auto; }
  .dots { display: inline-flex; gap: .3em; }
  .dots i { width: .5em; height: .5em; border-radius: 50%; background: var(--accent); }
  @media (prefers-reduced-motion: no-preference) {
    .dots i { animation: breathe 1.2s ease-in-out infinite; }
    .dots i:nth-child(2) { animation-delay: .18s; }
    .dots i:nth-child(3) { animation-delay: .36s; }
  }
  .trouble { padding: .9em 1em; border-left: 4px solid var(--warn); background: var(--wash); border-radius: 0 8px 8px 0; }
  .trouble button { margin-top: .8em; }

  .conversation-tools { display: flex; flex-wrap: wrap; padding: .6em 0 1.25em; border-top: 1px solid var(--line); }
  .conversation-tools p { flex-basis: 100%; padding-bottom: .4em; }
  .conversation-tools .secondary { margin-right: .35em; }
  .quiet { border-color: transparent; background: none; padding: .35em 0; margin-right: 1.25em; font-size: .875em; color: var(--muted); text-decoration: underline; text-underline-offset: .18em; }

  /* writing */
  .offline { padding: .5em 1.25em; background: var(--wash); border-top: 3px solid var(--warn); font-size: .9375em; }
  form { padding: .8em 1.25em .6em; border-top: 1px solid var(--line); background: var(--paper); }
  label { display: block; font-size: .9375em; font-weight: 650; margin-bottom: .3em; }
  .field { display: flex; align-items: stretch; gap: .5em; }
  textarea {
    flex: 1; min-width: 0; min-height: 3.6em; max-height: 11em; padding: .5em .7em; resize: vertical; field-sizing: content;
    border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); line-height: 1.4;
  }
  textarea:focus-visible { outline-offset: 0; border-color: var(--accent); border-radius: 8px; }
  textarea[aria-invalid="true"] { border: 2px solid var(--error); }
  textarea[readonly] { background: var(--wash); }
  .send { min-width: 4.4em; min-height: 44px; padding: .4em .9em; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 650; }
  .send:hover { background: color-mix(in srgb, var(--accent) 86%, #000); }
  .hint { margin-top: .4em; font-size: .8125em; line-height: 1.4; color: var(--muted); }
  .error { margin-top: .4em; font-size: .9375em; font-weight: 600; color: var(--error); }

  footer {
    display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: 0 1em;
    padding: 0 1.25em calc(.15em + env(safe-area-inset-bottom, 0px)); border-top: 1px solid var(--line); background: var(--wash); font-size: .9375em;
  }
  .person[open] { flex-basis: 100%; padding-bottom: .6em; }
  .emergency { display: flex; align-items: center; gap: .4em; min-height: 44px; color: var(--muted); }
  .emergency a { display: inline-flex; align-items: center; min-height: 44px; min-width: 44px; justify-content: center; font-weight: 700; color: var(--ink); }

  /* a low window (a phone on its side, 400 % zoom): the whole panel scrolls, so that nothing covers the focus */
  @media (max-height: 34em) {
    dialog.panel, :host([mode="panel"]) section.panel { display: block; overflow-y: auto; }
    dialog.panel:not([open]) { display: none; }
    .scroll { overflow: visible; }
  }
  @media (max-width: 30em) {
    header p { display: none; }
    footer { font-size: .875em; }
  }
  @media (max-width: 24em) {
    header { padding-left: 1em; }
    .tools { flex: 1; justify-content: space-between; margin-left: -.6em; }
    .scroll, form, footer { padding-left: 1em; padding-right: 1em; }
  }
  @media (forced-colors: active) {
    .launcher, .send, .panel, .contact, .urgent, .notices, .trouble, .marker, .sources .number { border: 1px solid; }
    .languages [aria-pressed="true"]::after { border-color: Highlight; }
    .dots i { background: CanvasText; }
    header { border-bottom: 1px solid; }
    header p, .languages button { color: CanvasText; }
    .answer:focus-visible { outline: 3px solid Highlight; outline-offset: 4px; }
  }
  @media print {
    .corner, form, footer, .tools, .feedback, .conversation-tools, .questions { display: none; }
    .panel, .scroll { display: block; overflow: visible; height: auto; }
  }
`;
