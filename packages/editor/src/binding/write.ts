import type { Node } from "@tiptap/pm/model";
import type { StepMap } from "@tiptap/pm/transform";
import * as Y from "yjs";
import type { Raw } from "../schema/raw-value.ts";
import { align, rangesInside, type Change } from "./align.ts";
import { writeAttributes } from "./attributes.ts";
import { segmentsOf, sharedChildren, type Bound } from "./bound.ts";
import { matchChildren } from "./match.ts";
import { createRaw } from "./raw.ts";
import { readInline } from "./read-inline.ts";
import { applyInline, createInline, inlineChange } from "./write-inline.ts";
import { mapOf, rebase } from "./rebase.ts";
import type { YParent } from "./y-types.ts";

/** A text block whose view was left behind on purpose: what others typed in it waits until a composition ends. */
export interface Held {
  readonly bound: Bound;
  /** What both sides last agreed on. */
  readonly agreed: Node;
  /** From there to the shared text as it is, oldest first; null when only comparing can tell. */
  readonly maps: readonly StepMap[] | null;
}

/** Writes what was composed in a held block, moved over what others typed meanwhile. */
export function writeHeld({ bound, agreed, maps }: Held, next: Node): void {
  if (!(bound.type instanceof Y.XmlElement) || bound.parent === null) return;
  writeAttributes(bound.type, agreed, next);
  const ops = rebase(
    inlineChange(agreed.content, next.content, null),
    maps ?? [mapOf(changesSince(agreed, bound.type))],
  );
  if (ops.some((op) => !("retain" in op) || op.attributes !== undefined))
    applyInline(bound.type, segmentsOf(bound.type), ops);
}

function changesSince(agreed: Node, element: Y.XmlElement): readonly Change[] {
  const now = readInline(agreed.type.schema, agreed.type, element);
  return now === null ? [] : align(agreed.content, now.content, null);
}

export interface Writing {
  /** Where the view's steps changed things, in positions of the old and new document; null when unknown. */
  readonly ranges: readonly Change[] | null;
  /**
   * Told of every node whose shared type is written. Events would say so too, but inside an observer Yjs delivers
   * them only after it.
   */
  readonly touched: (bound: Bound) => void;
}

/**
 * Writes what changed between the node last agreed on, `bound.node`, and `next` into the shared types. The view is
 * never compared with the shared document: what the view repaired or cannot show is equal in both nodes, so it stays.
 *
 * @param startA - Position of the node's content in the old document, `startB` in the new one.
 * Must run inside a Y transaction. Leaves the tree as it was: reading it again is the caller's next move.
 */
export function writeNode(bound: Bound, next: Node, writing: Writing, startA: number, startB: number): void {
  const before = bound.node;
  const { type } = bound;
  const { ranges } = writing;
  if (before === next || type === null || type instanceof Y.XmlText || type instanceof Y.XmlHook) return;
  if (type instanceof Y.XmlElement) writeAttributes(type, before, next);
  if (bound.segments !== null || !before.sameMarkup(next)) writing.touched(bound);
  if (bound.segments !== null) {
    const hint = ranges === null ? null : rangesInside(ranges, startA, before.content.size, startB, next.content.size);
    const ops = inlineChange(before.content, next.content, hint);
    if (ops.length > 0) applyInline(type as Y.XmlElement, bound.segments, ops);
  } else if (bound.children !== null) {
    writeChildren(bound, type, next, writing, startA, startB);
  }
}

function writeChildren(
  bound: Bound,
  type: YParent,
  next: Node,
  writing: Writing,
  startA: number,
  startB: number,
): void {
  const before = bound.node;
  const bounds = bound.children ?? [];
  const shared = sharedChildren(bound, next);
  const { prefix, pairs, suffix } = matchChildren(shared.before, shared.after);
  const positionsA = starts(before, startA);
  const positionsB = starts(next, startB);
  let oldEnd = shared.before.length - suffix;
  let newEnd = shared.after.length - suffix;
  // Backwards, so that the indexes still to come stay true.
  for (const pair of pairs.toReversed().concat({ before: prefix - 1, after: prefix - 1 })) {
    const created = shared.after.slice(pair.after + 1, newEnd).map(createBlock);
    const removed = oldEnd - pair.before - 1;
    if (created.length > 0) type.insert(oldEnd, created);
    if (removed > 0) type.delete(pair.before + 1, removed);
    if (created.length > 0 || removed > 0) writing.touched(bound);
    oldEnd = pair.before;
    newEnd = pair.after;
    const child = bounds[pair.before];
    if (pair.before < prefix || child === undefined) continue;
    writeNode(
      child,
      next.child(pair.after),
      writing,
      (positionsA[pair.before] ?? 0) + 1,
      (positionsB[pair.after] ?? 0) + 1,
    );
  }
}

/** Builds the shared element for a block, not yet part of a document. */
export function createBlock(node: Node): Y.XmlElement | Y.XmlText {
  if (node.type.name === "unknownBlock") {
    return createRaw(node.attrs["raw"] as Raw) ?? new Y.XmlElement("unknownBlock");
  }
  const element = new Y.XmlElement(node.type.name);
  writeAttributes(element, null, node);
  element.insert(0, node.isTextblock ? createInline(node.content) : node.content.content.map(createBlock));
  return element;
}

function starts(node: Node, start: number): number[] {
  const positions: number[] = [];
  let at = start;
  for (const child of node.content.content) {
    positions.push(at);
    at += child.nodeSize;
  }
  return positions;
}
