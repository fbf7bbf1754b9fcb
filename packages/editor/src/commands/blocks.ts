import { Fragment, type Node, type NodeType } from "@tiptap/pm/model";
import {
  NodeSelection,
  Selection,
  TextSelection,
  type Command,
  type EditorState,
  type Transaction,
} from "@tiptap/pm/state";
import {
  belongTogether,
  blockRunIn,
  isContainer,
  isReplaceable,
  runAround,
  type BlockRun,
} from "../blocks-in-selection.ts";

/** Moves the selected blocks past their neighbour. */
export function moveBlock(direction: "up" | "down"): Command {
  return (state, dispatch) => {
    const run = movableRun(state, direction);
    if (run === null) return false;
    const { container, startIndex, endIndex } = run;
    // A caption goes with its picture, also past somebody.
    const neighbour =
      direction === "up"
        ? childrenOf(container, belongTogether(container, startIndex - 2) ? startIndex - 2 : startIndex - 1, startIndex)
        : childrenOf(container, endIndex, belongTogether(container, endIndex) ? endIndex + 2 : endIndex + 1);
    const { tr } = state;
    // The neighbour is what moves, so that the caret and the selection need no care.
    if (direction === "up") {
      tr.insert(run.to, neighbour).delete(run.from - neighbour.size, run.from);
    } else {
      tr.delete(run.to, run.to + neighbour.size).insert(run.from, neighbour);
    }
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** The innermost run that has a neighbour to pass: at the edge of a callout the callout itself moves. */
function movableRun(state: EditorState, direction: "up" | "down"): BlockRun | null {
  for (let run = withPicture(blockRunIn(state)); run !== null; run = runAround(state, run)) {
    const index = direction === "up" ? run.startIndex - 1 : run.endIndex;
    if (index >= 0 && index < run.container.childCount) return run;
    if (!isContainer(run.container)) return null;
  }
  return null;
}

const isWhole = ({ startIndex, endIndex, container }: BlockRun): boolean =>
  endIndex - startIndex === container.childCount;

/** From a caption on: the picture it belongs to as well. */
function withPicture(run: BlockRun | null): BlockRun | null {
  if (run === null || !belongTogether(run.container, run.startIndex - 1)) return run;
  const startIndex = run.startIndex - 1;
  return { ...run, startIndex, from: run.from - run.container.child(startIndex).nodeSize };
}

const childrenOf = (container: Node, start: number, end: number): Fragment =>
  Fragment.from(container.content.content.slice(start, end));
/** Moves whole blocks to before position `target` of their container, as a drag does; what is selected in them goes along. */
export function moveBlocks({ from, to }: Pick<BlockRun, "from" | "to">, target: number): Command {
  return (state, dispatch) => {
    if (target >= from && target <= to) return false;
    const { tr, selection } = state;
    const blocks = state.doc.slice(from, to).content;
    tr.delete(from, to);
    const start = tr.mapping.map(target);
    tr.insert(start, blocks);
    const isInside = selection.from >= from && selection.to <= to;
    if (isInside) tr.setSelection(shifted(selection, tr, start - from));
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** Selects just enough that the commands for blocks act on these, and on no block inside them or around. */
export function selectBlocks(run: BlockRun): Command {
  return (state, dispatch) => {
    if (isSame(blockRunIn(state), run)) return true;
    const { tr, doc } = state;
    const only = run.endIndex - run.startIndex === 1 ? run.container.child(run.startIndex) : null;
    if (only?.isTextblock === true) tr.setSelection(TextSelection.create(doc, run.to - 1));
    else if (only !== null) tr.setSelection(NodeSelection.create(doc, run.from));
    else tr.setSelection(TextSelection.between(doc.resolve(run.from + 1), doc.resolve(run.to - 1)));
    dispatch?.(tr);
    return true;
  };
}

const isSame = (run: BlockRun | null, other: BlockRun): boolean =>
  run !== null && run.from === other.from && run.to === other.to && run.container === other.container;

/** Puts a copy of the selected blocks after them, and the selection into the copy. */
export const duplicateBlock: Command = (state, dispatch) => {
  const run = withPicture(blockRunIn(state));
  if (run === null) return false;
  const copies: Node[] = [];
  for (let at = run.startIndex; at < run.endIndex; at++) copies.push(run.container.child(at));
  const { tr, selection } = state;
  tr.insert(run.to, Fragment.from(copies));
  tr.setSelection(shifted(selection, tr, run.to - run.from));
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** The same selection in blocks that are `by` further on now. */
function shifted(selection: Selection, tr: Transaction, by: number): Selection {
  if (selection instanceof TextSelection)
    return TextSelection.create(tr.doc, selection.anchor + by, selection.head + by);
  if (selection instanceof NodeSelection) return NodeSelection.create(tr.doc, selection.from + by);
  return Selection.near(tr.doc.resolve(selection.from + by));
}

export const deleteBlock: Command = (state, dispatch) => {
  let run = blockRunIn(state);
  // A callout without a block in it is none.
  while (run !== null && isWhole(run) && isContainer(run.container)) run = runAround(state, run);
  if (run === null) return false;
  const isAll = isWhole(run);
  const { tr } = state;
  if (isAll) tr.replaceWith(run.from, run.to, emptyBlock(state.schema.nodes["textBlock"]));
  else tr.delete(run.from, run.to);
  tr.setSelection(Selection.near(tr.doc.resolve(Math.min(run.from, tr.doc.content.size)), isAll ? 1 : -1));
  dispatch?.(tr.scrollIntoView());
  return true;
};

export const insertDivider: Command = (state, dispatch) =>
  insertAfterCaret(state.schema.nodes["divider"]?.create() ?? null)(state, dispatch);

/** @param rows - and columns: 1 to 50; the first row is a header. */
export function insertTable(rows: number, columns: number): Command {
  return (state, dispatch) => {
    const { table, tableRow, tableCell } = state.schema.nodes;
    const inRange = (count: number) => Number.isInteger(count) && count >= 1 && count <= 50;
    if (table === undefined || tableRow === undefined || tableCell === undefined || !inRange(rows) || !inRange(columns))
      return false;
    const row = (header: boolean) => {
      const cells = Array.from({ length: columns }, () => tableCell.createAndFill({ header }) as Node);
      return tableRow.create(null, cells);
    };
    return insertAfterCaret(
      table.create(
        null,
        Array.from({ length: rows }, (_, at) => row(at === 0)),
      ),
    )(state, dispatch);
  };
}

/** Puts `block` after the block of the caret, or in its place when that is empty, with a text block after it. */
function insertAfterCaret(block: Node | null): Command {
  return (state, dispatch) => {
    const run = blockRunIn(state);
    const textBlock = state.schema.nodes["textBlock"];
    if (block === null || run === null || textBlock === undefined) return false;
    if (run.container.type.contentMatch.matchType(block.type) === null) return false;
    const { tr } = state;
    const isEmptyLine = isReplaceable(run);
    const next = run.container.maybeChild(run.endIndex);
    // The empty line stays, behind the block: it keeps its id, and the caret has somewhere to go.
    const at = isEmptyLine ? run.from : run.to;
    const needsLine = !isEmptyLine && next?.isTextblock !== true;
    tr.insert(at, needsLine ? [block, emptyBlock(textBlock)] : block);
    select(tr, at, block);
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** Into the block when it holds text, else behind it. */
function select(tr: Transaction, at: number, block: Node): void {
  const $at = tr.doc.resolve(block.isLeaf ? at + block.nodeSize : at + 1);
  const found = Selection.findFrom($at, 1, true);
  tr.setSelection(found ?? NodeSelection.create(tr.doc, at));
}

function emptyBlock(type: NodeType | undefined): Node {
  if (type === undefined) throw new Error("the schema has no textBlock");
  return type.create();
}
