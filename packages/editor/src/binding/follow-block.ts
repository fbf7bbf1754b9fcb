import type { Node } from "@tiptap/pm/model";
import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { idOf } from "./match.ts";

/**
 * Where a selection belongs whose block was taken away and stands somewhere else now: at the same offsets in the block
 * of the same id. What maps positions only knows that it was deleted.
 *
 * @param state - Before `tr`.
 * @returns null when the block did not go, or is nowhere.
 */
export function inMovedBlock(tr: Transaction, { selection }: EditorState): TextSelection | null {
  if (!(selection instanceof TextSelection) || !selection.$anchor.sameParent(selection.$head)) return null;
  const { $anchor, $head } = selection;
  const id = idOf($head.parent);
  if (id === null || !tr.mapping.mapResult($head.before(), 1).deletedAfter) return null;
  const blocks: { readonly node: Node; readonly start: number }[] = [];
  tr.doc.descendants((node, position) => {
    if (node.isTextblock && idOf(node) === id) blocks.push({ node, start: position + 1 });
    return !node.isTextblock;
  });
  const [block] = blocks;
  if (block === undefined) return null;
  const { node, start } = block;
  const place = (offset: number): number => start + Math.min(offset, node.content.size);
  return TextSelection.create(tr.doc, place($anchor.parentOffset), place($head.parentOffset));
}
