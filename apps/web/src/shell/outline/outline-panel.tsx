import { type Heading, headingsOf, sizeBetween, sizeOf } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { TextSelection, type Transaction } from "@tiptap/pm/state";
import { useEffect, useState } from "react";
import type { Writing } from "../../page.ts";
import type { Desk } from "../desk.ts";
import { isOverText, SidePanel } from "../side-panel.tsx";
import { isTouchLayout } from "../touch-bar.tsx";

/** A moment behind who writes: nobody watches it while typing. */
const REFRESH_MILLIS = 250;
const WORDS_A_MINUTE = 230;
/** A heading this far down the screen has begun. */
const BEGUN = 140;

export function OutlinePanel({ writing: { editor }, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const { headings, facts } = useOutline(editor);
  const here = useHere(editor, headings);

  function jump({ position }: Heading): void {
    const { view } = editor;
    const element = view.nodeDOM(position);
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(position + 1))));
    if (element instanceof Element) element.scrollIntoView({ block: "start" });
    if (isOverText()) desk.panel.set(undefined);
    // A finger that wants to read does not want a keyboard.
    if (!isTouchLayout()) view.focus();
  }

  return (
    <SidePanel panel="outline" label="Outline" editor={editor} desk={desk}>
      {headings.length > 1 ? (
        <nav aria-label="Headings">
          <ol className="outline" role="list">
            {headings.map((heading, index) => (
              <li key={heading.position} data-level={heading.level}>
                <button
                  type="button"
                  aria-current={index === here ? "location" : undefined}
                  onClick={() => jump(heading)}
                >
                  {heading.text}
                </button>
              </li>
            ))}
          </ol>
        </nav>
      ) : (
        <p className="side-panel-hint">Headings show here. Type # and a space at the start of a line to make one.</p>
      )}
      <dl className="facts figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </SidePanel>
  );
}

interface Contents {
  readonly headings: readonly Heading[];
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** What is in the document now, and after every pause. */
function useOutline(editor: Editor): Contents {
  const [contents, setContents] = useState(() => read(editor));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (!transaction.docChanged && !transaction.selectionSet) return;
      clearTimeout(timer);
      timer = setTimeout(() => setContents(read(editor)), REFRESH_MILLIS);
    };
    editor.on("transaction", changed);
    return () => {
      clearTimeout(timer);
      editor.off("transaction", changed);
    };
  }, [editor]);
  return contents;
}

function read({ state: { doc, selection } }: Editor): Contents {
  const { words, characters } = sizeOf(doc);
  const { from, to, empty } = selection;
  const chosen = empty ? undefined : sizeBetween(doc, from, to);
  const of = (part: number | undefined, all: number): string =>
    part === undefined ? all.toLocaleString() : `${part.toLocaleString()} of ${all.toLocaleString()}`;
  const minutes = Math.ceil((chosen?.words ?? words) / WORDS_A_MINUTE);
  return {
    headings: headingsOf(doc),
    facts: [
      ["Words", of(chosen?.words, words)],
      ["Characters", of(chosen?.characters, characters)],
      ["Reading time", minutes === 1 ? "1 minute" : `${minutes} minutes`],
    ],
  };
}

/** The heading whose part of the text is on the screen. */
function useHere(editor: Editor, headings: readonly Heading[]): number {
  const [here, setHere] = useState(-1);
  useEffect(() => {
    let isDue = false;
    const look = (): void => {
      isDue = false;
      const begun = headings.findLastIndex(({ position }) => {
        const element = position < editor.state.doc.content.size ? editor.view.nodeDOM(position) : null;
        return element instanceof Element && element.getBoundingClientRect().top < BEGUN;
      });
      setHere(Math.max(0, begun));
    };
    const scrolled = (): void => {
      if (!isDue) requestAnimationFrame(look);
      isDue = true;
    };
    look();
    addEventListener("scroll", scrolled, { passive: true });
    return () => removeEventListener("scroll", scrolled);
  }, [editor, headings]);
  return here;
}
