import type { Editor } from "@tiptap/core";

const GAP = 8;
const EDGE = 8;
const BAR = 48;

/**
 * Puts the toolbar above the selection, below it where there is no room. In the page's own coordinates: it scrolls with
 * the words without anybody listening.
 */
export function placeBubble(bubble: HTMLElement, { view }: Editor): void {
  const { from, to } = view.state.selection;
  const start = view.coordsAtPos(from, 1);
  const end = view.coordsAtPos(to, -1);
  const isOneLine = Math.abs(start.top - end.top) < 4;
  const page = view.dom.getBoundingClientRect();
  const middle = isOneLine ? (start.left + end.right) / 2 : (start.left + Math.min(page.right, start.left + 320)) / 2;
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const left = Math.max(EDGE, Math.min(middle - width / 2, document.documentElement.clientWidth - width - EDGE));
  const above = start.top - height - GAP;
  const top = above >= BAR + EDGE ? above : Math.min(end.bottom + GAP, innerHeight - height - EDGE);
  bubble.style.left = `${Math.round(left + scrollX)}px`;
  bubble.style.top = `${Math.round(top + scrollY)}px`;
}
