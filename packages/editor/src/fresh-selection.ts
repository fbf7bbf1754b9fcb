import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import type * as Y from "yjs";

/**
 * Browsers report a moved caret with an event of its own, later. On a busy page a key pressed right after a click comes
 * first, and a command would run on the selection from before the click: Enter would replace words that are no longer
 * selected. And what others do would come first, whose drawing puts the caret back to where it was. So whatever acts on
 * the selection hears of it first.
 */
export function freshSelectionPlugin(doc: Y.Doc): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: { keydown: announce, beforeinput: announce, copy: announce, cut: announce, paste: announce },
    },
    view(view) {
      // Before it is integrated: a selection is told to others as a place in what is shared.
      const foreign = ({ local }: Y.Transaction): void => {
        if (!local) hearSelection(view);
      };
      doc.on("beforeTransaction", foreign);
      return { destroy: () => doc.off("beforeTransaction", foreign) };
    },
  });
}

/** Has the editor hear of a caret that was moved just now. Call before something is drawn that the person did not do. */
export function hearSelection(view: EditorView): void {
  if (view.hasFocus()) announce(view);
}

/** To an editor that has heard of it, it says nothing new. */
function announce(view: EditorView): boolean {
  if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"));
  return false;
}
