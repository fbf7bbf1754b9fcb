import type { Editor } from "@tiptap/core";

/** All of it in sight where the window allows. */
const LONGEST_LIST = 372;
const GAP = 6;
const EDGE = 8;

/**
 * Puts the list under the slash, or over it where there is no room below. It stays on its side of the line while it
 * shrinks, because a list that jumps cannot be chosen from.
 */
export function placeSlash(list: HTMLElement, { view }: Editor, from: number): void {
  const slash = view.coordsAtPos(from, 1);
  const seen = visualViewport?.height ?? innerHeight;
  const isBelow = seen - slash.bottom > LONGEST_LIST + GAP + EDGE || seen - slash.bottom > slash.top;
  const { style } = list;
  style.maxHeight = `${Math.min(LONGEST_LIST, (isBelow ? seen - slash.bottom : slash.top - 48) - GAP - EDGE)}px`;
  const top = isBelow ? slash.bottom + GAP : slash.top - GAP - list.offsetHeight;
  const left = Math.max(EDGE, Math.min(slash.left, document.documentElement.clientWidth - list.offsetWidth - EDGE));
  style.top = `${Math.round(top + scrollY)}px`;
  style.left = `${Math.round(left + scrollX)}px`;
}
