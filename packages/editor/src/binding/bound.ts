import type { Node } from "@tiptap/pm/model";
import * as Y from "yjs";
import type { YType } from "./y-types.ts";

/** A piece of a text block: a shared text, or an element standing in the line. `size` in ProseMirror positions. */
export interface Segment {
  readonly type: Y.XmlText | Y.XmlElement | Y.XmlHook;
  readonly size: number;
}

/**
 * One node of the view beside the shared type it shows. The tree of these mirrors the ProseMirror document child by
 * child, so that a path in one is a path in the other.
 */
export interface Bound {
  /** null: the node exists in the view only, because the schema wants one where nothing is shared. */
  readonly type: YType | null;
  parent: Bound | null;
  node: Node;
  /** null for text blocks and leaves. */
  children: readonly Bound[] | null;
  /** null for anything but text blocks. */
  segments: readonly Segment[] | null;
  /** Its own attributes, text or list of children changed since `node` was read. */
  isStale: boolean;
  /** Something below it changed. */
  isStaleInside: boolean;
}

/** The pieces of a text block as they are in the shared document now. */
export function segmentsOf(element: Y.XmlElement): Segment[] {
  return element.toArray().map((type) => ({ type, size: type instanceof Y.XmlText ? type.length : 1 }));
}

/** Position before the node of `bound` in the document. */
export function positionBefore(bound: Bound): number {
  const parent = bound.parent;
  if (parent === null) return -1;
  let position = positionBefore(parent) + 1;
  for (const sibling of parent.children ?? []) {
    if (sibling === bound) return position;
    position += sibling.node.nodeSize;
  }
  throw new Error("a bound node is not among its parent's children");
}

/**
 * The children of `bound` and of `next` that are a matter for the shared document. What only the view has stands behind
 * the others; it becomes real, all of it at once, with the first edit in it or of the number of children.
 */
export function sharedChildren(
  { node, children }: Bound,
  next: Node,
): { before: readonly Node[]; after: readonly Node[] } {
  const before = node.content.content;
  const after = next.content.content;
  const real = children?.filter(({ type }) => type !== null).length ?? 0;
  if (real === before.length) return { before, after };
  const isUntouched =
    before.length === after.length && before.slice(real).every((child, at) => child.eq(after[real + at] as Node));
  return { before: before.slice(0, real), after: isUntouched ? after.slice(0, real) : after };
}
