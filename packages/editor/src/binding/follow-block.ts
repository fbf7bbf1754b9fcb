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
  const { content } = $head.parent;
  // Letters typed meanwhile are not in the copy: the same offset would be some letters further on. They were typed before
  // the caret, so of equal letters around it those behind it are in the copy.
  const place = (offset: number): number => {
    const toB = node.content.size - (content.size - offset);
    const hint = toB < 0 ? null : [{ fromA: 0, toA: offset, fromB: 0, toB }];
    return start + mapOf(align(content, node.content, hint)).map(offset, -1);
  };
  return TextSelection.create(tr.doc, place($anchor.parentOffset), place($head.parentOffset));
}
