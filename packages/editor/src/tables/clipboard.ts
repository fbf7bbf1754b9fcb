import { Fragment, Slice, type Node, type Schema } from "@tiptap/pm/model";
import type { Command, EditorState, Transaction } from "@tiptap/pm/state";
import { __pastedCells as cellsIn, CellSelection, TableMap } from "@tiptap/pm/tables";
import { insertColumn, insertRow } from "../commands/table-lines.ts";
import { areaIn, type Area } from "./area.ts";

/** Contents of cells by row and column; null where a cell above or on the left reaches over. */
type Grid = readonly (readonly (Fragment | null)[])[];

/** Selected cells as spreadsheets take them: tabs between cells, lines between rows, quotes where a cell holds either. */
export function textOfCells(slice: Slice): string {
  return (gridOf(slice) ?? []).map((row) => row.map((content) => quoted(textOf(content))).join("\t")).join("\n");
}

const textOf = (content: Fragment | null): string => content?.textBetween(0, content.size, "\n", "\n") ?? "";

const quoted = (text: string): string => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Text of a spreadsheet, pasted into a table. @returns null when it is just text. */
export function textToCells(text: string, state: EditorState): Slice | null {
  const isCells = state.selection instanceof CellSelection;
  const { tableRow, tableCell } = state.schema.nodes;
  const isMeant = text.includes("\t") || (isCells && text.trim().includes("\n"));
  if (!isMeant || areaIn(state) === null || tableRow === undefined || tableCell === undefined) return null;
  const rows = fieldsOf(text).map((fields) =>
    tableRow.create(
      null,
      fields.map((field) => tableCell.create(null, linesOf(state.schema, field))),
    ),
  );
  return new Slice(Fragment.from(rows), 0, 0);
}

export function linesOf(schema: Schema, text: string): Node[] {
  const { textBlock } = schema.nodes;
  return text.split("\n").flatMap((line) => textBlock?.create(null, line === "" ? null : schema.text(line)) ?? []);
}

/** Reads tab-separated text; a field in quotes may hold tabs, line ends and, doubled, quotes. */
export function fieldsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n?|\n|$)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, inQuotes, plain = "", end] = match;
    rows.at(-1)?.push(inQuotes?.replaceAll('""', '"').replaceAll(/\r\n?/g, "\n") ?? plain);
    if (end === "" || field.lastIndex === text.length) break;
    if (end !== "\t") rows.push([]);
  }
  return rows;
}

/**
 * Puts copied cells, row by row, into the cells from the selected one on; the table grows where there are more. Onto
 * several selected cells they are repeated when these are a multiple of them. A cell takes what comes for all the
 * places it reaches over, so that no pasted word is lost.
 */
export function pasteCells(slice: Slice): Command {
  return (state, dispatch) => {
    const area = areaIn(state);
    const isCells = state.selection instanceof CellSelection;
    const grid = gridOf(slice) ?? (isCells ? gridOfBlocks(state.schema, slice) : null);
    if (area === null || grid === null) return false;
    const [height, width] = [grid.length, grid[0]?.length ?? 0];
    if (height === 0 || width === 0) return false;
    const [selectedRows, selectedColumns] = [area.bottom - area.top, area.right - area.left];
    const isRepeated = isCells && selectedRows % height === 0 && selectedColumns % width === 0;
    const bottom = area.top + (isRepeated ? selectedRows : height);
    const right = area.left + (isRepeated ? selectedColumns : width);
    const { tr } = state;
    const grown = grow(tr, area, bottom, right);
    const contents = new Map<number, Fragment>();
    for (let row = area.top; row < bottom; row++)
      for (let column = area.left; column < right; column++) {
        const offset = grown.map.map[row * grown.map.width + column] ?? 0;
        const content = grid[(row - area.top) % height]?.[(column - area.left) % width] ?? Fragment.empty;
        contents.set(offset, (contents.get(offset) ?? Fragment.empty).append(content));
      }
    const steps = tr.mapping.maps.length;
    for (const [offset, content] of contents) {
      const position = tr.mapping.slice(steps).map(grown.tableStart + offset);
      fillCell(tr, position, withoutBlanks(content));
    }
    const { map, tableStart } = areaAt(tr, area);
    const cellAt = (row: number, column: number) => tableStart + (map.map[row * map.width + column] ?? 0);
    tr.setSelection(CellSelection.create(tr.doc, cellAt(area.top, area.left), cellAt(bottom - 1, right - 1)));
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

function grow(tr: Transaction, area: Area, bottom: number, right: number): Area {
  if (bottom > area.map.height) insertRow(tr, area, area.map.height, bottom - area.map.height);
  const taller = areaAt(tr, area);
  if (right > taller.map.width) insertColumn(tr, taller, taller.map.width, right - taller.map.width);
  return areaAt(tr, area);
}

function areaAt({ doc }: Transaction, area: Area): Area {
  const table = doc.nodeAt(area.tableStart - 1);
  if (table === null) throw new Error("the table is gone");
  return { ...area, table, map: TableMap.get(table) };
}

/** Replaces what is in a cell. Its first line stays the same line, for others may be typing in it. */
function fillCell(tr: Transaction, position: number, content: Fragment): void {
  const cell = tr.doc.nodeAt(position);
  const [first, pasted] = [cell?.firstChild, content.firstChild];
  if (cell === null || first === null || first === undefined) return;
  const start = position + 1;
  const end = start + cell.content.size;
  if (first.type.name !== "textBlock" || (pasted !== null && pasted?.type !== first.type)) {
    tr.replaceWith(start, end, content.size === 0 ? (cell.type.createAndFill()?.content ?? []) : content);
    return;
  }
  tr.replaceWith(start + first.nodeSize, end, content.cut(pasted?.nodeSize ?? 0));
  tr.replaceWith(start + 1, start + 1 + first.content.size, pasted?.content ?? []);
  for (const [name, value] of Object.entries(pasted?.attrs ?? {}))
    if (name !== "id" && value !== first.attrs[name]) tr.setNodeAttribute(start, name, value);
}

/** Without the empty lines that only make an empty cell a cell. */
function withoutBlanks(content: Fragment): Fragment {
  const isBlank = ({ type, content: { size } }: Node): boolean => type.name === "textBlock" && size === 0;
  return content.content.every(isBlank) ? Fragment.empty : content;
}

function gridOfBlocks(schema: Schema, slice: Slice): Grid | null {
  const cell = schema.nodes["tableCell"]?.createAndFill();
  if (cell === null || cell === undefined) return null;
  return [[cell.replace(0, cell.content.size, slice).content]];
}

/** @returns null for anything but cells. */
function gridOf(slice: Slice): Grid | null {
  const cells = cellsIn(slice);
  if (cells === null) return null;
  const grid: (Fragment | null)[][] = Array.from({ length: cells.height }, () => []);
  cells.rows.forEach((row, at) => {
    let column = 0;
    row.forEach(({ attrs, content }) => {
      while (grid[at]?.[column] !== undefined) column++;
      for (let down = 0; down < attrs["rowspan"] && at + down < cells.height; down++)
        for (let along = 0; along < attrs["colspan"]; along++)
          (grid[at + down] as (Fragment | null)[])[column + along] = down + along === 0 ? content : null;
    });
  });
  return grid.map((row) => Array.from({ length: cells.width }, (_, column) => row[column] ?? null));
}
