import type { Node } from "@tiptap/pm/model";
import type { EditorState } from "@tiptap/pm/state";
import { isInTable, selectedRect, type Rect, type TableRect } from "@tiptap/pm/tables";

/** The cells a selection covers, or the one the caret is in: rows `top` up to `bottom`, columns `left` up to `right`. */
export type Area = TableRect;

export function areaIn(state: EditorState): Area | null {
  return isInTable(state) ? selectedRect(state) : null;
}

export interface PlacedCell {
  readonly node: Node;
  /** In the document. */
  readonly position: number;
  readonly row: number;
  readonly column: number;
}

/** The cells that begin in a row, in order; only those of columns `left` up to `right`. */
export function cellsOfRow(area: Area, row: number, left = 0, right = area.map.width): PlacedCell[] {
  const { map, table } = area;
  const cells: PlacedCell[] = [];
  const line = table.child(row);
  let position = startOfRow(area, row) + 1;
  let index = 0;
  // Walked, not looked up: to find a cell by its place in the table would take all rows before it, for each.
  for (let column = 0; column < right && index < line.childCount; column++) {
    if (area.tableStart + (map.map[row * map.width + column] ?? 0) !== position) continue;
    const node = line.child(index++);
    if (column >= left) cells.push({ node, position, row, column });
    position += node.nodeSize;
  }
  return cells;
}

/** Position before a row; of the table's end, behind the last one. */
export function startOfRow({ table, tableStart }: Area, row: number): number {
  let position = tableStart;
  for (let at = 0; at < row; at++) position += table.child(at).nodeSize;
  return position;
}

/** The cells that begin in the area, row by row. */
export function cellsOf(area: Area): PlacedCell[] {
  const cells: PlacedCell[] = [];
  for (let row = area.top; row < area.bottom; row++) cells.push(...cellsOfRow(area, row, area.left, area.right));
  return cells;
}

/** All of the table. */
export function wholeOf({ map }: Area): Rect {
  return { top: 0, left: 0, bottom: map.height, right: map.width };
}

/** True when a cell lies on both sides of the line above `row`. */
export function isRowCut({ map }: Area, row: number): boolean {
  if (row <= 0 || row >= map.height) return false;
  for (let at = row * map.width; at < (row + 1) * map.width; at++)
    if (map.map[at] === map.map[at - map.width]) return true;
  return false;
}

/** True when a cell lies on both sides of the line left of `column`. */
export function isColumnCut({ map }: Area, column: number): boolean {
  if (column <= 0 || column >= map.width) return false;
  for (let at = column; at < map.map.length; at += map.width) if (map.map[at] === map.map[at - 1]) return true;
  return false;
}

/** The width a column was given, in pixels; 0 for one that takes its share. */
export function widthOf({ map, table }: Pick<Area, "map" | "table">, column: number): number {
  const offset = map.map[column] ?? 0;
  const widths = table.nodeAt(offset)?.attrs["colwidth"] as readonly number[] | null | undefined;
  return widths?.[column - map.colCount(offset)] ?? 0;
}

export function isHeaderRow(area: Area): boolean {
  return area.map.width > 1 && cellsOfRow(area, 0).every(({ node }) => node.attrs["header"] === true);
}

export function isHeaderColumn(area: Area): boolean {
  const { map } = area;
  for (let row = 0; row < map.height; row++)
    if (cellsOfRow(area, row, 0, 1).some(({ node }) => node.attrs["header"] !== true)) return false;
  return map.height > 1;
}
