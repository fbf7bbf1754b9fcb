import type { BlockRun } from "@sheaf/editor";
import type { Node } from "@tiptap/pm/model";
import type { EditorView } from "@tiptap/pm/view";

/** The block of the document itself at a height of the window, or else the next one below. It asks few of them where they are. */
export function blockAtHeight({ dom }: EditorView, y: number): HTMLElement | null {
  const { children } = dom;
  let [low, high] = [0, children.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bottomOf(children[middle]) < y) low = middle + 1;
    else high = middle;
  }
  return forwards(children[low]) ?? backwards(children[children.length - 1]);
}

export function blockAtIndex({ dom }: EditorView, index: number): HTMLElement | null {
  let left = index;
  for (const child of dom.children) if (isBlock(child) && left-- === 0) return child;
  return null;
}

/** @returns -1 for one that is not there any more. */
export function indexOfBlock(block: Element): number {
  let index = 0;
  for (const child of block.parentElement?.children ?? []) {
    if (child === block) return index;
    if (isBlock(child)) index++;
  }
  return -1;
}

/** The block of that index and those before it are the same in both; false for -1, which is no block. */
export function isSameThrough(index: number, before: Node, after: Node): boolean {
  for (let at = index; at >= 0; at--) if (before.maybeChild(at) !== after.maybeChild(at)) return false;
  return index >= 0;
}

export const blockAfter = (block: Element): HTMLElement | null => forwards(block.nextElementSibling);
export const blockBefore = (block: Element): HTMLElement | null => backwards(block.previousElementSibling);

/** The first and the last element of some blocks. */
export function elementsOf(
  view: EditorView,
  { from, to, container, endIndex }: BlockRun,
): readonly [Element, Element] | null {
  const first = view.nodeDOM(from);
  const last = view.nodeDOM(to - container.child(endIndex - 1).nodeSize);
  return first instanceof Element && last instanceof Element ? [first, last] : null;
}

/** Where the middle of a block's first line is, from its top. */
export function firstLineMiddle(block: HTMLElement, height: number): number {
  const { lineHeight, paddingTop } = getComputedStyle(block);
  const line = Number.parseFloat(lineHeight) || 24;
  return height < 1.8 * line ? height / 2 : Number.parseFloat(paddingTop) + line / 2;
}

/** Carets of others and the like stand between blocks, and are none. */
const isBlock = (child: Element): child is HTMLElement =>
  child instanceof HTMLElement && !child.classList.contains("ProseMirror-widget");

function forwards(from: Element | null | undefined): HTMLElement | null {
  let at = from ?? null;
  while (at !== null && !isBlock(at)) at = at.nextElementSibling;
  return at;
}

function backwards(from: Element | null | undefined): HTMLElement | null {
  let at = from ?? null;
  while (at !== null && !isBlock(at)) at = at.previousElementSibling;
  return at;
}

const bottomOf = (child: Element | undefined): number =>
  backwards(child)?.getBoundingClientRect().bottom ?? Number.NEGATIVE_INFINITY;
