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

export function isCaption(node: Node | null | undefined): boolean {
  return node?.type.name === "textBlock" && kindOf(node) === "caption";
}

export function isFootnote(node: Node | null | undefined): boolean {
  return node?.type.name === "textBlock" && kindOf(node) === "footnote";
}

/** Whether two neighbours are a picture and its caption, which go everywhere together. */
export function belongTogether(container: Node, index: number): boolean {
  return container.maybeChild(index)?.type.name === "image" && isCaption(container.maybeChild(index + 1));
}

/** True for the blocks whose whole meaning is what stands in them. */
export function isContainer(node: Node | null | undefined): boolean {
  return node?.type.name === "callout" || node?.type.name === "toggle";
}

/** An empty line, before which something can stand that was asked for there; but not the line of a toggle. */
export function isReplaceable({ container, startIndex, endIndex }: BlockRun): boolean {
  const current = container.child(startIndex);
  const isLine = endIndex - startIndex === 1 && current.type.name === "textBlock" && current.content.size === 0;
  return isLine && !(container.type.name === "toggle" && startIndex === 0);
}

/** The container of a run, as a run in its own. */
export function runAround({ selection: { $from } }: EditorState, { container }: BlockRun): BlockRun | null {
  let depth = $from.depth;
  while (depth > 0 && $from.node(depth) !== container) depth--;
  if (depth === 0) return null;
  const index = $from.index(depth - 1);
  return {
    container: $from.node(depth - 1),
    startIndex: index,
    endIndex: index + 1,
    from: $from.before(depth),
    to: $from.after(depth),
  };
}

export function blockRunIn(state: EditorState): BlockRun | null {
  const { selection } = state;
  const { $from, $to } = selection;
  if (isWholeTable(selection)) {
    const { $anchorCell } = selection;
    return runOf($anchorCell.node(-2), $anchorCell.start(-2), $anchorCell.index(-2), $anchorCell.index(-2) + 1);
  }
  const holdsBlocks = ({ type }: Node) => type.contentMatch.matchType(state.schema.nodes["textBlock"] ?? type) !== null;
  let depth = $from.sharedDepth($to.pos);
  while (depth > 0 && !holdsBlocks($from.node(depth))) depth--;
  const container = $from.node(depth);
  const start = $from.start(depth);
  const startIndex = $from.index(depth);
  const lastIndex = $to.pos > $from.pos && $to.depth === depth ? $to.index(depth) : $to.index(depth) + 1;
  return runOf(container, start, startIndex, belongTogether(container, lastIndex - 1) ? lastIndex + 1 : lastIndex);
}

/** A table that is selected as a block is all its cells, selected: the library has no other way to say so. */
export function isWholeTable(selection: Selection): selection is CellSelection {
  return selection instanceof CellSelection && selection.isRowSelection() && selection.isColSelection();
}

/** The blocks of the document itself that what is done to the one at `index` is done to: all that are selected, if it is one. */
export function blockRunAt(state: EditorState, index: number): BlockRun | null {
  const { doc, selection } = state;
  const { $from, $to } = selection;
  const first = $from.index(0);
  const end = $to.depth === 0 ? Math.max($to.index(0), first + 1) : $to.index(0) + 1;
  const isSelected = end - first > 1 && index >= first && index < end;
  const [from, to] = isSelected ? [first, end] : [index, index + 1];
  // A picture and its caption are one.
  return runOf(doc, 0, belongTogether(doc, from - 1) ? from - 1 : from, belongTogether(doc, to - 1) ? to + 1 : to);
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
