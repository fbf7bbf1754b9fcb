import { areaIn, isHeaderColumn, isHeaderRow } from "@sheaf/editor";
import type { EditorState } from "@tiptap/pm/state";
import { ChevronDown, Table } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Writing } from "../../page.ts";
import { keepFocus } from "../action-button.tsx";
import { type Action, isPossible, perform } from "../actions.ts";
import { Icon } from "../icon.tsx";
import { Popover } from "../popover.tsx";
import { rove } from "../roving.ts";
import { useEditor } from "../use-editor.ts";
import { CELLS, COLUMN, REPEATED, ROW, type Section, TABLE } from "./table-actions.ts";

/** Emptying cells is one thing for all of them. */
const ALL: readonly Section[] = [...[ROW, COLUMN].map(withoutClear), CELLS, TABLE];

function withoutClear({ heading, actions }: Section): Section {
  return { heading, actions: actions.filter(({ name }) => name !== "clearCells") };
}

/** In a toolbar, while the caret is in a table: all that can be done to it. */
export function TableButton({ writing, size = 16 }: { readonly writing: Writing; readonly size?: number }) {
  const isInTable = useEditor(writing.editor, ({ state }) => areaIn(state) !== null);
  if (!isInTable) return null;
  return (
    <>
      <button
        type="button"
        className="button table-button"
        popoverTarget="table-menu"
        aria-haspopup="menu"
        aria-label="Table"
        data-stop=""
        data-tip="Table"
        tabIndex={-1}
        onMouseDown={keepFocus}
      >
        <Icon of={Table} size={size} />
        <Icon of={ChevronDown} size={14} />
      </button>
      <TableMenu writing={writing} id="table-menu" label="Table" sections={ALL} />
    </>
  );
}

interface TableMenuProps {
  readonly writing: Writing;
  /** The same as the opening button's `popoverTarget`. */
  readonly id: string;
  readonly label: string;
  readonly sections: readonly Section[];
}

export function TableMenu({ writing, id, label, sections }: TableMenuProps) {
  return (
    <Popover id={id} label={label} align="start" role="menu" className="menu" width={232}>
      {() => <Items writing={writing} id={id} sections={sections} />}
    </Popover>
  );
}

function Items({ writing, id, sections }: Omit<TableMenuProps, "label">) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Opened from the keyboard it takes the focus; opened by a finger that would close the keyboard of a phone.
    if (document.activeElement?.getAttribute("popovertarget") !== id) return;
    // The popover is shown right after this.
    requestAnimationFrame(() => ref.current?.querySelector("button")?.focus());
  }, [id]);
  return (
    <div ref={ref} role="presentation" onKeyDown={(event) => rove(event, "column")}>
      {sections.map(({ heading, actions }) => (
        <div key={heading} role="group" aria-label={heading}>
          {sections.length > 1 && (
            <div className="menu-heading" aria-hidden="true">
              {heading}
            </div>
          )}
          {actions.map((action) => (
            <Item key={action.name} writing={writing} id={id} action={action} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Item({ writing, id, action }: { readonly writing: Writing; readonly id: string; readonly action: Action }) {
  const { editor } = writing;
  const { name, label, icon } = action;
  const isDead = useEditor(editor, () => !isPossible(writing, action));
  // Three answers in one, as a selector gives a simple value: "" for what cannot be on.
  const on = useEditor(editor, ({ state }) => stateOf(name, state));
  return (
    <button
      type="button"
      role={on === "" ? "menuitem" : "menuitemcheckbox"}
      aria-checked={on === "" ? undefined : on === "on"}
      aria-disabled={isDead || undefined}
      className="list-button"
      data-stop=""
      tabIndex={-1}
      onMouseDown={keepFocus}
      onClick={() => {
        if (isDead) return;
        perform(writing, action);
        if (REPEATED.has(name)) return;
        document.getElementById(id)?.hidePopover();
        editor.view.focus();
      }}
    >
      <Icon of={icon} />
      {label}
    </button>
  );
}

function stateOf(name: string, state: EditorState): "" | "on" | "off" {
  const area = areaIn(state);
  if (area === null) return "";
  if (name === "toggleHeaderRow") return isHeaderRow(area) ? "on" : "off";
  if (name === "toggleHeaderColumn") return isHeaderColumn(area) ? "on" : "off";
  return "";
}
