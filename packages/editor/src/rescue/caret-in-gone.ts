import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { isRemote } from "../binding/binding.ts";
import { idOf } from "../binding/match.ts";

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
