import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Where the window fills the screen: phones, also on their side, and a page at 400 %. style.css says the same. */
export const SMALL = matchMedia("(max-width: 40em), (max-height: 30em)");
const KEYBOARD = 100; // px; less than any keyboard, more than a browser's own bars

interface Host extends ReactiveControllerHost, HTMLElement {
  /** Called when the window has come into view. */
  appeared(): void;
}

/** The launcher's window: beside the page where there is room, modal on a small screen, above the keyboard of a phone. */
export class DialogWindow implements ReactiveController {
  private modal = false;

  constructor(private readonly host: Host) {
    host.addController(this);
  }

  hostConnected(): void {
    SMALL.addEventListener("change", this.again);
    visualViewport?.addEventListener("resize", this.fit);
    visualViewport?.addEventListener("scroll", this.fit);
    this.again(); // a page that moves the element takes a modal window out of its layer
  }

  hostDisconnected(): void {
    SMALL.removeEventListener("change", this.again);
    visualViewport?.removeEventListener("resize", this.fit);
    visualViewport?.removeEventListener("scroll", this.fit);
  }

  show(showing: boolean): void {
    const { dialog } = this;
    if (!dialog || dialog.open === showing) return;
    if (!showing) return dialog.close();
    const before = document.activeElement;
    this.modal = SMALL.matches;
    if (this.modal) dialog.showModal();
    else dialog.show();
    if (before === document.body) (document.activeElement as HTMLElement | null)?.blur(); // a new page keeps its own focus
    this.fit();
    this.host.appeared();
  }

  private get dialog(): HTMLDialogElement | null {
    return this.host.shadowRoot?.querySelector("dialog") ?? null;
  }

  private readonly again = (): void => {
    const { dialog } = this;
    if (!dialog?.open || (this.modal === SMALL.matches && dialog.matches(":modal") === this.modal)) return;
    const active = this.host.shadowRoot?.activeElement as HTMLElement | null | undefined;
    dialog.close();
    this.show(true);
    active?.focus({ preventScroll: true });
  };

  /** A keyboard covers the page in place of making it smaller. Somebody who zooms in is left alone. */
  private readonly fit = (): void => {
    const { dialog } = this;
    const seen = visualViewport;
    if (!dialog || !seen) return;
    const covered = this.modal && seen.scale < 1.01 && innerHeight - seen.height > KEYBOARD;
    dialog.style.height = covered ? `${seen.height}px` : "";
    dialog.style.top = covered ? `${seen.offsetTop}px` : "";
  };
}
