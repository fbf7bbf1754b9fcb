import { Plugin, TextSelection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/**
 * Typing over a selection is done here and not by the browser: it would keep the look of what it replaces by style
 * attributes of its own, which the page's policy blocks.
 */
export function typeOverPlugin(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        beforeinput(view, event) {
          const { selection } = view.state;
          const isTyping = event.inputType === "insertText" && event.data !== null && !view.composing;
          if (!isTyping || !view.editable || !(selection instanceof TextSelection) || selection.empty) return false;
          event.preventDefault();
          typeText(view, event.data);
          return true;
        },
      },
    },
  });
}

/** Inserts text as ProseMirror does for a key it handles itself, so that typing rules see it. */
function typeText(view: EditorView, text: string): void {
  const { from, to } = view.state.selection;
  const insert = () => view.state.tr.insertText(text, from, to).scrollIntoView();
  const isHandled = view.someProp("handleTextInput", (handle) => handle(view, from, to, text, insert));
  if (isHandled !== true) view.dispatch(insert());
}
