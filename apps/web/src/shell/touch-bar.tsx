import { blockRunAt, pictureIn, selectBlocks } from "@sheaf/editor";
import { GripVertical } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Writing } from "../page.ts";
import { ActionButton, keepFocus } from "./action-button.tsx";
import { TOUCH_ACTIONS } from "./actions.ts";
import { BLOCK_MENU, BlockMenu } from "./blocks/block-menu.tsx";
import type { Desk } from "./desk.ts";
import { FormatMenus } from "./format-menus.tsx";
import { Icon } from "./icon.tsx";
import { LinkButton } from "./links/link-button.tsx";
import { rove, stopsIn } from "./roving.ts";
import { TableButton } from "./tables/table-menu.tsx";
import { TurnInto } from "./turn-into.tsx";
import { useEditor } from "./use-editor.ts";
import { useFoot } from "./use-foot.ts";

/** On a touch screen and in a narrow window: one row at the foot of what can be seen, above the keyboard. */
export function TouchBar({ writing, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const ref = useRef<HTMLDivElement>(null);
  const { editor } = writing;
  const isWanted = useEditor(editor, () => editor.isEditable && isNear(editor.view.dom, ref.current));

  useFoot(ref, isWanted);

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
      <BlockButton writing={writing} />
      <TableButton writing={writing} size={20} />
      {TOUCH_ACTIONS.map((action) => (
        <ActionButton key={action.name} writing={writing} action={action} size={20} />
      ))}
      <LinkButton writing={writing} desk={desk} size={20} />
      <FormatMenus writing={writing} size={20} />
    </div>
  );
}

/** What the handle beside a block is where there is room for one. */
function BlockButton({ writing: { editor }, writing }: { readonly writing: Writing }) {
  function opened(): void {
    const run = blockRunAt(editor.state, editor.state.selection.$from.index(0));
    if (run !== null) selectBlocks(run)(editor.state, editor.view.dispatch);
  }
  return (
    <>
      <button
        type="button"
        className="button"
        popoverTarget={BLOCK_MENU}
        aria-haspopup="menu"
        aria-label="Block menu"
        data-stop=""
        data-tip="Block menu"
        tabIndex={-1}
        onMouseDown={keepFocus}
      >
        <Icon of={GripVertical} size={20} />
      </button>
      <BlockMenu writing={writing} opened={opened} closed={() => {}} takesFocus={false} />
    </>
  );
}

/** In the text, or in the row itself. */
function isNear(text: HTMLElement, row: HTMLElement | null): boolean {
  const focus = document.activeElement;
  return text.contains(focus) || (row?.contains(focus) ?? false);
}

const TOUCH = "(pointer: coarse), (max-width: 700px)";

export const isTouchLayout = (): boolean => matchMedia(TOUCH).matches;

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
