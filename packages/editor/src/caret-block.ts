import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

/**
 * Marks the block the caret is in, which the page then never skips. In one that it has not laid out yet, as right after
 * a jump to the end of a long document, Chromium leaves the caret before the first letter typed.
 */
export function caretBlockPlugin(): Plugin {
  return new Plugin({
    props: {
      decorations({ doc, selection: { $head } }) {
        if ($head.depth === 0) return null;
        return DecorationSet.create(doc, [Decoration.node($head.before(1), $head.after(1), { class: "with-caret" })]);
      },
    },
  });
}
