import type { Node } from "@tiptap/pm/model";
import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { align } from "./align.ts";
import { idOf } from "./match.ts";
import { mapOf } from "./rebase.ts";

/**
 * Where a selection belongs whose block was taken away and stands somewhere else now: between the same letters of the
 * block of the same id. What maps positions only knows that it was deleted.
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
  // Letters typed meanwhile are not in the copy: the same offset would be some letters further on.
  const map = mapOf(align($head.parent.content, node.content, null));
  const place = (offset: number): number => start + map.map(offset, -1);
  return TextSelection.create(tr.doc, place($anchor.parentOffset), place($head.parentOffset));
}
