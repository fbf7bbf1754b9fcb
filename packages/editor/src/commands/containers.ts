import { joinTextblockBackward, joinTextblockForward } from "@tiptap/pm/commands";
import { TextSelection, type Command, type EditorState } from "@tiptap/pm/state";
import { blockRunIn, caretBlock, isContainer, runAround, type BlockRun } from "../blocks-in-selection.ts";
import { isOpen } from "../containers/open-state.ts";
import { openTones } from "../containers/open-tones.ts";
import { around, unwrap, type Container } from "./wrap.ts";

/**
 * Puts the selected blocks into a container, or takes them out of the one they are in. Elements cannot move, so their
 * words are written anew; what others type in them meanwhile is the rescue's (D14).
 */
export function toggleContainer(name: Container): Command {
  return (state, dispatch) => {
    const run = blockRunIn(state);
    if (run === null) return false;
    if (run.container.type.name === name) {
      const around = runAround(state, run);
      if (around !== null) dispatch?.(unwrap(state.tr, around.from).scrollIntoView());
      return true;
    }
    const tr = wrapIn(state, run, name);
    if (tr === null) return false;
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** Backspace at the very start of a container takes the container away. */
export const unwrapAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0 || $from.depth < 2 || !$from.parent.isTextblock) return false;
  if (!isContainer($from.node(-1)) || $from.index(-1) > 0) return false;
  dispatch?.(unwrap(state.tr, $from.before(-1)).scrollIntoView());
  return true;
};

/** Enter in an empty last line goes on below the container. */
export const leaveContainer: Command = (state, dispatch) => {
  const block = caretBlock(state);
  if (block === null || block.node.content.size > 0) return false;
  const $block = state.doc.resolve(block.position);
  const container = $block.parent;
  if (!isContainer(container) || container.childCount < 2 || $block.index() < container.childCount - 1) return false;
  const tr = state.tr.delete(block.position, block.position + block.node.nodeSize);
  const after = tr.mapping.map($block.after());
  tr.insert(after, block.node.type.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

/** Enter in the line of a closed toggle writes on below it: what is new must be seen. */
export const enterClosedToggle: Command = (state, dispatch) => {
  const { $from } = state.selection;
  const toggle = $from.depth < 2 ? null : $from.node(-1);
  if (toggle?.type.name !== "toggle" || $from.index(-1) > 0 || isOpen(state, toggle)) return false;
  if (!(state.selection instanceof TextSelection) || $from.parent.type.name !== "textBlock") return false;
  const tr = state.tr.deleteSelection();
  const $caret = tr.selection.$from;
  const { content } = $caret.parent.cut($caret.parentOffset);
  tr.delete($caret.pos, $caret.end());
  const after = tr.mapping.map($from.after(-1));
  tr.insert(after, $caret.parent.type.create(null, content));
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

/** Joins the words beside a container with those inside it; the library would move the block in instead. */
export const joinContainer =
  (side: "before" | "after"): Command =>
  (state, dispatch, view) => {
    const { $from, empty } = state.selection;
    if (!empty || !$from.parent.isTextblock) return false;
    let depth = $from.depth;
    const isEdge = (at: number): boolean =>
      side === "before" ? $from.index(at - 1) === 0 : $from.index(at - 1) === $from.node(at - 1).childCount - 1;
    while (depth > 1 && isEdge(depth) && isContainer($from.node(depth - 1))) depth--;
    const parent = $from.node(depth - 1);
    const beside = parent.maybeChild($from.index(depth - 1) + (side === "before" ? -1 : 1));
    // Out of one or into one.
    if (depth === $from.depth && !isContainer(beside)) return false;
    return (side === "before" ? joinTextblockBackward : joinTextblockForward)(state, dispatch, view);
  };

export const chooseTone: Command = (state, dispatch, view) => {
  const { $head } = state.selection;
  for (let depth = $head.depth; depth > 0; depth--) {
    if ($head.node(depth).type.name !== "callout") continue;
    // What views have for blocks are elements.
    const dom = view?.nodeDOM($head.before(depth)) as HTMLElement | null | undefined;
    const button = dom?.querySelector<HTMLElement>(":scope > .block-tools > button") ?? null;
    if (dispatch !== undefined && view !== undefined && button !== null)
      void openTones(view, $head.before(depth), button);
    return true;
  }
  return false;
};

function wrapIn({ tr, schema }: EditorState, { container, from, to, startIndex }: BlockRun, name: Container) {
  const type = schema.nodes[name];
  const textBlock = schema.nodes["textBlock"];
  if (type === undefined || textBlock === undefined || container.type.contentMatch.matchType(type) === null)
    return null;
  tr.step(around(from, to, type.create()));
  // What is folded away needs a line that says what it is.
  if (name === "toggle" && container.child(startIndex).type !== textBlock) {
    tr.insert(from + 1, textBlock.create());
    tr.setSelection(TextSelection.create(tr.doc, from + 2));
  }
  return tr;
}
