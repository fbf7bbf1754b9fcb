import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Line } from "../binding/align.ts";
import { isRemote } from "../binding/binding.ts";
import { idOf } from "../binding/match.ts";
import type { PutBackBefore } from "./put-back-before.ts";

/** Where a person's selection was in a block that somebody else took away, and that they have not left since. */
export interface CaretInGone {
  readonly blockId: string;
  /** Offsets in the block's content. */
  readonly anchor: number;
  readonly head: number;
}

/** What a transaction makes of it. @param before - The state it was applied to. */
export function caretInGone(gone: CaretInGone | null, tr: Transaction, before: EditorState): CaretInGone | null {
  if (!isRemote(tr)) return tr.docChanged || tr.selectionSet ? null : gone;
  const { selection } = before;
  if (!(selection instanceof TextSelection)) return gone;
  const { $anchor, $head } = selection;
  if (!$anchor.sameParent($head) || !tr.mapping.mapResult($head.before(), 1).deletedAfter) return gone;
  const blockId = idOf($head.parent);
  return blockId === null ? null : { blockId, anchor: $anchor.parentOffset, head: $head.parentOffset };
}

/**
 * Where the caret belongs when words come back where it is in the copy of a block that is gone: behind them. They were
 * typed before it, and what is typed next would stand before them else.
 *
 * @param before - The state that others' transactions were applied to.
 * @returns null when none came back there.
 */
export function behindReturned(
  { blockId }: CaretInGone,
  transactions: readonly Transaction[],
  before: EditorState,
  after: EditorState,
  putBack: PutBackBefore,
): number | null {
  if (!before.selection.empty || idOf(before.selection.$head.parent) !== blockId) return null;
  let end = before.selection.head;
  for (const { mapping } of transactions) {
    const { pos, deleted } = mapping.mapResult(end, 1);
    if (deleted) return null;
    end = pos;
  }
  const { $head } = after.selection;
  const $end = after.doc.resolve(end);
  if (idOf($head.parent) !== blockId || !$head.sameParent($end)) return null;
  const words = new Line($head.parent.content).text.slice($head.parentOffset, $end.parentOffset);
  return words !== "" && putBack.holds(blockId, words) ? end : null;
}
