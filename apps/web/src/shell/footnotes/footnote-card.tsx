import { noteReferredToAt, referenceBesideCaret, visit } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { CornerDownRight, Trash2 } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import type { Writing } from "../../page.ts";
import { FOOTNOTES } from "../../words/footnotes.ts";
import { keepFocus } from "../action-button.tsx";
import { Icon } from "../icon.tsx";
import { keysText, OPEN_LINK_KEYS } from "../keys-text.ts";
import { placeBelow } from "../place-bubble.ts";
import { rove } from "../roving.ts";
import { hrefOf } from "../selection-facts.ts";
import { type CardKind, useCard } from "../use-card.ts";
import { useEditor } from "../use-editor.ts";

/** So many characters of a note say what it is about. */
const MANY = 280;

const REFERENCES: CardKind = { selector: ".footnote-ref", atCaret: referenceAtCaret };

/** The words of a footnote, beside what refers to it: under the pointer, at the caret, or for a finger that asks. */
export function FootnoteCard({ writing: { editor } }: { readonly writing: Writing }) {
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useCard(editor, box, REFERENCES);
  const sign = shown?.element;
  const words = useEditor(editor, () => (sign === undefined ? "" : wordsOf(editor, sign)));

  useEffect(() => {
    const { dom } = editor.view;
    // A mouse is there by now, and a finger cannot rest on anything.
    const clicked = ({ target, pointerType }: PointerEvent): void => {
      const element = target instanceof Element ? target.closest<HTMLElement>(REFERENCES.selector) : null;
      if (element !== null) setShown(pointerType === "touch" ? { element, by: "caret" } : undefined);
    };
    dom.addEventListener("click", clicked);
    return () => dom.removeEventListener("click", clicked);
  }, [editor, setShown]);

  useLayoutEffect(() => {
    if (box.current !== null && sign !== undefined) placeBelow(box.current, sign);
  }, [sign, words]);

  const leave = useCallback(() => {
    setShown(undefined);
    editor.view.focus();
  }, [editor, setShown]);

  // Others may have taken it away just now.
  if (sign?.isConnected !== true) return null;
  const position = positionOf(editor, sign);
  const note = noteReferredToAt(editor.state.doc, position);
  return (
    <div
      ref={box}
      className="bubble footnote-card"
      role="toolbar"
      aria-label={sign.ariaLabel ?? FOOTNOTES.footnote}
      onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => {
        if (event.key === "Escape") {
          event.preventDefault();
          leave();
        } else rove(event, "row");
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setShown(undefined);
      }}
    >
      {note === null ? (
        <span className="footnote-card-words">{FOOTNOTES.isGone}</span>
      ) : (
        <button
          type="button"
          className="footnote-card-words"
          data-stop=""
          aria-label={FOOTNOTES.goToWhat(words)}
          data-tip={`${FOOTNOTES.goTo}  ${keysText(OPEN_LINK_KEYS)}`}
          data-tip-side="start"
          onMouseDown={keepFocus}
          onClick={() => {
            setShown(undefined);
            visit(editor.view, note);
          }}
        >
          <span>{words}</span>
          <Icon of={CornerDownRight} size={14} />
        </button>
      )}
      {note === null && editor.isEditable && (
        <button
          type="button"
          className="button"
          data-stop=""
          data-tip={FOOTNOTES.removeReference}
          data-tip-side="end"
          aria-label={FOOTNOTES.removeReference}
          onMouseDown={keepFocus}
          onClick={() => {
            editor.view.dispatch(editor.state.tr.delete(position, position + 1));
            leave();
          }}
        >
          <Icon of={Trash2} />
        </button>
      )}
    </div>
  );
}

const positionOf = ({ view }: Editor, sign: HTMLElement): number => view.posAtDOM(sign, 0, -1);

function wordsOf(editor: Editor, sign: HTMLElement): string {
  const { doc } = editor.state;
  const position = sign.isConnected ? noteReferredToAt(doc, positionOf(editor, sign)) : null;
  const note = position === null ? null : doc.nodeAt(position);
  const words = note?.textBetween(0, note.content.size, " ", " ").trim() ?? "";
  return words === "" ? FOOTNOTES.isEmpty : words.length > MANY ? `${words.slice(0, MANY)}…` : words;
}

function referenceAtCaret({ view, state }: Editor): HTMLElement | null {
  // A link has a card of its own, and is asked for more often.
  const position = hrefOf(state) === "" ? referenceBesideCaret(state) : null;
  // What a view has for an atom is an element.
  return position === null ? null : (view.nodeDOM(position) as HTMLElement | null);
}
