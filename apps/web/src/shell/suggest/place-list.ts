import type { Editor } from "@tiptap/core";

/** All of it in sight where the window allows. */
const LONGEST_LIST = 372;
const GAP = 6;
const EDGE = 8;

/**
 * Puts a list under the sign it was asked for with, or over it where there is no room below. It stays on its side of the line while it
 * shrinks, because a list that jumps cannot be chosen from.
 */
export function placeList(list: HTMLElement, { view }: Editor, from: number): void {
  const sign = view.coordsAtPos(from, 1);
  const seen = visualViewport?.height ?? innerHeight;
  const isBelow = seen - sign.bottom > LONGEST_LIST + GAP + EDGE || seen - sign.bottom > sign.top;
  const { style } = list;
  const room = Math.min(LONGEST_LIST, (isBelow ? seen - sign.bottom : sign.top - 48) - GAP - EDGE);
  style.maxHeight = `${list.scrollHeight > room ? endWithinRow(list, room) : room}px`;
  const top = isBelow ? sign.bottom + GAP : sign.top - GAP - list.offsetHeight;
  const left = Math.max(EDGE, Math.min(sign.left, document.documentElement.clientWidth - list.offsetWidth - EDGE));
  style.top = `${Math.round(top + scrollY)}px`;
  style.left = `${Math.round(left + scrollX)}px`;
}

/** Where a list ends that has more rows than room: not between two, for it would look as if these were all. */
function endWithinRow({ firstElementChild: first }: HTMLElement, room: number): number {
  if (!(first instanceof HTMLElement)) return room;
  const rows = (room - first.offsetTop) / first.offsetHeight;
  return first.offsetTop + Math.min(rows, Math.floor(rows - 0.3) + 0.7) * first.offsetHeight;
}
