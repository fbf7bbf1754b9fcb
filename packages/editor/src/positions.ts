import * as Y from "yjs";
import { positionBefore, type Bound } from "./binding/bound.ts";
import type { Tree } from "./binding/tree.ts";
import { parentOf, type YParent } from "./binding/y-types.ts";

/**
 * The shared position of a place in the view.
 *
 * @param side - Which neighbour it stays with when someone types exactly there: -1 the left one, 1 the right one.
 * Cost follows the block it is in and the number of its siblings, not the length of the document's text.
 */
export function toRelative(tree: Tree, position: number, side: -1 | 1): Y.RelativePosition {
  let bound = tree.root;
  let left = position;
  for (;;) {
    if (bound.segments !== null) {
      const inside = segmentAt(bound, left);
      if (inside !== null) return Y.createRelativePositionFromTypeIndex(inside.text, inside.index, side);
      return relativeTo(bound, piecesBefore(bound, left), side);
    }
    let shared = 0;
    let inner: Bound | null = null;
    for (const child of bound.children ?? []) {
      if (left === 0) break;
      if (left < child.node.nodeSize) {
        inner = child;
        break;
      }
      left -= child.node.nodeSize;
      shared++;
    }
    if (inner === null || inner.type === null || (inner.segments === null && inner.children === null))
      return relativeTo(bound, shared, side);
    bound = inner;
    left--;
  }
}

/** Where a shared position is in the view now; null when what it stood in is gone or not of this document. */
export function fromRelative(
  tree: Tree,
  doc: Y.Doc,
  relative: Y.RelativePosition,
  followUndone = false,
): number | null {
  // Looking up a root by name would create it, so a foreign name must not get that far.
  if (relative.tname !== null && !isRoot(tree, doc, relative.tname)) return null;
  const absolute = Y.createAbsolutePositionFromRelativePosition(relative, doc, followUndone);
  if (absolute === null) return null;
  const bound = tree.locate(absolute.type as Y.AbstractType<unknown>);
  const before = positionBefore(bound);
  if (bound.segments !== null) {
    let start = before + 1;
    for (const [index, segment] of bound.segments.entries()) {
      if (absolute.type === bound.type && index === absolute.index) return start;
      if (segment.type === absolute.type) return start + Math.min(absolute.index, segment.size);
      start += segment.size;
    }
    return absolute.type === bound.type ? start : null;
  }
  if (bound.type !== absolute.type) {
    // Nothing is shown of what it stands in: that is gone, or waits to be shown.
    if (bound === tree.root) return null;
    return isInside(absolute.type as Y.AbstractType<unknown>, bound) ? before : null;
  }
  if (bound.children === null) return before;
  let position = before + 1;
  for (const [index, child] of bound.children.entries()) {
    if (index === absolute.index) return position + textInside(child);
    position += child.node.nodeSize;
  }
  return bound === tree.root && !tree.isWhole ? null : position;
}

/** How far inside a child a position before it means: in its text, also in what only the view has around that. */
function textInside({ type, segments, children }: Bound): number {
  if (segments !== null) return 1;
  const [first] = type === null ? (children ?? []) : [];
  return first === undefined ? 0 : 1 + textInside(first);
}

function isRoot(tree: Tree, doc: Y.Doc, name: string): boolean {
  return (doc.share.get(name) as unknown) === tree.root.type;
}

function relativeTo(bound: Bound, index: number, side: -1 | 1): Y.RelativePosition {
  const type = bound.type as YParent;
  // A position between blocks means the block that follows.
  return Y.createRelativePositionFromTypeIndex(type, Math.min(index, type.length), index === 0 ? side : 0);
}

/** The text a position lies in, the left one at a border, and the index in it; null where there is no text beside it. */
function segmentAt(bound: Bound, offset: number): { readonly text: Y.XmlText; readonly index: number } | null {
  let start = 0;
  let best: { text: Y.XmlText; index: number } | null = null;
  for (const { type, size } of bound.segments ?? []) {
    if (offset < start) break;
    if (offset <= start + size && type instanceof Y.XmlText) {
      best = { text: type, index: offset - start };
      // The text on the left wins, as it does when writing.
      if (size > 0) break;
    }
    start += size;
  }
  return best;
}

function piecesBefore(bound: Bound, offset: number): number {
  let start = 0;
  let count = 0;
  for (const { size } of bound.segments ?? []) {
    if (start >= offset) break;
    start += size;
    count++;
  }
  return count;
}

function isInside(type: Y.AbstractType<unknown>, bound: Bound): boolean {
  for (let at: Y.AbstractType<unknown> | null = type; at !== null; at = parentOf(at))
    if (at === bound.type) return true;
  return false;
}
