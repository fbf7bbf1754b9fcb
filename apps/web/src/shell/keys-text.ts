/** The page's own, as it is in Google Docs. */
export const ALT_TEXT_KEYS = "Mod-Alt-y";

export const BLOCK_MENU_KEYS = "Mod-Shift-Enter";
export const OPEN_LINK_KEYS = "Alt-Enter";
export const CHAT_KEYS = "Mod-Alt-Shift-c";

/** Whether these are the keys, on this computer's keyboard and whatever alphabet it writes. */
export function isPressed(event: KeyboardEvent, shortcut: string): boolean {
  const parts = shortcut.split(/-(?!$)/);
  const key = parts.pop() ?? "";
  const [isMod, isOther] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (isMod !== parts.includes("Mod") || isOther || event.altKey !== parts.includes("Alt")) return false;
  // A sign may need Shift to be typed at all.
  if (event.shiftKey !== parts.includes("Shift") && /^[a-z0-9]$|../i.test(key)) return false;
  const isLatin = event.key.length > 1 || event.key.charCodeAt(0) < 128;
  return event.key.toLowerCase() === key.toLowerCase() || (!isLatin && event.code === `Key${key.toUpperCase()}`);
}

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
