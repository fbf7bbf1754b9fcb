import type { Node } from "@tiptap/pm/model";
import { TextSelection, type Command, type EditorState } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { idOf } from "../binding/match.ts";
import { isFootnote } from "../blocks-in-selection.ts";
import { isReference, noteOf } from "./numbers.ts";

/** How long "here" is shown. */
const SHOWN_MILLIS = 2_000;

/** From the reference beside the caret to its note, and from within a note to the first place that refers to it. */
export const visitFootnote: Command = (state, dispatch, view) => {
  const { $head, empty } = state.selection;
  const reference = referenceBesideCaret(state);
  const target =
    reference !== null
      ? noteReferredToAt(state.doc, reference)
      : empty && isFootnote($head.parent)
        ? findReference(state.doc, idOf($head.parent))
        : null;
  if (target === null) return false;
  if (dispatch === undefined) return true;
  dispatch(state.tr.setSelection(caretAt(state.doc, target)).scrollIntoView());
  if (view !== undefined) show(view, target);
  return true;
};

/** Where the reference is that the caret is right behind, or else right before. */
export function referenceBesideCaret({ selection: { $head, empty } }: EditorState): number | null {
  if (!empty) return null;
  if (isReference($head.nodeBefore)) return $head.pos - 1;
  return isReference($head.nodeAfter) ? $head.pos : null;
}

/** Where the note is that the reference at a position refers to; null when there is none. */
export function noteReferredToAt(doc: Node, position: number): number | null {
  const reference = doc.nodeAt(position);
  return reference === null || !isReference(reference) ? null : findNote(doc, noteOf(reference));
}

/** Brings somebody to a note, or to what refers to it: who may write, with the caret; others with the focus. */
export function visit(view: EditorView, target: number): void {
  if (view.editable) view.dispatch(view.state.tr.setSelection(caretAt(view.state.doc, target)));
  show(view, target);
}

const findNote = (doc: Node, id: string | null): number | null =>
  id === null ? null : find(doc, (node) => isFootnote(node) && idOf(node) === id);

export const findReference = (doc: Node, id: string | null): number | null =>
  id === null ? null : find(doc, (node) => isReference(node) && noteOf(node) === id);

/** All that refer to it, in order. */
export function findReferences(doc: Node, id: string | null): readonly number[] {
  const found: number[] = [];
  doc.descendants((node, position) => {
    if (id !== null && isReference(node) && noteOf(node) === id) found.push(position);
    return !node.isLeaf;
  });
  return found;
}

function find(doc: Node, isWanted: (node: Node) => boolean): number | null {
  let found: number | null = null;
  doc.descendants((node, position) => {
    if (found === null && isWanted(node)) found = position;
    return found === null;
  });
  return found;
}

/** At the end of a note's words; behind a reference. */
function caretAt(doc: Node, target: number): TextSelection {
  const size = doc.nodeAt(target)?.nodeSize ?? 0;
  return TextSelection.create(doc, isFootnote(doc.nodeAt(target)) ? target + size - 1 : target + size);
}

function show(view: EditorView, target: number): void {
  // What views have for nodes are elements.
  const element = view.nodeDOM(target) as HTMLElement | null;
  if (!view.editable) (element?.querySelector("button") ?? element)?.focus({ preventScroll: true });
  // Who reads on a phone is not asked to type.
  else if (view.hasFocus() || !matchMedia("(pointer: coarse)").matches) view.focus();
  if (element !== null && !isInSight(element)) element.scrollIntoView({ block: "center" });
  // Nothing moves: the tint is there, and then it is not.
  element?.animate(
    { backgroundColor: ["var(--accent-soft)", "transparent"] },
    { duration: SHOWN_MILLIS, easing: "step-end" },
  );
}

/** Nothing moves for what somebody sees already; a bar may lie over the edges. */
function isInSight(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top > HIDDEN_AT_EDGES && bottom < innerHeight - HIDDEN_AT_EDGES;
}

const HIDDEN_AT_EDGES = 100;
