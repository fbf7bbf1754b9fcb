import { pictureIn } from "@sheaf/editor";
import { useEffect, useRef } from "react";
import type { Writing } from "../page.ts";
import { FORMATTING } from "../words/formatting.ts";
import { ActionButton } from "./action-button.tsx";
import { INSERT_ACTIONS, MARK_ACTIONS, REDO, ROW_ACTIONS, UNDO } from "./actions.ts";
import type { Desk } from "./desk.ts";
import { isPressed } from "./keys-text.ts";
import { LinkButton } from "./links/link-button.tsx";
import { rove, stopsIn } from "./roving.ts";
import { hasCard } from "./selection-facts.ts";
import { TurnInto } from "./turn-into.tsx";
import { useEditor } from "./use-editor.ts";

/** The tools in a row of their own under the bar, for who has chosen so. Alt+F10 goes into it, Escape comes back. */
export function FixedToolbar({ writing, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  const isEditable = useEditor(editor, (current) => current.isEditable);

  useEffect(() => {
    const { dom } = editor.view;
    const pressed = (event: KeyboardEvent): void => {
      if (!isPressed(event, "Alt-F10") || ref.current === null) return;
      // A picture has a toolbar of its own, other blocks have buttons.
      if (event.defaultPrevented || pictureIn(editor.state) !== null || hasCard(editor.state)) return;
      event.preventDefault();
      stopsIn(ref.current)[0]?.focus();
    };
    dom.addEventListener("keydown", pressed);
    return () => dom.removeEventListener("keydown", pressed);
  }, [editor]);

  if (!isEditable) return null;
  const buttons = (actions: typeof MARK_ACTIONS) =>
    actions.map((action) => <ActionButton key={action.name} writing={writing} action={action} />);
  return (
    <div
      ref={ref}
      className="fixed-toolbar"
      role="toolbar"
      aria-label={FORMATTING.toolbar}
      onKeyDown={(event) => {
        if (event.target instanceof Element && event.target.closest("[popover]") !== null) return;
        if (event.key !== "Escape") rove(event, "row");
        else if (document.querySelector("#turn-into:popover-open") === null) editor.view.focus();
      }}
    >
      {buttons([UNDO, REDO])}
      <span className="bubble-rule" />
      <TurnInto writing={writing} />
      <span className="bubble-rule" />
      {buttons(MARK_ACTIONS)}
      <LinkButton writing={writing} desk={desk} />
      <span className="bubble-rule" />
      {buttons(ROW_ACTIONS)}
      <span className="bubble-rule" />
      {buttons(INSERT_ACTIONS)}
    </div>
  );
}
