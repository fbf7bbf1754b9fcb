import { keymap } from "@tiptap/pm/keymap";
import type { Node } from "@tiptap/pm/model";
import { NodeSelection, Selection, TextSelection, type Command, type EditorState, type Plugin } from "@tiptap/pm/state";
import * as Y from "yjs";
import type { Binding } from "./binding/binding.ts";
import { fromRelative, toRelative } from "./positions.ts";
import { appliedRule } from "./typing-rules.ts";

/** Typing within this time of the last keystroke is undone together. */
export const CAPTURE_MILLIS = 500;

interface SharedSelection {
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
  /** A whole block was selected, as a picture. */
  readonly isNode: boolean;
}

const SELECTION = "selection";

/** Undo and redo of one's own edits, by the shared document itself, with the caret back where it was. */
export class Undo {
  readonly manager: Y.UndoManager;
  readonly #binding: Binding;
  #before: SharedSelection | null = null;
  readonly #stop: () => void;

  constructor(binding: Binding) {
    this.#binding = binding;
    this.manager = new Y.UndoManager(binding.fragment, {
      trackedOrigins: new Set<unknown>([binding]),
      captureTimeout: CAPTURE_MILLIS,
      deleteFilter: isOnlyMine,
    });
    this.manager.on("stack-item-added", ({ stackItem }) => void stackItem.meta.set(SELECTION, this.#before));
    let wasStructural = false;
    this.#stop = binding.onBeforeWrite((before, after) => {
      // A typing rule is a step of its own, or taking it back would take back the words before it.
      const isRule = appliedRule(after) !== null && appliedRule(after) !== appliedRule(before);
      const isStructural = isRule || !isTyping(before.doc, after.doc);
      if (isStructural || wasStructural) this.manager.stopCapturing();
      wasStructural = isStructural;
      this.#before = this.#selectionOf(before);
    });
  }

  /** Takes back the newest of one's own changes that still has an effect. */
  readonly undo: Command = (state, dispatch, view) => this.#pop("undo", state, dispatch !== undefined, view);

  readonly redo: Command = (state, dispatch, view) => this.#pop("redo", state, dispatch !== undefined, view);

  /**
   * Takes back a typing rule right after it did something, and leaves what was typed for it. By undo, and not by the
   * steps of the rule turned round: others may have typed in the block meanwhile.
   */
  readonly takeBackRule: Command = (state, dispatch, view) => {
    const rule = appliedRule(state);
    if (rule === null || !this.undo(state, dispatch, view)) return false;
    const current = view ?? this.#binding.view;
    if (dispatch === undefined || current === null || rule.typed === "") return true;
    current.dispatch(current.state.tr.insertText(rule.typed).scrollIntoView());
    return true;
  };

  destroy(): void {
    this.#stop();
    this.manager.destroy();
  }

  #pop(which: "undo" | "redo", state: EditorState, isReal: boolean, view: Parameters<Command>[2]): boolean {
    const canPop = which === "undo" ? this.manager.canUndo() : this.manager.canRedo();
    if (!isReal || !canPop) return canPop;
    this.#before = this.#selectionOf(state);
    const item = this.manager[which]();
    const selection = item?.meta.get(SELECTION) as SharedSelection | null | undefined;
    // The change is in the view by now: the binding dispatched it while the manager ran.
    const current = view ?? this.#binding.view;
    if (selection === null || selection === undefined || current === null) return true;
    const anchor = fromRelative(this.#binding.tree, this.#binding.doc, selection.anchor, true);
    const head = fromRelative(this.#binding.tree, this.#binding.doc, selection.head, true);
    if (anchor === null || head === null) return true;
    const { tr } = current.state;
    current.dispatch(
      tr.setSelection(selection.isNode ? nodeAt(tr.doc, anchor) : between(tr.doc, anchor, head)).scrollIntoView(),
    );
    return true;
  }

  #selectionOf(state: EditorState): SharedSelection {
    const { anchor, head } = state.selection;
    const isNode = state.selection instanceof NodeSelection;
    const { tree } = this.#binding;
    return { anchor: toRelative(tree, anchor, -1), head: toRelative(tree, head, -1), isNode };
  }
}

export function undoKeys(undo: Undo): Plugin {
  return keymap({
    "Mod-z": undo.undo,
    "Mod-Shift-z": undo.redo,
    "Mod-y": undo.redo,
    Backspace: undo.takeBackRule,
  });
}

function nodeAt(doc: Node, position: number): Selection {
  const node = doc.nodeAt(position);
  return node?.isAtom === true && node.isBlock
    ? NodeSelection.create(doc, position)
    : Selection.near(doc.resolve(Math.min(position, doc.content.size)), -1);
}

function between(doc: Node, anchor: number, head: number): Selection {
  const limit = (position: number) => doc.resolve(Math.min(position, doc.content.size));
  const $anchor = limit(anchor);
  const $head = limit(head);
  return $anchor.parent.inlineContent && $head.parent.inlineContent
    ? new TextSelection($anchor, $head)
    : Selection.near($head, -1);
}

/**
 * Whether taking back this insertion takes nothing of anyone else. Its own content has been taken back
 * by the time it is asked, so what a block still holds is someone else's, and keeps the block.
 */
function isOnlyMine(item: Y.Item): boolean {
  return !(item.content instanceof Y.ContentType) || item.content.type._length === 0;
}

/** True when two documents differ in the words of one text block only. */
function isTyping(before: Node, after: Node): boolean {
  // The first letter gives a block that was only shown its id: that is typing.
  if (before.isTextblock)
    return after.hasMarkup(before.type, { ...before.attrs, id: after.attrs["id"] }) && !isSame(before, after);
  if (before.childCount !== after.childCount || !before.sameMarkup(after)) return false;
  let changed = -1;
  for (let at = 0; at < before.childCount; at++) {
    if (before.child(at) === after.child(at)) continue;
    if (changed >= 0) return false;
    changed = at;
  }
  return changed >= 0 && isTyping(before.child(changed), after.child(changed));
}

/** The same words: only how they look is another. */
function isSame(before: Node, after: Node): boolean {
  return before.content.size === after.content.size && before.textContent === after.textContent;
}
