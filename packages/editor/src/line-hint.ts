import type { EditorState } from "@tiptap/pm/state";
import type { BlockLook } from "./block-looks.ts";
import { caretBlock, isContainer, kindOf } from "./blocks-in-selection.ts";

/**
 * Says on the empty line the caret is in what can be done there. Whether it is seen is for the page's styles: not while
 * somebody only reads.
 */
export function lineHint(state: EditorState, hint: string): readonly BlockLook[] {
  const at = hintedLine(state);
  return at === null ? [] : [{ from: at, to: at + 2, attributes: { class: "is-hinted", "data-hint": hint } }];
}

/** Where the caret's line begins, if it is empty and could become anything; in a cell, and in a toggle's own line, it could not. */
function hintedLine(state: EditorState): number | null {
  const line = caretBlock(state);
  if (line === null || line.node.content.size > 0 || kindOf(line.node) !== "text") return null;
  const { $from } = state.selection;
  const container = $from.node(-1);
  const isOwnLine = container.type.name === "toggle" && $from.index(-1) === 0;
  return $from.depth === 1 || (isContainer(container) && !isOwnLine) ? line.position : null;
}
