import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import type * as Y from "yjs";

/** The selection as the browser has it. */
type Native = readonly [anchor: Node | null, anchorOffset: number, focus: Node | null, focusOffset: number];

/** As the editor was last told of it. */
const told = new WeakMap<EditorView, Native>();

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
      const page = view.dom.ownerDocument;
      // A view update is no reason to take it for told: it may have come between a click and what is told of it.
      const note = (): void => void told.set(view, selectionOf(page));
      // Before it is integrated: a selection is told to others as a place in what is shared.
      const foreign = ({ local }: Y.Transaction): void => {
        if (!local) hearSelection(view);
      };
      // A button beside the text may be about what is selected in it.
      const hear = (): void => hearSelection(view);
      note();
      page.addEventListener("selectionchange", note);
      page.addEventListener("click", hear, true);
      doc.on("beforeTransaction", foreign);
      return {
        destroy() {
          page.removeEventListener("selectionchange", note);
          page.removeEventListener("click", hear, true);
          doc.off("beforeTransaction", foreign);
        },
      };
    },
  });
}

/** Has the editor hear of a caret that was moved just now. Call before something is drawn that the person did not do. */
export function hearSelection(view: EditorView): void {
  if (!view.hasFocus()) return;
  const now = selectionOf(view.dom.ownerDocument);
  if (told.get(view)?.every((part, at) => part === now[at]) === false) announce(view);
}

function announce(view: EditorView): boolean {
  if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"));
  return false;
}

function selectionOf(page: Document): Native {
  const selection = page.getSelection();
  return selection === null
    ? [null, 0, null, 0]
    : [selection.anchorNode, selection.anchorOffset, selection.focusNode, selection.focusOffset];
}
