import { Fragment, type Node } from "@tiptap/pm/model";
import type { Command, Transaction } from "@tiptap/pm/state";
import {
  cellsOfRow,
  isColumnCut,
  isHeaderColumn,
  isHeaderRow,
  isRowCut,
  startOfRow,
  widthOf,
  type Area,
} from "../tables/area.ts";
import { onArea } from "./on-area.ts";

/** What a new column gets where all others have a width, in pixels. */
const NEW_COLUMN_WIDTH = 120;

const always = (): boolean => true;

function newCell({ table }: Area, header: boolean, width: number): Node {
  const cell = table.type.schema.nodes["tableCell"]?.createAndFill({ header, colwidth: width > 0 ? [width] : null });
  if (cell === null || cell === undefined) throw new Error("the schema has no empty cell");
  return cell;
}

/** Puts empty rows above row `at`, or at the end. Cells that reach over the place grow. */
export function insertRow(tr: Transaction, area: Area, at: number, count = 1): void {
  const { map, table, tableStart } = area;
  const isHeader = isHeaderColumn(area);
  const cells: Node[] = [];
  for (let column = 0; column < map.width; column++) {
    const index = at * map.width + column;
    const offset = map.map[index] ?? 0;
    const over = at > 0 && at < map.height && offset === map.map[index - map.width] ? table.nodeAt(offset) : null;
    if (over === null) {
      cells.push(newCell(area, isHeader && column === 0, widthOf(area, column)));
      continue;
    }
    tr.setNodeAttribute(tableStart + offset, "rowspan", (over.attrs["rowspan"] as number) + count);
    column += (over.attrs["colspan"] as number) - 1;
  }
  const row = table.child(0).type.create(null, cells);
  tr.insert(startOfRow(area, at), Fragment.from(Array.from({ length: count }, () => row)));
}

/** Puts empty columns left of column `at`, or at the end. Cells that reach over the place grow. */
export function insertColumn(tr: Transaction, area: Area, at: number, count = 1): void {
  const { map, table, tableStart } = area;
  const isHeader = isHeaderRow(area);
  const isSized = Array.from({ length: map.width }, (_, column) => widthOf(area, column)).every((width) => width > 0);
  const width = isSized ? NEW_COLUMN_WIDTH : 0;
  const steps = tr.mapping.maps.length;
  for (let row = 0; row < map.height; row++) {
    const index = row * map.width + at;
    const offset = map.map[index] ?? 0;
    const over = at > 0 && at < map.width && offset === map.map[index - 1] ? table.nodeAt(offset) : null;
    if (over === null) {
      const place = tableStart + map.positionAt(row, at, table);
      const cell = newCell(area, isHeader && row === 0, width);
      tr.insert(tr.mapping.slice(steps).map(place), Fragment.from(Array.from({ length: count }, () => cell)));
      continue;
    }
    const { colspan, rowspan, colwidth } = over.attrs as {
      colspan: number;
      rowspan: number;
      colwidth: number[] | null;
    };
    const position = tr.mapping.slice(steps).map(tableStart + offset);
    tr.setNodeAttribute(position, "colspan", colspan + count);
    if (colwidth !== null)
      tr.setNodeAttribute(
        position,
        "colwidth",
        colwidth.toSpliced(at - map.colCount(offset), 0, ...Array<number>(count).fill(width)),
      );
    row += rowspan - 1;
  }
}

export const addRowBefore = onArea((tr, area) => insertRow(tr, area, area.top), always);
export const addRowAfter = onArea((tr, area) => insertRow(tr, area, area.bottom), always);
export const addColumnBefore = onArea((tr, area) => insertColumn(tr, area, area.left), always);
export const addColumnAfter = onArea((tr, area) => insertColumn(tr, area, area.right), always);

/** Moves the selected rows past their neighbour. Not through merged cells: they cannot be on both sides. */
export function moveRow(direction: "up" | "down"): Command {
  const neighbourOf = ({ top, bottom }: Area): number => (direction === "up" ? top - 1 : bottom);
  return onArea(
    (tr, area) => {
      const neighbour = area.table.child(neighbourOf(area));
      const from = startOfRow(area, neighbourOf(area));
      // The neighbour is what moves, so that the caret and the selection need no care.
      if (direction === "up")
        tr.insert(startOfRow(area, area.bottom), neighbour).delete(from, from + neighbour.nodeSize);
      else tr.delete(from, from + neighbour.nodeSize).insert(startOfRow(area, area.top), neighbour);
    },
    (area) => {
      const neighbour = neighbourOf(area);
      if (neighbour < 0 || neighbour >= area.map.height) return false;
      return ![area.top, area.bottom, neighbour, neighbour + 1].some((row) => isRowCut(area, row));
    },
  );
}

/** Moves the selected columns past their neighbour, row by row. */
export function moveColumn(direction: "left" | "right"): Command {
  const neighbourOf = ({ left, right }: Area): number => (direction === "left" ? left - 1 : right);
  return onArea(
    (tr, area) => {
      const neighbour = neighbourOf(area);
      // From the last row up: what is still to be moved stays where it was.
      for (let row = area.map.height - 1; row >= 0; row--) {
        const moved = cellsOfRow(area, row, area.left, area.right);
        const [beside] = cellsOfRow(area, row, neighbour, neighbour + 1);
        const [first, last] = [moved[0], moved.at(-1)];
        if (beside === undefined || first === undefined || last === undefined) continue;
        const { position: from, node } = beside;
        if (direction === "left")
          tr.insert(last.position + last.node.nodeSize, node).delete(from, from + node.nodeSize);
        else tr.delete(from, from + node.nodeSize).insert(first.position, node);
      }
    },
    (area) => {
      const neighbour = neighbourOf(area);
      if (neighbour < 0 || neighbour >= area.map.width) return false;
      return ![area.left, area.right, neighbour, neighbour + 1].some((column) => isColumnCut(area, column));
    },
  );
}

/** Puts copies of the selected rows below them. */
export const duplicateRow = onArea(
  (tr, area) => {
    const copies: Node[] = [];
    for (let row = area.top; row < area.bottom; row++) copies.push(area.table.child(row));
    tr.insert(startOfRow(area, area.bottom), Fragment.from(copies));
  },
  (area) => !isRowCut(area, area.top) && !isRowCut(area, area.bottom),
);

/** Puts copies of the selected columns right of them. */
export const duplicateColumn = onArea(
  (tr, area) => {
    for (let row = area.map.height - 1; row >= 0; row--) {
      const cells = cellsOfRow(area, row, area.left, area.right);
      const last = cells.at(-1);
      if (last === undefined) continue;
      tr.insert(last.position + last.node.nodeSize, Fragment.from(cells.map(({ node }) => node)));
    }
  },
  (area) => !isColumnCut(area, area.left) && !isColumnCut(area, area.right),
);
