import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/**
 * Browsers report a moved caret with an event of its own, later. On a busy page a key pressed right after a click comes
 * first, and a command would run on the selection from before the click: Enter would replace words that are no longer
 * selected. So whatever acts on the selection hears of it first.
 */
export function freshSelectionPlugin(): Plugin {
  const announce = (view: EditorView): boolean => {
    if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"));
    return false;
  };
  return new Plugin({
    props: {
      handleDOMEvents: { keydown: announce, beforeinput: announce, copy: announce, cut: announce, paste: announce },
    },
  });
}
