import { pictureIn } from "@sheaf/editor";
import { useEffect, useRef, useState } from "react";
import type { Writing } from "../page.ts";
import { ActionButton } from "./action-button.tsx";
import { TOUCH_ACTIONS } from "./actions.ts";
import { FormatMenus } from "./format-menus.tsx";
import { rove, stopsIn } from "./roving.ts";
import { TableButton } from "./tables/table-menu.tsx";
import { TurnInto } from "./turn-into.tsx";
import { useEditor } from "./use-editor.ts";

/** On a touch screen and in a narrow window: one row at the foot of what can be seen, above the keyboard. */
export function TouchBar({ writing }: { readonly writing: Writing }) {
  const ref = useRef<HTMLDivElement>(null);
  const { editor } = writing;
  const isWanted = useEditor(editor, () => editor.isEditable && isNear(editor.view.dom, ref.current));

  useEffect(() => {
    const { visualViewport: seen } = window;
    if (seen === null || !isWanted) return undefined;
    const place = (): void => {
      const hidden = document.documentElement.clientHeight - seen.height - seen.offsetTop;
      ref.current?.style.setProperty("transform", `translateY(${-Math.max(0, Math.round(hidden))}px)`);
    };
    place();
    seen.addEventListener("resize", place);
    seen.addEventListener("scroll", place);
    return () => {
      seen.removeEventListener("resize", place);
      seen.removeEventListener("scroll", place);
    };
  }, [isWanted]);

  useEffect(() => {
    const { dom } = editor.view;
    const typed = (event: KeyboardEvent): void => {
      if (
        event.key !== "F10" ||
        !event.altKey ||
        event.defaultPrevented ||
        ref.current === null ||
        pictureIn(editor.state) !== null
      )
        return;
      event.preventDefault();
      stopsIn(ref.current)[0]?.focus();
    };
    dom.addEventListener("keydown", typed);
    return () => dom.removeEventListener("keydown", typed);
  }, [editor]);

  if (!isWanted) return null;
  return (
    <div
      ref={ref}
      className="touch-bar"
      role="toolbar"
      aria-label="Formatting"
      onKeyDown={(event) => {
        if (event.key === "Escape") editor.view.focus();
        else rove(event, "row");
      }}
    >
      <TurnInto writing={writing} isShort />
      <TableButton writing={writing} size={20} />
      {TOUCH_ACTIONS.map((action) => (
        <ActionButton key={action.name} writing={writing} action={action} size={20} />
      ))}
      <FormatMenus writing={writing} size={20} />
    </div>
  );
}

/** In the text, or in the row itself. */
function isNear(text: HTMLElement, row: HTMLElement | null): boolean {
  const focus = document.activeElement;
  return text.contains(focus) || (row?.contains(focus) ?? false);
}

const TOUCH = "(pointer: coarse), (max-width: 700px)";

export function useTouchLayout(): boolean {
  const [query] = useState(() => matchMedia(TOUCH));
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const changed = (): void => setMatches(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return matches;
}
