const KEY = "hello-espoo-2"; // another number when the shape of what is kept changes
export const LIFETIME = 24 * 3600_000; // ms: a browser may bring a closed tab back months later

/** What this tab remembers from page to page. A browser that allows no storage costs the memory, nothing else. */
export function remembered<T extends object>(): Partial<T> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Partial<T>) : {};
  } catch {
    return {};
  }
}

export function remember(state: object): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // private windows, full or forbidden storage
  }
}

export function forgetAll(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // as above
  }
}
