import type { Editor } from "@tiptap/core";

const GAP = 8;
const EDGE = 8;
const BAR = 48;

/** Puts the toolbar above the selection, below it where there is no room. */
export function placeBubble(bubble: HTMLElement, { view }: Editor): void {
  const { from, to } = view.state.selection;
  const start = view.coordsAtPos(from, 1);
  const end = view.coordsAtPos(to, -1);
  const isOneLine = Math.abs(start.top - end.top) < 4;
  const page = view.dom.getBoundingClientRect();
  const middle = isOneLine ? (start.left + end.right) / 2 : (start.left + Math.min(page.right, start.left + 320)) / 2;
  place(bubble, middle, start.top, Math.min(end.bottom + GAP, innerHeight - bubble.offsetHeight - EDGE));
}

/** Puts the toolbar above a block, or on its upper edge where there is no room. */
export function placeOver(bubble: HTMLElement, block: HTMLElement): void {
  const { left, right, top } = block.getBoundingClientRect();
  place(bubble, (left + right) / 2, top, Math.max(top, BAR) + GAP);
}

/** In the page's own coordinates: it scrolls with the words without anybody listening. */
function place(bubble: HTMLElement, middle: number, over: number, otherwise: number): void {
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const left = Math.max(EDGE, Math.min(middle - width / 2, document.documentElement.clientWidth - width - EDGE));
  const above = over - height - GAP;
  const top = above >= BAR + EDGE ? above : otherwise;
  bubble.style.left = `${Math.round(left + scrollX)}px`;
  bubble.style.top = `${Math.round(top + scrollY)}px`;
}
