import { TextSelection, type Command } from "@tiptap/pm/state";
import { idOf } from "../binding/match.ts";
import { newIdOf } from "../binding/plugin.ts";
import { caretBlock, isFootnote } from "../blocks-in-selection.ts";
import { findReferences } from "../footnotes/visit.ts";

/** Puts a reference behind the selection, and the caret into its note, which is the last block of the document. */
export const insertFootnote: Command = (state, dispatch) => {
  const { footnoteRef, textBlock } = state.schema.nodes;
  const { $to } = state.selection;
  if (footnoteRef === undefined || textBlock === undefined || !(state.selection instanceof TextSelection)) return false;
  // Word and Google Docs have no notes to notes, either.
  if ($to.parent.type !== textBlock || isFootnote($to.parent)) return false;
  const note = newIdOf(state)();
  const tr = state.tr.insert($to.pos, footnoteRef.create({ note }));
  const end = tr.doc.content.size;
  tr.insert(end, textBlock.create({ kind: "footnote", id: note }));
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
};

/** Deleting in a note without words: it goes with what refers to it, as it came. */
export const dropEmptyNote: Command = (state, dispatch) => {
  const block = caretBlock(state);
  if (block === null || !isFootnote(block.node) || block.node.content.size > 0) return false;
  // A container would be left with nothing in it.
  if (state.doc.resolve(block.position).parent.childCount === 1) return false;
  const { tr } = state;
  const references = findReferences(state.doc, idOf(block.node));
  tr.delete(block.position, block.position + block.node.nodeSize);
  for (const position of references) tr.delete(tr.mapping.map(position), tr.mapping.map(position) + 1);
  const back = tr.mapping.map(references[0] ?? block.position);
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(back), -1)).scrollIntoView());
  return true;
};

/** At the edge of a note with words, or beside one: they are no part of the text, and do not flow into it. */
export const stayApartFromNote =
  (side: "before" | "after"): Command =>
  (state) => {
    const block = caretBlock(state);
    if (block === null || block.offset !== (side === "before" ? 0 : block.node.content.size)) return false;
    const $block = state.doc.resolve(block.position);
    const beside = $block.parent.maybeChild($block.index() + (side === "before" ? -1 : 1));
    return isFootnote(block.node) || isFootnote(beside);
  };
