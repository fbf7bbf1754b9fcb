import { areaIn, commands, selectLine, sizeColumns } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { Selection } from "@tiptap/pm/state";
import { Ellipsis, EllipsisVertical, Plus } from "lucide-react";
import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Writing } from "../../page.ts";
import { TABLES } from "../../words/tables.ts";
import { keepFocus } from "../action-button.tsx";
import { ActionMenu } from "../action-menu.tsx";
import { Icon } from "../icon.tsx";
import { useEditor } from "../use-editor.ts";
import { placeTools } from "./place-tools.ts";
import { COLUMN, ROW } from "./table-actions.ts";

const ROWS = [ROW];
const COLUMNS = [COLUMN];

/**
 * At the edges of the table under the pointer, or else around the caret: a handle for the row and the column with what
 * can be done to them, the column's edge to drag, and one more row or column at the end. Everything here is in the
 * toolbar's Table menu, too, where the keyboard gets to.
 */
export function TableTools({ writing }: { readonly writing: Writing }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<HTMLTableCellElement | null>(null);
  const isEditable = useEditor(editor, () => editor.isEditable);
  const caretAt = useEditor(editor, ({ state, view }) => (view.hasFocus() ? (areaIn(state)?.tableStart ?? -1) : -1));
  const [, setMoved] = useState(0);
  const cell = hovered?.isConnected === true ? hovered : caretAt < 0 ? null : cellOfCaret(editor);

  useEffect(() => {
    const moved = ({ target, buttons }: globalThis.PointerEvent): void => {
      // Neither a menu of ours nor a drag is left by what is passed on the way.
      if (!(target instanceof Element) || buttons !== 0 || isMenuOpen() || ref.current?.contains(target) === true)
        return;
      const over = editor.view.dom.contains(target) ? target.closest<HTMLTableCellElement>("td, th") : null;
      setHovered((before) => over ?? (before !== null && isNear(before, target) ? before : null));
    };
    document.addEventListener("pointerover", moved);
    return () => document.removeEventListener("pointerover", moved);
  }, [editor]);

  // Where the table is changes by typing in or above it, by others, by scrolling in its box; none of it renders anything.
  useLayoutEffect(() => {
    if (cell === null || !isEditable) return undefined;
    const { dom } = editor.view;
    const table = cell.closest("table");
    let placed = cell;
    const place = (): void => void (ref.current !== null && placeTools(ref.current, placed));
    const follow = (): void => {
      const now = hovered === null ? cellOfCaret(editor) : cell.isConnected ? cell : null;
      if (now === placed) return;
      if (now === null || now.closest("table") !== table) setMoved((count) => count + 1);
      else {
        placed = now;
        place();
      }
    };
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(dom);
    if (table !== null) sizes.observe(table);
    const box = cell.closest(".table-box");
    box?.addEventListener("scroll", place, { passive: true });
    editor.on("transaction", follow);
    return () => {
      sizes.disconnect();
      box?.removeEventListener("scroll", place);
      editor.off("transaction", follow);
    };
  }, [cell, hovered, isEditable, editor]);

  /** The cell the handles belong to now. */
  const current = useCallback(() => (hovered?.isConnected === true ? hovered : cellOfCaret(editor)), [hovered, editor]);

  if (cell === null || !isEditable) return null;

  const take = (line: "row" | "column") => (): void => {
    const at = current();
    const { view } = editor;
    view.focus();
    if (at !== null) selectLine(view.posAtDOM(at, 0), line)(view.state, view.dispatch);
  };
  const add = (line: "row" | "column") => (): void => {
    const last = current()?.closest("table")?.querySelector(":scope > tbody > tr:last-child > :last-child");
    if (last === null || last === undefined) return;
    const { view } = editor;
    view.focus();
    const $last = view.state.doc.resolve(view.posAtDOM(last, 0));
    view.dispatch(view.state.tr.setSelection(Selection.near($last, 1)));
    const { run } = line === "row" ? commands.indent : commands.addColumnAfter;
    run(view.state, view.dispatch, view);
  };

  return (
    <div ref={ref} className="table-tools" data-hovered={hovered !== null || undefined}>
      <button
        type="button"
        className="table-handle"
        data-tool="row"
        popoverTarget="row-menu"
        aria-haspopup="menu"
        aria-label={TABLES.row}
        tabIndex={-1}
        onMouseDown={keepFocus}
        onClick={take("row")}
      >
        <Icon of={EllipsisVertical} size={14} />
      </button>
      <button
        type="button"
        className="table-handle"
        data-tool="column"
        popoverTarget="column-menu"
        aria-haspopup="menu"
        aria-label={TABLES.column}
        tabIndex={-1}
        onMouseDown={keepFocus}
        onClick={take("column")}
      >
        <Icon of={Ellipsis} size={14} />
      </button>
      <button
        type="button"
        className="table-more"
        data-tool="more-rows"
        aria-label={TABLES.addRow}
        data-tip={TABLES.addRowTip}
        tabIndex={-1}
        onMouseDown={keepFocus}
        onClick={add("row")}
      >
        <Icon of={Plus} size={14} />
      </button>
      <button
        type="button"
        className="table-more"
        data-tool="more-columns"
        aria-label={TABLES.addColumn}
        data-tip={TABLES.addColumn}
        tabIndex={-1}
        onMouseDown={keepFocus}
        onClick={add("column")}
      >
        <Icon of={Plus} size={14} />
      </button>
      <div className="column-edge" data-tool="edge" onPointerDown={(event) => drag(event, editor, current())} />
      <ActionMenu writing={writing} id="row-menu" label={TABLES.row} sections={ROWS} />
      <ActionMenu writing={writing} id="column-menu" label={TABLES.column} sections={COLUMNS} />
    </div>
  );
}

const isMenuOpen = (): boolean => document.querySelector(".table-tools :popover-open") !== null;

/** Beside the table, where its tools are. */
function isNear(cell: Element, target: Element): boolean {
  const box = cell.closest(".table-box");
  return box !== null && (target === box || target.contains(box)) && box.matches(":hover");
}

function cellOfCaret({ state, view }: Editor): HTMLTableCellElement | null {
  const { node } = view.domAtPos(state.selection.head);
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLTableCellElement>("td, th") ?? null;
}

/** Drags the right edge of a cell's column: shown at once, written when it is let go; Escape leaves it as it was. */
function drag(event: PointerEvent<HTMLElement>, editor: Editor, cell: HTMLTableCellElement | null): void {
  const { view } = editor;
  const { currentTarget: edge, pointerId, clientX: from } = event;
  const columns = cell?.closest("table")?.querySelectorAll<HTMLElement>(":scope > colgroup > col");
  if (cell === null || columns === undefined || event.button !== 0) return;
  event.preventDefault();
  const before = view.state.selection;
  const position = view.posAtDOM(cell, 0);
  view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(position), 1)));
  const area = areaIn(view.state);
  const column = (area?.right ?? 0) - 1;
  const table = cell.closest("table");
  const shown = columns[column];
  if (area === null || table === null || shown === undefined) return;
  const widths = Array.from(columns, ({ offsetWidth }) => offsetWidth);
  const styles = [table.style.width, table.style.minWidth, ...Array.from(columns, ({ style }) => style.width)];
  const start = widths[column] ?? 0;
  let width = start;
  edge.setPointerCapture(pointerId);
  edge.toggleAttribute("data-dragging", true);
  const moved = (move: globalThis.PointerEvent): void => {
    width = Math.max(48, start + move.clientX - from);
    columns.forEach((each, at) => (each.style.width = `${at === column ? width : widths[at]}px`));
    const sum = widths.reduce((total, each) => total + each, 0) - start + width;
    table.style.width = table.style.minWidth = `${sum}px`;
  };
  const end = (isKept: boolean): void => {
    edge.removeEventListener("pointermove", moved);
    edge.removeEventListener("pointerup", released);
    edge.removeEventListener("pointercancel", cancelled);
    removeEventListener("keydown", pressed, true);
    edge.toggleAttribute("data-dragging", false);
    [table.style.width = "", table.style.minWidth = ""] = styles;
    columns.forEach((each, at) => (each.style.width = styles[at + 2] ?? ""));
    if (isKept && width !== start) sizeColumns(column, column + 1, () => width)(view.state, view.dispatch, view);
    else if (before.head <= view.state.doc.content.size) view.dispatch(view.state.tr.setSelection(before));
  };
  const released = (): void => end(true);
  const cancelled = (): void => end(false);
  const pressed = (key: KeyboardEvent): void => {
    if (key.key !== "Escape") return;
    key.preventDefault();
    end(false);
  };
  edge.addEventListener("pointermove", moved);
  edge.addEventListener("pointerup", released);
  edge.addEventListener("pointercancel", cancelled);
  addEventListener("keydown", pressed, true);
}
