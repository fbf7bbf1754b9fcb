import { isRemote } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import type { Transaction } from "@tiptap/pm/state";
import { type Dispatch, type RefObject, type SetStateAction, useEffect, useState } from "react";
import { isPressed } from "./keys-text.ts";
import { stopsIn } from "./roving.ts";

/** A pointer that only passes asks for nothing; one on its way to the card has not left. */
const HOVER_MILLIS = 250;
const LEAVE_MILLIS = 300;

/** Something in the text that has a card, and who asked: a pointer that goes takes the card along. */
export interface Carded {
  readonly element: HTMLElement;
  readonly by: "caret" | "pointer";
}

/** What in the text has a card. Made once, outside of what renders. */
export interface CardKind {
  /** For `Element.closest`. */
  readonly selector: string;
  readonly atCaret: (editor: Editor) => HTMLElement | null;
}

/**
 * What a card is shown for: what the pointer rests on, or the caret is at. Escape closes it, Alt+F10 goes into it.
 *
 * @param box - The card, when there is one.
 */
export function useCard(
  editor: Editor,
  box: RefObject<HTMLElement | null>,
  kind: CardKind,
): readonly [Carded | undefined, Dispatch<SetStateAction<Carded | undefined>>] {
  const [shown, setShown] = useState<Carded>();
  useEffect(() => {
    const { view } = editor;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (millis: number, act: () => void): void => {
      clearTimeout(timer);
      timer = setTimeout(act, millis);
    };
    const over = ({ target, pointerType, buttons }: PointerEvent): void => {
      if (pointerType === "touch" || buttons !== 0 || !(target instanceof Element)) return;
      const element = target.closest<HTMLElement>(kind.selector);
      if (element !== null && view.dom.contains(element))
        soon(HOVER_MILLIS, () => setShown({ element, by: "pointer" }));
      else if (box.current?.contains(target) === true) clearTimeout(timer);
      else soon(LEAVE_MILLIS, () => setShown(unlessPointed));
    };
    const changed = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (!transaction.docChanged) return;
      // Who types in it, or beside it, is not asking about it.
      setShown((before) => (isRemote(transaction) && before?.element.isConnected === true ? before : undefined));
    };
    const moved = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (transaction.docChanged || !view.hasFocus()) return;
      const element = kind.atCaret(editor);
      setShown((before) => (element === null ? unlessPointed(before) : { element, by: "caret" }));
    };
    const blurred = ({ event }: { readonly event: FocusEvent }): void => {
      if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget) === true))
        setShown(undefined);
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === "Escape") setShown(undefined);
      else if (isPressed(event, "Alt-F10")) {
        const element = kind.atCaret(editor);
        if (element === null) return;
        event.preventDefault();
        setShown({ element, by: "caret" });
        requestAnimationFrame(() => box.current !== null && stopsIn(box.current)[0]?.focus());
      }
    };
    document.addEventListener("pointerover", over, { passive: true });
    view.dom.addEventListener("keydown", pressed);
    editor.on("transaction", changed).on("selectionUpdate", moved).on("blur", blurred);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", over);
      view.dom.removeEventListener("keydown", pressed);
      editor.off("transaction", changed).off("selectionUpdate", moved).off("blur", blurred);
    };
  }, [editor, box, kind]);
  return [shown, setShown];
}

const unlessPointed = (before: Carded | undefined): Carded | undefined =>
  before?.by === "pointer" ? undefined : before;
