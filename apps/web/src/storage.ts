/** What this browser remembers between visits. Blocked or full storage only means that it forgets. */
const PREFIX = "sheaf:";

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Forgotten at the next visit; nothing to tell anybody.
  }
}

/** Calls back when another tab of this browser remembers something else. */
export function onRemembered(name: string, changed: (value: string | undefined) => void): void {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) changed(event.newValue ?? undefined);
  });
}
