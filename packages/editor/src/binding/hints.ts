import * as Y from "yjs";
import type { Change } from "./align.ts";
import { segmentsOf, type Bound, type Segment } from "./bound.ts";
import type { Tree } from "./tree.ts";

/** Per text block, where its text changed since it was last read; null when only comparing can tell. */
export type PendingHints = Map<Bound, readonly Change[] | null>;

/**
 * Notes the exact places of one Y transaction's text changes. Must run in its observer, before anything else changes,
 * and before the blocks are marked stale.
 */
export function hintsOf(
  tree: Tree,
  events: readonly Y.YEvent<Y.AbstractType<unknown>>[],
  pending: PendingHints,
): PendingHints {
  const hints: PendingHints = new Map(pending);
  const fresh = new Map<Bound, Change[]>();
  for (const event of events) {
    const bound = tree.locate(event.target);
    if (bound.segments === null) continue;
    const start = event.target instanceof Y.XmlText ? segmentStart(bound.segments, event.target) : null;
    const collected = fresh.get(bound) ?? [];
    // Two transactions on one block before it was read: their offsets do not speak of the same text.
    if (start === null || bound.isStale || (hints.has(bound) && !fresh.has(bound))) {
      if (start !== null || event.target !== bound.type || event.changes.delta.length > 0) hints.set(bound, null);
      continue;
    }
    collected.push(...changesOf(event as Y.YTextEvent, start));
    fresh.set(bound, collected);
    hints.set(
      bound,
      collected.sort((a, b) => a.fromA - b.fromA),
    );
  }
  for (const [bound, changes] of fresh) if (hints.get(bound) !== null) hints.set(bound, placed(changes));
  return hints;
}

/**
 * One text event's changes as ranges of its block's content before it.
 *
 * @returns null when the event is not of one of the block's texts.
 */
export function textChanges(event: Y.YEvent<Y.AbstractType<unknown>>, bound: Bound): Change[] | null {
  if (!(bound.type instanceof Y.XmlElement)) return null;
  // The pieces as they are now: only those to the left count, and this event did not touch them.
  const start = segmentStart(segmentsOf(bound.type), event.target as Y.XmlText);
  return start === null ? null : placed(changesOf(event as Y.YTextEvent, start));
}

function segmentStart(segments: readonly Segment[], type: Y.XmlText): number | null {
  let start = 0;
  for (const segment of segments) {
    if (segment.type === type) return start;
    start += segment.size;
  }
  return null;
}

function changesOf(event: Y.YTextEvent, start: number): Change[] {
  const changes: Change[] = [];
  let at = start;
  for (const op of event.delta) {
    if (op.retain !== undefined) {
      at += op.retain;
      continue;
    }
    const inserted = op.insert === undefined ? 0 : typeof op.insert === "string" ? op.insert.length : 1;
    const removed = op.delete ?? 0;
    changes.push({ fromA: at, toA: at + removed, fromB: 0, toB: inserted });
    at += removed;
  }
  return changes;
}

/** Joins touching changes and counts out where each stands in the new text. */
function placed(changes: readonly Change[]): Change[] {
  const joined: { fromA: number; toA: number; inserted: number }[] = [];
  for (const { fromA, toA, toB } of changes) {
    const last = joined.at(-1);
    if (last !== undefined && last.toA === fromA) {
      last.toA = toA;
      last.inserted += toB;
    } else joined.push({ fromA, toA, inserted: toB });
  }
  let shift = 0;
  return joined.map(({ fromA, toA, inserted }) => {
    const fromB = fromA + shift;
    shift += inserted - (toA - fromA);
    return { fromA, toA, fromB, toB: fromB + inserted };
  });
}
