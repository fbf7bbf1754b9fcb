import type { Node } from "@tiptap/pm/model";
import type { EditorState, Selection } from "@tiptap/pm/state";
import { CellSelection } from "@tiptap/pm/tables";
import type { Kind } from "./schema/fields.ts";

export interface PlacedNode {
  readonly node: Node;
  readonly position: number;
}

/** The text blocks and code blocks a selection touches, also one of cells. */
export function textBlocksIn(state: EditorState): PlacedNode[] {
  const found = new Map<number, Node>();
  for (const { $from, $to } of state.selection.ranges)
    state.doc.nodesBetween($from.pos, $to.pos, (node, position) => {
      if (node.isTextblock) found.set(position, node);
      return !node.isTextblock;
    });
  return [...found].map(([position, node]) => ({ node, position }));
}

/** The text block the caret is in, with the caret's offset; null when the selection is no caret in a text block. */
export function caretBlock(state: EditorState): (PlacedNode & { readonly offset: number }) | null {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type.name !== "textBlock") return null;
  return { node: $from.parent, position: $from.before(), offset: $from.parentOffset };
}

/** A run of whole blocks of one container: what moving, duplicating and deleting act on. */
export interface BlockRun {
  readonly container: Node;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly from: number;
  readonly to: number;
}

export function blockRunIn(state: EditorState): BlockRun | null {
  const { selection } = state;
  const { $from, $to } = selection;
  if (isWholeTable(selection)) {
    const { $anchorCell } = selection;
    return runOf($anchorCell.node(-2), $anchorCell.start(-2), $anchorCell.index(-2), $anchorCell.index(-2) + 1);
  }
  const holdsBlocks = (node: Node) => node.type.name === "doc" || node.type.name === "tableCell";
  let depth = $from.sharedDepth($to.pos);
  while (depth > 0 && !holdsBlocks($from.node(depth))) depth--;
  const container = $from.node(depth);
  const start = $from.start(depth);
  const startIndex = $from.index(depth);
  const endIndex = $to.pos > $from.pos && $to.depth === depth ? $to.index(depth) : $to.index(depth) + 1;
  return runOf(container, start, startIndex, endIndex);
}

/** A table that is selected as a block is all its cells, selected: the library has no other way to say so. */
export function isWholeTable(selection: Selection): selection is CellSelection {
  return selection instanceof CellSelection && selection.isRowSelection() && selection.isColSelection();
}

/** The blocks of the document itself that what is done to the one at `index` is done to: all that are selected, if it is one. */
export function blockRunAt(state: EditorState, index: number): BlockRun | null {
  const { $from, $to } = state.selection;
  const first = $from.index(0);
  const end = $to.depth === 0 ? Math.max($to.index(0), first + 1) : $to.index(0) + 1;
  const isSelected = end - first > 1 && index >= first && index < end;
  return isSelected ? runOf(state.doc, 0, first, end) : runOf(state.doc, 0, index, index + 1);
}

function runOf(container: Node, start: number, startIndex: number, endIndex: number): BlockRun | null {
  if (startIndex >= endIndex || endIndex > container.childCount) return null;
  let from = start;
  for (let at = 0; at < startIndex; at++) from += container.child(at).nodeSize;
  let to = from;
  for (let at = startIndex; at < endIndex; at++) to += container.child(at).nodeSize;
  return { container, startIndex, endIndex, from, to };
}

export function kindOf(node: Node): Kind {
  return node.attrs["kind"] as Kind;
}

export function isHeading(kind: Kind): boolean {
  return kind.startsWith("heading");
}

/** Kinds that Tab indents and that Enter continues. */
export function isListLike(kind: Kind): boolean {
  return kind === "bullet" || kind === "numbered" || kind === "task";
}
