import { Selection, TextSelection, type Command } from "@tiptap/pm/state";
import {
  cellAround,
  CellSelection,
  deleteColumn as removeColumns,
  deleteRow as removeRows,
  findTable,
  goToNextCell,
  TableMap,
} from "@tiptap/pm/tables";
import { areaIn, type Area } from "../tables/area.ts";
import { clearCells } from "./table-cells.ts";
import { addRowAfter } from "./table-lines.ts";

/** Deleting on selected cells empties them; once they are empty, whole rows, columns or the table go. */
export const deleteInCells: Command = (state, dispatch, view) => {
  const { selection } = state;
  if (!(selection instanceof CellSelection)) return false;
  if (clearCells(state, dispatch, view)) return true;
  const isRow = selection.isRowSelection();
  const isColumn = selection.isColSelection();
  if (isRow && isColumn) return deleteTable(state, dispatch, view);
  if (isRow) return deleteRow(state, dispatch, view);
  if (isColumn) return deleteColumn(state, dispatch, view);
  return true;
};

/** The whole table; where it was alone in its place an empty line stays. */
export const deleteTable: Command = (state, dispatch) => {
  const table = findTable(state.selection.$from);
  const textBlock = state.schema.nodes["textBlock"];
  if (table === null || textBlock === undefined) return false;
  const { tr } = state;
  const end = table.pos + table.node.nodeSize;
  if (state.doc.resolve(table.pos).parent.childCount === 1) tr.replaceWith(table.pos, end, textBlock.create());
  else tr.delete(table.pos, end);
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(table.pos), -1)).scrollIntoView());
  return true;
};

/** The next cell, or the one before; behind the last a new row. */
export const nextCell: Command = (state, dispatch, view) => {
  if (goToNextCell(1)(state, dispatch, view)) return true;
  return addRowAfter(
    state,
    dispatch === undefined
      ? undefined
      : (tr) => {
          const table = findTable(tr.selection.$from);
          const last = table?.node.lastChild;
          if (table !== null && table !== undefined && last !== null && last !== undefined) {
            const row = table.pos + table.node.nodeSize - 1 - last.nodeSize;
            tr.setSelection(Selection.near(tr.doc.resolve(row + 1), 1));
          }
          dispatch(tr.scrollIntoView());
        },
    view,
  );
};

/** Out of a table to the line below it, which is made where there is none. */
export const leaveTable: Command = (state, dispatch) => {
  const table = findTable(state.selection.$from);
  const textBlock = state.schema.nodes["textBlock"];
  if (table === null || textBlock === undefined) return false;
  const end = table.pos + table.node.nodeSize;
  const { tr } = state;
  if (tr.doc.resolve(end).nodeAfter?.isTextblock !== true) tr.insert(end, textBlock.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
};

/** Selects the whole row or column of a cell. @param position - Of the cell, or in it. */
export function selectLine(position: number, line: "row" | "column"): Command {
  return (state, dispatch) => {
    const $cell = cellAround(state.doc.resolve(position));
    if ($cell === null) return false;
    const selection = line === "row" ? CellSelection.rowSelection($cell) : CellSelection.colSelection($cell);
    dispatch?.(state.tr.setSelection(selection));
    return true;
  };
}

/** Deletes the selected rows; the table with its last. */
export const deleteRow = deleteLines(removeRows, ({ top, bottom, map }) => top === 0 && bottom === map.height);

/** Deletes the selected columns; the table with its last. */
export const deleteColumn = deleteLines(removeColumns, ({ left, right, map }) => left === 0 && right === map.width);

/** The caret goes to the cell that comes to stand there, or to the last one. */
function deleteLines(remove: Command, isAll: (area: Area) => boolean): Command {
  return (state, dispatch, view) => {
    const area = areaIn(state);
    if (area === null) return false;
    if (isAll(area)) return deleteTable(state, dispatch, view);
    if (dispatch === undefined) return true;
    return remove(
      state,
      (tr) => {
        const table = tr.doc.nodeAt(area.tableStart - 1);
        if (table === null) return;
        const { map, width, height } = TableMap.get(table);
        const [row, column] = [Math.min(area.top, height - 1), Math.min(area.left, width - 1)];
        const cell = area.tableStart + (map[row * width + column] ?? 0);
        dispatch(tr.setSelection(Selection.near(tr.doc.resolve(cell + 1), 1)).scrollIntoView());
      },
      view,
    );
  };
}
