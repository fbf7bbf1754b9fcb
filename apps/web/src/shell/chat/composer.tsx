import { MAX_MESSAGE_LENGTH } from "@sheaf/editor/chat";
import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Page } from "../../page.ts";
import { keepFocus } from "../action-button.tsx";
import { Icon } from "../icon.tsx";
import { fit } from "../match.ts";
import { MENTION_PATTERN } from "../suggest/query.ts";
import { isTouchLayout } from "../touch-bar.tsx";
import { useStore } from "../use-store.ts";
import { authorOf, type Chat } from "./chat.ts";
import { mentionsIn } from "./message-parts.ts";

const MOST_NAMES = 8;

/**
 * Where a message is written. An at sign offers who is here and who has said something; the focus stays in the field,
 * and the list is told to readers by aria-activedescendant (WAI-ARIA listbox).
 */
export function Composer({ page, chat }: { readonly page: Page; readonly chat: Chat }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useStore(chat.draft);
  const people = useStore(page.people);
  /** What was typed behind an at sign; undefined when nobody is asked for. */
  const [query, setQuery] = useState<string>();
  const [at, setAt] = useState(0);
  /** Where the caret belongs in a draft that was not typed just now. */
  const [caret, setCaret] = useState<number | undefined>(draft.length);

  const found = query === undefined ? [] : ranked(everybody(), query);
  const isOpen = found.length > 0;
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    // A finger that came to read does not want a keyboard.
    if (!isTouchLayout()) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (caret !== undefined) field.current?.setSelectionRange(caret, caret);
    setCaret(undefined);
  }, [caret]);
  useEffect(() => {
    if (isOpen) document.getElementById(`chat-name-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [isOpen, chosen]);

  /** Who is here, and who has said something; but oneself. */
  function everybody(): readonly string[] {
    const names = new Set([
      ...people.map(({ name }) => name),
      ...chat.messages.get().map((each) => authorOf(each).name),
    ]);
    names.delete(page.me.get().name);
    return [...names];
  }

  function mention(name: string | undefined): void {
    const element = field.current;
    setQuery(undefined);
    if (element === null || name === undefined || query === undefined) return;
    const end = element.selectionStart;
    const start = end - query.length;
    chat.draft.set(`${draft.slice(0, start)}${name} ${draft.slice(end)}`);
    setCaret(start + name.length + 1);
    element.focus();
  }

  function send(): void {
    const text = draft.trim();
    if (text === "") return;
    chat.send(text, mentionsIn(text, everybody()));
    chat.draft.set("");
    setQuery(undefined);
    field.current?.focus();
  }

  function pressed(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (isOpen && event.key === "ArrowDown") setAt((chosen + 1) % found.length);
    else if (isOpen && event.key === "ArrowUp") setAt((chosen + found.length - 1) % found.length);
    else if (isOpen && (event.key === "Enter" || event.key === "Tab")) mention(found[chosen]);
    else if (isOpen && event.key === "Escape") setQuery(undefined);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="chat-composer">
      {isOpen && (
        <div id="chat-names" className="panel suggestions" role="listbox" aria-label="Mention" onMouseDown={keepFocus}>
          {found.map((name, index) => (
            <div
              key={name}
              id={`chat-name-${index}`}
              role="option"
              aria-selected={index === chosen}
              className="list-button"
              onMouseMove={() => setAt(index)}
              onClick={() => mention(name)}
            >
              <span className="suggestion-label">{name}</span>
            </div>
          ))}
        </div>
      )}
      <textarea
        ref={field}
        className="field"
        rows={1}
        maxLength={MAX_MESSAGE_LENGTH}
        aria-label="Message"
        aria-autocomplete="list"
        aria-controls={isOpen ? "chat-names" : undefined}
        aria-activedescendant={isOpen ? `chat-name-${chosen}` : undefined}
        placeholder="Message"
        enterKeyHint="send"
        dir="auto"
        value={draft}
        onChange={({ target }) => {
          chat.draft.set(target.value);
          setQuery(queryIn(target));
          setAt(0);
        }}
        // The caret went elsewhere.
        onSelect={({ currentTarget }) => query !== undefined && setQuery(queryIn(currentTarget))}
        onBlur={() => setQuery(undefined)}
        onKeyDown={pressed}
      />
      <button
        type="button"
        className="button"
        aria-label="Send"
        aria-disabled={draft.trim() === "" || undefined}
        data-tip="Send  Enter"
        data-tip-side="end"
        onClick={send}
      >
        <Icon of={SendHorizontal} size={18} />
      </button>
    </div>
  );
}

const queryIn = ({ value, selectionStart }: HTMLTextAreaElement): string | undefined =>
  MENTION_PATTERN.exec(value.slice(0, selectionStart))?.[1];

const ranked = (names: readonly string[], wanted: string): readonly string[] =>
  names
    .flatMap((name) => {
      const cost = fit(name, wanted);
      return cost === undefined ? [] : [{ name, cost }];
    })
    .sort((a, b) => a.cost - b.cost)
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
