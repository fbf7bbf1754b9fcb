import type { Node } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { cellsOf, isHeaderColumn, isHeaderRow, type PlacedCell } from "../tables/area.ts";
import { onArea } from "./on-area.ts";

/** Makes `cells` headers, or plain cells when all are headers. An attribute: nothing typed in them is touched. */
function toggleHeaders(tr: Transaction, cells: readonly PlacedCell[], header: boolean): void {
  for (const { node, position } of cells)
    if (node.attrs["header"] !== header) tr.setNodeAttribute(position, "header", header);
}

export const toggleHeader = onArea(
  (tr, area) => {
    const cells = cellsOf(area);
    toggleHeaders(tr, cells, !cells.every(({ node }) => node.attrs["header"] === true));
  },
  () => true,
);

/** The first row: its cells say what the columns are. The corner stays what the other line makes it. */
export const toggleHeaderRow = onArea(
  (tr, area) => {
    const isOn = isHeaderRow(area);
    const left = isOn && isHeaderColumn(area) ? 1 : 0;
    toggleHeaders(tr, cellsOf({ ...area, top: 0, bottom: 1, left, right: area.map.width }), !isOn);
  },
  ({ map }) => map.width > 1,
);

export const toggleHeaderColumn = onArea(
  (tr, area) => {
    const isOn = isHeaderColumn(area);
    const top = isOn && isHeaderRow(area) ? 1 : 0;
    toggleHeaders(tr, cellsOf({ ...area, left: 0, right: 1, top, bottom: area.map.height }), !isOn);
  },
  ({ map }) => map.height > 1,
);

const isBlank = ({ childCount, firstChild }: Node): boolean =>
  childCount === 1 && firstChild?.type.name === "textBlock" && firstChild.content.size === 0;

/** Empties cells. The first line of each stays, so that what others type in it meanwhile has somewhere to be. */
export function emptyCells(tr: Transaction, cells: readonly PlacedCell[]): void {
  for (const { node, position } of cells) {
    const first = node.firstChild;
    if (first === null || isBlank(node)) continue;
    const start = tr.mapping.map(position + 1, -1);
    const end = start + node.content.size;
    if (first.type.name !== "textBlock") {
      tr.replaceWith(start, end, node.type.createAndFill()?.content ?? []);
      continue;
    }
    if (node.childCount > 1) tr.delete(start + first.nodeSize, end);
    tr.delete(start + 1, start + 1 + first.content.size);
  }
}

export const clearCells = onArea(
  (tr, area) => emptyCells(tr, cellsOf(area)),
  (area) => cellsOf(area).some(({ node }) => !isBlank(node)),
);
