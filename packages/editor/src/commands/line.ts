import {
  chainCommands,
  createParagraphNear,
  deleteSelection,
  exitCode,
  joinBackward,
  joinForward,
  newlineInCode as breakInCode,
  selectNodeBackward,
  selectNodeForward,
} from "@tiptap/pm/commands";
import { NodeSelection, TextSelection, type Command } from "@tiptap/pm/state";
import { caretBlock, isCaption, isFootnote, isHeading, kindOf } from "../blocks-in-selection.ts";
import { turnToggle } from "../containers/open-state.ts";
import { startCodeBlock } from "../typing-rules.ts";
import { newlineInCode } from "./code.ts";
import { enterClosedToggle, joinContainer, leaveContainer, unwrapAtStart } from "./containers.ts";
import { dropEmptyNote, stayApartFromNote } from "./footnotes.ts";
import { linkBeforeCaret } from "./links.ts";
import { selectPicture } from "./pictures.ts";
import { toggleChecked } from "./turn-into.ts";

/** A line break inside the block. */
export const insertHardBreak: Command = (state, dispatch) => {
  if (state.selection.$from.parent.type.spec.code === true) return breakInCode(state, dispatch);
  const hardBreak = state.schema.nodes["hardBreak"];
  if (hardBreak === undefined || !state.selection.$from.parent.inlineContent) return false;
  const marks = state.storedMarks ?? state.selection.$from.marks();
  dispatch?.(
    state.tr
      .replaceSelectionWith(hardBreak.create(null, null, marks), false)
      .setStoredMarks(marks)
      .scrollIntoView(),
  );
  return true;
};

/** Enter on a block that is selected as a whole, as a picture: a line below it, also where it is the first one. */
const lineBelow: Command = (state, dispatch) => {
  const { selection } = state;
  const textBlock = state.schema.nodes["textBlock"];
  if (!(selection instanceof NodeSelection) || !selection.node.isBlock || textBlock === undefined) return false;
  const { nodeAfter } = state.doc.resolve(selection.to);
  const isCaptioned = selection.node.type.name === "image" && isCaption(nodeAfter);
  const at = selection.to + (isCaptioned ? (nodeAfter?.nodeSize ?? 0) : 0);
  const tr = state.tr.insert(at, textBlock.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView());
  return true;
};

/** A note is one block, however many lines it has: a second one would be one that nothing refers to. */
const breakInNote: Command = (state, dispatch) =>
  isFootnote(state.selection.$from.parent) &&
  state.selection.$from.sameParent(state.selection.$to) &&
  insertHardBreak(state, dispatch);

/** Enter in an empty item: one step out, then text. */
const leaveEmptyItem: Command = (state, dispatch) => {
  const block = caretBlock(state);
  if (block === null || block.node.content.size > 0) return false;
  const indent = block.node.attrs["indent"] as number;
  if (indent > 0) dispatch?.(state.tr.setNodeAttribute(block.position, "indent", indent - 1));
  else if (kindOf(block.node) !== "text") dispatch?.(state.tr.setNodeAttribute(block.position, "kind", "text"));
  else return false;
  return true;
};

/**
 * Splits the block. The part with the words before the caret keeps its id; at the very start that is nothing, so an
 * empty block goes before and the words stay where others may be typing in them.
 */
const splitBlock: Command = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.parent.type.name !== "textBlock" || !(state.selection instanceof TextSelection)) return false;
  const tr = state.tr.deleteSelection();
  linkBeforeCaret(tr);
  const $caret = tr.selection.$from;
  const block = $caret.parent;
  if (block.type.name !== "textBlock") return false;
  const kind = kindOf(block);
  const attributes = { ...block.attrs, id: null, checked: false, ...(kind === "caption" ? { kind: "text" } : {}) };
  const line = { ...attributes, kind: isHeading(kind) || kind === "caption" ? "text" : kind };
  if ($caret.parentOffset === 0 && block.content.size > 0) {
    tr.insert($caret.before(), block.type.create(line));
  } else {
    const isAtEnd = $caret.parentOffset === block.content.size;
    tr.split($caret.pos, 1, [{ type: block.type, attrs: isAtEnd ? line : attributes }]);
  }
  dispatch?.(tr.setStoredMarks(state.storedMarks).scrollIntoView());
  return true;
};

/** Backspace at the start of a block: first its kind goes, then its indent. */
const becomeText: Command = (state, dispatch) => {
  const block = caretBlock(state);
  if (block === null || block.offset > 0) return false;
  const indent = block.node.attrs["indent"] as number;
  // What refers to a note's words would refer to nothing.
  const isKept = kindOf(block.node) === "text" || (isFootnote(block.node) && block.node.content.size > 0);
  if (!isKept) dispatch?.(state.tr.setNodeAttribute(block.position, "kind", "text"));
  else if (indent > 0) dispatch?.(state.tr.setNodeAttribute(block.position, "indent", indent - 1));
  else return false;
  return true;
};

/** Joining with an empty line removes that line rather than moving words out of the block they are in. */
const dropEmptyLine =
  (side: "before" | "after"): Command =>
  (state, dispatch) => {
    const block = caretBlock(state);
    if (block === null) return false;
    if (side === "before" && block.offset > 0) return false;
    const $block = state.doc.resolve(block.position);
    const index = $block.index();
    const empty = side === "before" ? $block.parent.maybeChild(index - 1) : block.node;
    const other = side === "before" ? block.node : $block.parent.maybeChild(index + 1);
    if (empty?.type.name !== "textBlock" || empty.content.size > 0 || other?.type.name !== "textBlock") return false;
    const from = side === "before" ? block.position - empty.nodeSize : block.position;
    const tr = state.tr.delete(from, from + empty.nodeSize);
    if (side === "after") tr.setSelection(TextSelection.create(tr.doc, from + 1));
    dispatch?.(tr.scrollIntoView());
    return true;
  };

/** An empty code block goes back to text. */
const leaveEmptyCode: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const textBlock = state.schema.nodes["textBlock"];
  if (!empty || $from.parent.type.name !== "codeBlock" || $from.parent.content.size > 0 || textBlock === undefined)
    return false;
  dispatch?.(state.tr.setBlockType($from.pos, $from.pos, textBlock, { id: $from.parent.attrs["id"] as string | null }));
  return true;
};

/** Down from the last line of a document that ends in code or a container: a line to go on, which was not there. */
export const leaveBelow: Command = (state, dispatch, view) => {
  const { selection, doc, schema } = state;
  const { $head, empty } = selection;
  const last = doc.lastChild;
  const textBlock = schema.nodes["textBlock"];
  if (!empty || textBlock === undefined || $head.depth === 0 || $head.index(0) < doc.childCount - 1) return false;
  if (last === null || last.type === textBlock || last.type.name === "table") return false;
  for (let depth = 1; depth < $head.depth; depth++)
    if ($head.index(depth) < $head.node(depth).childCount - 1) return false;
  const isLastLine =
    view === undefined ? !$head.parent.textContent.includes("\n", $head.parentOffset) : view.endOfTextblock("down");
  if (!isLastLine) return false;
  const tr = state.tr.insert(doc.content.size, textBlock.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, tr.doc.content.size - 1)).scrollIntoView());
  return true;
};

/** From the text to the buttons of the block the caret is in, the innermost that has some. */
export const goToTools: Command = (state, dispatch, view) => {
  const { $head } = state.selection;
  for (let depth = $head.depth; depth > 0; depth--) {
    // What views have for blocks are elements.
    const dom = view?.nodeDOM($head.before(depth)) as HTMLElement | null | undefined;
    const button = dom?.querySelector<HTMLElement>(":scope > .block-tools > button");
    if (button === null || button === undefined) continue;
    if (dispatch !== undefined) button.focus();
    return true;
  }
  return false;
};

export const enter: Command = chainCommands(
  startCodeBlock,
  newlineInCode,
  breakInNote,
  lineBelow,
  createParagraphNear,
  leaveEmptyItem,
  leaveContainer,
  enterClosedToggle,
  splitBlock,
);

export const leaveCode: Command = chainCommands(exitCode, toggleChecked, turnToggle);

export const backspace: Command = chainCommands(
  deleteSelection,
  leaveEmptyCode,
  dropEmptyNote,
  becomeText,
  unwrapAtStart,
  dropEmptyLine("before"),
  stayApartFromNote("before"),
  selectPicture("before"),
  joinContainer("before"),
  joinBackward,
  selectNodeBackward,
);

export const deleteForward: Command = chainCommands(
  deleteSelection,
  dropEmptyNote,
  dropEmptyLine("after"),
  stayApartFromNote("after"),
  selectPicture("after"),
  joinContainer("after"),
  joinForward,
  selectNodeForward,
);
