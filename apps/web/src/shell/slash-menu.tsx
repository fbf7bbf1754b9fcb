import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Writing } from "../page.ts";
import { keepFocus } from "./action-button.tsx";
import { type Action, perform } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { keysText } from "./keys-text.ts";
import { placeSlash } from "./place-slash.ts";
import { kindIn } from "./selection-facts.ts";
import { matching, slashQuery } from "./slash-query.ts";
import { useEditor } from "./use-editor.ts";

/**
 * What a line can become, for who types a slash. The focus stays in the text, where the filter is typed; the list is
 * told to readers by aria-activedescendant (WAI-ARIA listbox).
 */
export function SlashMenu({ writing }: { readonly writing: Writing }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  /** Only a slash typed just now asks for anything; a caret moved behind an old one does not. */
  const [isAsked, setIsAsked] = useState(false);
  const [at, setAt] = useState(0);
  const text = useEditor(editor, ({ state, isEditable, view }) =>
    isAsked && isEditable && view.hasFocus() ? (slashQuery(state)?.text ?? false) : false,
  );
  const found = text === false ? [] : matching(text);
  const isOpen = found.length > 0;
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    const { dom } = editor.view;
    const typed = (event: InputEvent): void => {
      if (event.data !== "/") return;
      setAt(0);
      // The editor has the character a moment later.
      setTimeout(() => setIsAsked(true));
    };
    dom.addEventListener("beforeinput", typed);
    return () => dom.removeEventListener("beforeinput", typed);
  }, [editor]);

  // Nothing fits any more, or the caret left: the slash was just a slash.
  useEffect(() => {
    if (isAsked && !isOpen) setIsAsked(false);
  }, [isAsked, isOpen]);

  // With the list, not a moment after it: the very next key is meant for it.
  useLayoutEffect(() => {
    const host = editor.view.dom.parentElement;
    if (!isOpen || host === null) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") setAt((chosen + 1) % found.length);
      else if (event.key === "ArrowUp") setAt((chosen + found.length - 1) % found.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(writing, found[chosen]);
      else if (event.key === "Escape") setIsAsked(false);
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
    dom.setAttribute("aria-controls", "slash");
    dom.setAttribute("aria-activedescendant", `slash-${chosen}`);
    document.getElementById(`slash-${chosen}`)?.scrollIntoView({ block: "nearest" });
    return () => {
      dom.removeAttribute("aria-controls");
      dom.removeAttribute("aria-activedescendant");
    };
  }, [editor, isOpen, chosen]);

  useLayoutEffect(() => {
    const query = slashQuery(editor.state);
    if (isOpen && ref.current !== null && query !== undefined) placeSlash(ref.current, editor, query.from);
  }, [editor, isOpen, found.length]);

  if (!isOpen) return null;
  return (
    <div
      ref={ref}
      id="slash"
      className="panel slash"
      role="listbox"
      aria-label="Turn this line into"
      tabIndex={-1}
      onMouseDown={keepFocus}
    >
      {found.map((action, index) => (
        <div
          key={action.name}
          id={`slash-${index}`}
          role="option"
          aria-selected={index === chosen}
          className="list-button"
          onMouseMove={() => setAt(index)}
          onClick={() => choose(writing, action)}
        >
          <Icon of={action.icon} />
          {action.label}
          {action.shortcut !== undefined && <kbd>{keysText(action.shortcut)}</kbd>}
        </div>
      ))}
    </div>
  );
}

/** Takes the slash and its words away, then does what they asked for. */
function choose(writing: Writing, action: Action | undefined): void {
  const { view } = writing.editor;
  const query = slashQuery(view.state);
  if (action === undefined || query === undefined) return;
  view.dispatch(view.state.tr.delete(query.from, query.to));
  // The commands toggle, and a list asked for is not a list to be ended.
  if (kindIn(view.state) !== action.name) perform(writing, action);
}
