/** The page's own, as it is in Google Docs. */
export const ALT_TEXT_KEYS = "Mod-Alt-y";

/** A shortcut in ProseMirror's notation as this computer's keyboard says it. */
export function keysText(shortcut: string): string {
  const parts = shortcut.split(/-(?!$)/);
  const key = parts.pop() ?? "";
  const words = [...ORDER.filter((name) => parts.includes(name)).map((name) => NAMES[name]), keyText(key)];
  return words.join(isMac ? "" : "+");
}

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const ORDER = ["Ctrl", "Mod", "Alt", "Shift"] as const;
const NAMES: Readonly<Record<(typeof ORDER)[number], string>> = isMac
  ? { Ctrl: "⌃", Mod: "⌘", Alt: "⌥", Shift: "⇧" }
  : { Ctrl: "Ctrl", Mod: "Ctrl", Alt: "Alt", Shift: "Shift" };
const KEYS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Backspace: isMac ? "⌫" : "Backspace",
  Enter: isMac ? "↩" : "Enter",
};

const keyText = (key: string): string => KEYS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
