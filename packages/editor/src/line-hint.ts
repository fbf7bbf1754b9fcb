import { Plugin, PluginKey, type EditorState } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { caretBlock, isContainer, kindOf } from "./blocks-in-selection.ts";

const hintKey = new PluginKey<DecorationSet>("line-hint");

/**
 * Says on the empty line the caret is in what can be done there. Whether it is seen is for the page's styles: not while
 * somebody only reads. What changes elsewhere leaves its one decoration where it is.
 */
export function lineHintPlugin(hint: string): Plugin<DecorationSet> {
  const attributes = { class: "is-hinted", "data-hint": hint };
  return new Plugin<DecorationSet>({
    key: hintKey,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, before, _old, state) {
        const at = hintedLine(state);
        if (at === null) return DecorationSet.empty;
        const moved = before.map(tr.mapping, tr.doc);
        if (moved.find(at, at).some(({ from }) => from === at)) return moved;
        return DecorationSet.create(tr.doc, [Decoration.node(at, at + 2, attributes)]);
      },
    },
    props: { decorations: (state) => hintKey.getState(state) },
  });
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
