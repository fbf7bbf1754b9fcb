import type { EditorState } from "@tiptap/pm/state";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Page, Writing } from "../../page.ts";
import { keepFocus } from "../action-button.tsx";
import { Icon } from "../icon.tsx";
import { keysText } from "../keys-text.ts";
import { useEditor } from "../use-editor.ts";
import { placeList } from "./place-list.ts";
import { queryAt, type Sign } from "./query.ts";
import { fetchFor, LIST_NAMES, NOTHING_YET, recallFor, type Suggestion, suggestionsFor } from "./sources.ts";

/** Only a sign typed just now asks for anything; a caret moved behind an old one does not. */
interface Asked {
  readonly sign: Sign;
  /** The editor has had the sign: from then on the question may end. */
  readonly isBegun: boolean;
}

const begun = (asked: Asked | undefined): Asked | undefined =>
  asked?.isBegun === false ? { ...asked, isBegun: true } : asked;

/**
 * What a sign offers, for who has just typed it: a slash what the line can become, an at sign who and what to mention,
 * a colon an emoji. The focus stays in the text, where the filter is typed; the list is told to readers by
 * aria-activedescendant (WAI-ARIA listbox).
 */
export function Suggestions({ page, writing }: { readonly page: Page; readonly writing: Writing }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState<Asked>();
  const [fetched, setFetched] = useState(NOTHING_YET);
  const [at, setAt] = useState(0);
  // Told as one string so that only another question renders.
  const text = useEditor(editor, ({ state, isEditable, view }) => {
    const query = asked !== undefined && isEditable && view.hasFocus() ? queryAt(state) : undefined;
    return query !== undefined && query.sign === asked?.sign ? query.text : false;
  });
  const query = text === false ? undefined : queryAt(editor.state);
  const found = query === undefined ? [] : suggestionsFor(page, query, fetched);
  const isOpen = found.length > 0;
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    const { dom, state } = editor.view;
    let newest = 0;
    const ask = (sign: Sign): void => {
      const number = ++newest;
      setAt(0);
      setFetched(recallFor(sign));
      setAsked({ sign, isBegun: false });
      fetchFor(sign).then(
        (next) => number === newest && next !== NOTHING_YET && setFetched(next),
        () => {},
      );
    };
    const typed = ({ data }: InputEvent): void => {
      const sign = data === "/" || data === "@" || data === ":" ? data : data === "[" ? "[[" : undefined;
      // The editor has the character a moment later. Behind a letter, a sign asks for nothing.
      setTimeout(() => (sign === undefined ? setAsked(begun) : ask(sign)));
    };
    // Typed before this was there to hear it.
    const early = queryAt(state)?.sign ?? (isAsking(state, ":") ? ":" : undefined);
    if (early !== undefined && editor.view.hasFocus()) ask(early);
    dom.addEventListener("beforeinput", typed);
    return () => {
      newest = -1;
      dom.removeEventListener("beforeinput", typed);
    };
  }, [editor]);

  // The caret left, or went on to other words: the sign was just a sign.
  const sign = asked?.sign;
  const isHeld = sign === "/" ? isOpen : sign !== undefined && (text !== false || isAsking(editor.state, sign));
  useEffect(() => {
    const next = isHeld ? begun(asked) : asked?.isBegun === true ? undefined : asked;
    // Keys may come faster than effects: another question is not this one's to end.
    if (next !== asked) setAsked((now) => (now === asked ? next : now));
  }, [isHeld, asked]);

  // With the list, not a moment after it: the very next key is meant for it.
  useLayoutEffect(() => {
    const host = editor.view.dom.parentElement;
    if (!isOpen || host === null) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") setAt((chosen + 1) % found.length);
      else if (event.key === "ArrowUp") setAt((chosen + found.length - 1) % found.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(found[chosen]);
      else if (event.key === "Escape") setAsked(undefined);
      else return;
      // Before the editor: Enter must not break the line first.
      event.preventDefault();
      event.stopPropagation();
    };
    host.addEventListener("keydown", pressed, true);
    return () => host.removeEventListener("keydown", pressed, true);
  });

  useEffect(() => {
    if (!isOpen) return undefined;
    const { dom } = editor.view;
    dom.setAttribute("aria-controls", "suggestions");
    dom.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
    document.getElementById(`suggestion-${chosen}`)?.scrollIntoView({ block: "nearest" });
    return () => {
      dom.removeAttribute("aria-controls");
      dom.removeAttribute("aria-activedescendant");
    };
  }, [editor, isOpen, chosen]);

  useLayoutEffect(() => {
    const query = queryAt(editor.state);
    if (isOpen && ref.current !== null && query !== undefined) placeList(ref.current, editor, query.from);
  }, [editor, isOpen, found.length]);

  if (!isOpen) return null;

  function choose(suggestion: Suggestion | undefined): void {
    const query = queryAt(editor.state);
    setAsked(undefined);
    if (query !== undefined) suggestion?.choose(writing, query);
  }

  return (
    <div
      ref={ref}
      id="suggestions"
      className="panel suggestions"
      role="listbox"
      aria-label={sign === undefined ? "" : LIST_NAMES[sign]}
      tabIndex={-1}
      onMouseDown={keepFocus}
    >
      {found.map((suggestion, index) => (
        <div
          key={suggestion.id}
          id={`suggestion-${index}`}
          role="option"
          aria-selected={index === chosen}
          className="list-button"
          onMouseMove={() => setAt(index)}
          onClick={() => choose(suggestion)}
        >
          <Picture of={suggestion.picture} />
          <span className="suggestion-label">{suggestion.label}</span>
          {suggestion.shortcut !== undefined && <kbd>{keysText(suggestion.shortcut)}</kbd>}
        </div>
      ))}
    </div>
  );
}

function Picture({ of }: { readonly of: Suggestion["picture"] }) {
  return typeof of === "string" ? (
    <span className="suggestion-sign" aria-hidden="true">
      {of}
    </span>
  ) : (
    <Icon of={of} />
  );
}

/** Too little was typed yet to ask by. */
function isAsking({ selection: { $from } }: EditorState, sign: Sign): boolean {
  const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\n");
  return before.endsWith("[") || before.endsWith(sign) || (sign === ":" && /:[a-z]$/i.test(before));
}
