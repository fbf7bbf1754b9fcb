import type { Editor } from "@tiptap/core";

const GAP = 8;
const EDGE = 8;
const BAR = 48;

/** Puts the toolbar above the selection, below it where there is no room. */
export function placeBubble(bubble: HTMLElement, { view }: Editor): void {
  const cells = [...view.dom.querySelectorAll(".selectedCell")].map((cell) => cell.getBoundingClientRect());
  if (cells.length > 0) {
    const [left, right] = [Math.min(...cells.map((cell) => cell.left)), Math.max(...cells.map((cell) => cell.right))];
    const bottom = Math.max(...cells.map((cell) => cell.bottom));
    const top = Math.min(...cells.map((cell) => cell.top));
    // Clear of the column's handle.
    place(bubble, (left + right) / 2, top - GAP, Math.min(bottom + GAP, innerHeight - bubble.offsetHeight - EDGE));
    return;
  }
  const { from, to } = view.state.selection;
  const start = view.coordsAtPos(from, 1);
  const end = view.coordsAtPos(to, -1);
  const isOneLine = Math.abs(start.top - end.top) < 4;
  const page = view.dom.getBoundingClientRect();
  const middle = isOneLine ? (start.left + end.right) / 2 : (start.left + Math.min(page.right, start.left + 320)) / 2;
  place(bubble, middle, start.top, Math.min(end.bottom + GAP, innerHeight - bubble.offsetHeight - EDGE));
}

/** Puts the toolbar on a picture's upper edge, where it covers no words; above one it would cover. */
export function placeOver(bubble: HTMLElement, picture: HTMLElement): void {
  const { left, right, top, bottom, height } = picture.getBoundingClientRect();
  const isRoomy = height > 3 * bubble.offsetHeight;
  const inside = Math.max(top, BAR) + GAP;
  place(bubble, (left + right) / 2, isRoomy ? Number.NEGATIVE_INFINITY : top, isRoomy ? inside : bottom + GAP);
}

/** Puts a card under the first line of a link, or over it where there is no room. */
export function placeBelow(card: HTMLElement, link: HTMLElement): void {
  const { left, top, bottom } = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const hasRoom = bottom + GAP + card.offsetHeight + EDGE < (visualViewport?.height ?? innerHeight);
  const below = hasRoom ? bottom + 4 : top - 4 - card.offsetHeight;
  place(card, left + card.offsetWidth / 2, Number.NEGATIVE_INFINITY, below);
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
