import type { Node } from "@tiptap/pm/model";
import type { Decoration, EditorView } from "@tiptap/pm/view";
import { idOf } from "../binding/match.ts";
import { FOOTNOTES } from "../words.ts";
import type { NoteSpec } from "./plugin.ts";
import { findReference, visit } from "./visit.ts";

/** What stands beside a note's words. */
export interface NoteTools {
  /** Before the words: the number, which leads back to the text. */
  readonly back: HTMLElement;
  /** Behind them: that nothing refers to it. */
  readonly state: HTMLElement;
  readonly contains: (target: globalThis.Node) => boolean;
  readonly show: (note: HTMLElement, decorations: readonly Decoration[]) => void;
}

export function noteTools(view: EditorView, current: () => Node): NoteTools {
  const { ownerDocument: document } = view.dom;
  const back = document.createElement("div");
  back.className = "block-tools footnote-tools";
  back.contentEditable = "false";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button footnote-back";
  button.dataset["tip"] = FOOTNOTES.back;
  button.dataset["tipSide"] = "start";
  // The caret stays until it is known where it goes.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.focus();
  });
  button.addEventListener("click", () => {
    const target = findReference(view.state.doc, idOf(current()));
    if (target !== null) visit(view, target);
  });
  back.append(button);
  const state = document.createElement("span");
  state.className = "footnote-state";
  state.contentEditable = "false";

  let shown: number | null | undefined;

  return {
    back,
    state,
    contains: (target) => back.contains(target) || state.contains(target),
    show(note, decorations) {
      const number = numberIn(decorations);
      if (number === shown) return;
      shown = number;
      note.ariaLabel = number === null ? FOOTNOTES.footnote : FOOTNOTES.numbered(number);
      button.hidden = number === null;
      button.textContent = String(number ?? "");
      button.ariaLabel = FOOTNOTES.backFrom(String(number ?? ""));
      state.hidden = number !== null;
      state.textContent = number === null ? FOOTNOTES.unused : "";
    },
  };
}

function numberIn(decorations: readonly Decoration[]): number | null {
  for (const { spec } of decorations) if ("footnote" in spec) return (spec as NoteSpec).footnote;
  return null;
}
