import { Fragment, Slice, type Mark, type Node } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { AddMarkStep, RemoveMarkStep, ReplaceStep } from "@tiptap/pm/transform";
import { align, markChanges, type Change } from "./align.ts";
import { isSame } from "./attributes.ts";
import type { Json } from "../schema/fields.ts";
import { matchChildren } from "./match.ts";

/** Where a block's text changed, if it is known; offsets in its old and new content. */
export type Hints = ReadonlyMap<Node, readonly Change[]>;

/**
 * Adds to `tr` the steps that turn its document into `target`: one per place that changed, each no wider than the
 * change, so that carets, decorations and the browser's own state elsewhere stay as they are.
 *
 * @param hints - By the *new* node of a text block.
 */
export function patch(tr: Transaction, target: Node, hints: Hints): void {
  patchNode(tr, tr.doc, target, -1, hints);
  // The pieces above are exact by construction; a document that still differs would silently drift from the shared one.
  if (!tr.doc.eq(target)) replaceDifference(tr, tr.doc, target, 0);
}

function patchNode(tr: Transaction, before: Node, after: Node, position: number, hints: Hints): void {
  if (before === after) return;
  if (after.isTextblock) patchInline(tr, before, after, position + 1, hints.get(after) ?? null);
  else patchChildren(tr, before, after, position + 1, hints);
  for (const name of Object.keys(after.attrs))
    if (!isSame(before.attrs[name] as Json, after.attrs[name] as Json))
      tr.setNodeAttribute(position, name, after.attrs[name]);
}

function patchChildren(tr: Transaction, before: Node, after: Node, start: number, hints: Hints): void {
  const { prefix, pairs, suffix } = matchChildren(before.content.content, after.content.content);
  let oldEnd = before.childCount - suffix;
  let newEnd = after.childCount - suffix;
  let end = start + before.content.size;
  for (let at = oldEnd; at < before.childCount; at++) end -= before.child(at).nodeSize;
  // Backwards, so that the positions still to come stay true.
  for (const pair of pairs.toReversed().concat({ before: prefix - 1, after: prefix - 1 })) {
    let from = end;
    for (let at = pair.before + 1; at < oldEnd; at++) from -= before.child(at).nodeSize;
    const added = after.content.content.slice(pair.after + 1, newEnd);
    if (from < end || added.length > 0) tr.step(new ReplaceStep(from, end, new Slice(Fragment.from(added), 0, 0)));
    if (pair.before < prefix) return;
    end = from - before.child(pair.before).nodeSize;
    patchNode(tr, before.child(pair.before), after.child(pair.after), end, hints);
    oldEnd = pair.before;
    newEnd = pair.after;
  }
}

function patchInline(tr: Transaction, before: Node, after: Node, start: number, hint: readonly Change[] | null): void {
  if (before.content.eq(after.content)) return;
  const changes = align(before.content, after.content, hint);
  for (const { from, to, before: old, after: marks } of markChanges(
    before.content,
    after.content,
    changes,
  ).toReversed())
    patchMarks(tr, start + from, start + to, old, marks);
  for (const { fromA, toA, fromB, toB } of changes.toReversed())
    tr.step(new ReplaceStep(start + fromA, start + toA, new Slice(after.content.cut(fromB, toB), 0, 0)));
}

/** Mark steps leave positions alone: a caret inside a word that someone makes bold stays where it is. */
function patchMarks(tr: Transaction, from: number, to: number, before: readonly Mark[], after: readonly Mark[]): void {
  for (const mark of before) if (!mark.isInSet(after)) tr.step(new RemoveMarkStep(from, to, mark));
  for (const mark of after) if (!mark.isInSet(before)) tr.step(new AddMarkStep(from, to, mark));
}

/** Replaces from the first to the last difference of two nodes. */
function replaceDifference(tr: Transaction, before: Node, after: Node, start: number): void {
  const from = before.content.findDiffStart(after.content);
  const end = before.content.findDiffEnd(after.content);
  if (from === null || end === null) return;
  // Where the text around repeats itself the two searches overlap.
  const overlap = Math.max(0, from - Math.min(end.a, end.b));
  tr.replace(start + from, start + end.a + overlap, after.slice(from, end.b + overlap));
}
