import { Plugin, TextSelection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/**
 * Takes two edits from the browser. When all of a formatted piece of text goes, by typing over it or by deleting it,
 * the browser gives the next letter its look by a style attribute, which the page's policy blocks and reports.
 */
export function nativeEditsPlugin(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        beforeinput(view, event) {
          if (view.composing || !view.editable || !(view.state.selection instanceof TextSelection)) return false;
          const isTaken = event.inputType === "insertText" ? typeOver(view, event) : deleteWhole(view, event);
          if (isTaken) event.preventDefault();
          return isTaken;
        },
      },
    },
  });
}

/** Inserts text over a selection as ProseMirror does for a key it handles itself, so that typing rules see it. */
function typeOver(view: EditorView, { data }: InputEvent): boolean {
  const { from, to, empty } = view.state.selection;
  if (empty || data === null) return false;
  const insert = () => view.state.tr.insertText(data, from, to).scrollIntoView();
  const isHandled = view.someProp("handleTextInput", (handle) => handle(view, from, to, data, insert));
  if (isHandled !== true) view.dispatch(insert());
  return true;
}

/** Deletes what the browser was about to, when a formatted piece lies in it whole; what is typed next keeps its look. */
function deleteWhole(view: EditorView, event: InputEvent): boolean {
  const [range] = event.getTargetRanges();
  if (!event.inputType.startsWith("delete") || range === undefined) return false;
  if (!view.dom.contains(range.startContainer) || !view.dom.contains(range.endContainer)) return false;
  const from = view.posAtDOM(range.startContainer, range.startOffset);
  const to = view.posAtDOM(range.endContainer, range.endOffset);
  const { doc, tr } = view.state;
  const $from = doc.resolve(from);
  if (from >= to || !$from.sameParent(doc.resolve(to))) return false;
  let holdsWhole = false;
  doc.nodesBetween(from, to, (node, at) => {
    if (node.isText && node.marks.length > 0 && at >= from && at + node.nodeSize <= to) holdsWhole = true;
  });
  if (!holdsWhole) return false;
  const marks = $from.marksAcross(doc.resolve(to));
  view.dispatch(tr.delete(from, to).setStoredMarks(marks).scrollIntoView());
  return true;
}
