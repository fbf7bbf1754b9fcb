import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { TextSelection, type Transaction } from "@tiptap/pm/state";
import { CellSelection } from "@tiptap/pm/tables";
import { pictureIn } from "@sheaf/editor";
import type { Writing } from "../page.ts";
import { FORMATTING } from "../words/formatting.ts";
import { ActionButton } from "./action-button.tsx";
import { MARK_ACTIONS } from "./actions.ts";
import type { Desk } from "./desk.ts";
import { LinkButton } from "./links/link-button.tsx";
import { placeBubble } from "./place-bubble.ts";
import { rove, stopsIn } from "./roving.ts";
import { FormatMenus } from "./format-menus.tsx";
import { hasCard } from "./selection-facts.ts";
import { TableButton } from "./tables/table-menu.tsx";
import { TurnInto } from "./turn-into.tsx";
import { useEditor } from "./use-editor.ts";
import { useStore } from "./use-store.ts";

/** `asked`: called by keyboard, and open until it is left, whatever is selected. */
type Mode = "closed" | "tools" | "asked";

/** The small toolbar over a selection. Alt+F10 goes into it, Escape comes back. */
export function Bubble({ writing, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  const [mode, setMode] = useState<Mode>("closed");

  const follow = useCallback(() => {
    setMode((before) => {
      if (before === "asked") return before;
      return isWorthIt(writing) ? "tools" : "closed";
    });
  }, [writing]);

  useEffect(() => {
    const { dom } = editor.view;
    let isPointing = false;
    const pressed = (): void => {
      isPointing = true;
      setMode("closed");
    };
    const released = (): void => {
      if (!isPointing) return;
      isPointing = false;
      // The browser settles the selection after the event.
      setTimeout(follow);
    };
    const moved = (): void => {
      // The editor dispatches when it loses the focus too, and then the focus is nowhere yet.
      if (!isPointing && editor.view.hasFocus()) follow();
    };
    const blurred = (): void => void setTimeout(follow);
    const typed = (event: globalThis.KeyboardEvent): void => {
      // A picture has a toolbar of its own, other blocks have buttons.
      if (pictureIn(editor.state) !== null || event.defaultPrevented) return;
      if (event.key === "F10" && event.altKey) {
        if (hasCard(editor.state)) return;
        setMode((before) => (before === "tools" ? before : "asked"));
      } else if (event.key === "Escape") {
        if (!isMenuOpen()) setMode("closed");
        return;
      } else return;
      event.preventDefault();
      if (event.key === "F10") requestAnimationFrame(() => ref.current !== null && stopsIn(ref.current)[0]?.focus());
    };
    dom.addEventListener("pointerdown", pressed);
    addEventListener("pointerup", released);
    addEventListener("pointercancel", released);
    // A menu at the edge of a table opens over what it selected, and closes.
    document.addEventListener("toggle", moved, true);
    dom.addEventListener("keydown", typed);
    editor.on("transaction", moved).on("focus", moved).on("blur", blurred);
    return () => {
      dom.removeEventListener("pointerdown", pressed);
      removeEventListener("pointerup", released);
      removeEventListener("pointercancel", released);
      document.removeEventListener("toggle", moved, true);
      dom.removeEventListener("keydown", typed);
      editor.off("transaction", moved).off("focus", moved).off("blur", blurred);
    };
  }, [editor, follow]);

  // Where the selection is, told as one string so that only a move renders; others' edits move it too.
  const spot = useEditor(editor, ({ state: { selection } }) =>
    mode === "closed" ? "" : `${selection.from} ${selection.to}`,
  );
  useLayoutEffect(() => {
    if (mode !== "closed" && ref.current !== null) placeBubble(ref.current, editor);
  }, [mode, spot, editor]);

  // Others write above it: what is selected stands somewhere else now.
  useEffect(() => {
    if (mode === "closed") return undefined;
    let frame = 0;
    const follow = ({ transaction }: { readonly transaction: Transaction }): void => {
      if (!transaction.docChanged) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => ref.current !== null && placeBubble(ref.current, editor));
    };
    editor.on("transaction", follow);
    return () => {
      cancelAnimationFrame(frame);
      editor.off("transaction", follow);
    };
  }, [editor, mode]);

  const leave = useCallback(() => {
    setMode("closed");
    editor.view.focus();
  }, [editor]);

  const isLinking = useStore(desk.linking);
  if (mode === "closed" || isLinking) return null;

  function pressedInside(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.key === "Escape") {
      if (isMenuOpen()) return;
      event.preventDefault();
      leave();
    } else if (event.target instanceof Element && event.target.closest("[popover]") === null) {
      rove(event, "row");
    }
  }

  return (
    <div
      ref={ref}
      className="bubble"
      role="toolbar"
      aria-label={FORMATTING.toolbar}
      onKeyDown={pressedInside}
      onBlur={(event) => {
        if (!(event.relatedTarget instanceof Node) || event.currentTarget.contains(event.relatedTarget)) return;
        setMode(event.relatedTarget === editor.view.dom && isWorthIt(writing) ? "tools" : "closed");
      }}
    >
      <TurnInto writing={writing} />
      <span className="bubble-rule" />
      {MARK_ACTIONS.map((action) => (
        <ActionButton key={action.name} writing={writing} action={action} />
      ))}
      <LinkButton writing={writing} desk={desk} />
      <FormatMenus writing={writing} />
      <TableButton writing={writing} />
    </div>
  );
}

/** Escape closes the innermost thing: an open menu does that by itself. */
const isMenuOpen = (): boolean => document.querySelector(".bubble :popover-open") !== null;

/** Words or cells are selected, by someone who is in the text and may change it. */
function isWorthIt({ editor }: Writing): boolean {
  const { selection, doc } = editor.state;
  const isCells = selection instanceof CellSelection;
  if (!editor.isEditable || !(isCells || (selection instanceof TextSelection && !selection.empty))) return false;
  // One handle of a row or column has a menu of its own open over them.
  if (isCells && document.querySelector(".table-tools :popover-open") !== null) return false;
  if (!isCells && doc.textBetween(selection.from, selection.to, " ").trim() === "") return false;
  return editor.view.hasFocus() || document.activeElement?.closest(".bubble") !== null;
}
