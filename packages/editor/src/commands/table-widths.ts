import type { Command, Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { areaIn, cellsOf, wholeOf, widthOf, type Area } from "../tables/area.ts";
import { onArea } from "./on-area.ts";

export const MIN_COLUMN_WIDTH = 48;
export const MAX_COLUMN_WIDTH = 2000;

/** What a column without a width of its own counts as where nobody can measure it, in pixels. */
const USUAL_COLUMN_WIDTH = 160;

/** Writes the width of columns into every cell of theirs, so that it outlives any row. */
function setWidths(tr: Transaction, area: Area, widths: ReadonlyMap<number, number>): void {
  for (const { node, position, column } of cellsOf({ ...area, ...wholeOf(area) })) {
    const { colspan, colwidth } = node.attrs as { colspan: number; colwidth: readonly number[] | null };
    const own = Array.from({ length: colspan }, (_, at) => widths.get(column + at) ?? colwidth?.[at] ?? 0);
    const next = own.some((width) => width > 0) ? own : null;
    if (JSON.stringify(next) !== JSON.stringify(colwidth)) tr.setNodeAttribute(position, "colwidth", next);
  }
}

/**
 * Gives columns a width in pixels. All others keep the one they have on the page: one column must not push the others.
 *
 * @param widthFor - From the width as it is.
 */
export function sizeColumns(left: number, right: number, widthFor: (width: number) => number): Command {
  return (state, dispatch, view) => {
    const area = areaIn(state);
    if (area === null) return false;
    const shown = view === undefined ? [] : shownWidths(view, area);
    const widths = new Map<number, number>();
    for (let column = 0; column < area.map.width; column++) {
      const width = widthOf(area, column) || (shown[column] ?? USUAL_COLUMN_WIDTH);
      const isMeant = column >= left && column < right;
      const next = isMeant ? widthFor(width) : width;
      widths.set(column, Math.round(Math.min(MAX_COLUMN_WIDTH, Math.max(MIN_COLUMN_WIDTH, next))));
    }
    const { tr } = state;
    setWidths(tr, area, widths);
    if (tr.docChanged) dispatch?.(tr);
    return true;
  };
}

/** The columns' widths on the page. */
function shownWidths(view: EditorView, { tableStart }: Area): number[] {
  const box = view.nodeDOM(tableStart - 1);
  if (!(box instanceof HTMLElement)) return [];
  return Array.from(box.querySelectorAll<HTMLElement>(":scope > table > colgroup > col"), (each) => each.offsetWidth);
}

const resizeColumns =
  (by: number): Command =>
  (state, dispatch, view) => {
    const area = areaIn(state);
    return area !== null && sizeColumns(area.left, area.right, (width) => width + by)(state, dispatch, view);
  };

/** All columns share the table's width again. */
export const evenColumns = onArea(
  (tr, area) => {
    const none = Array.from({ length: area.map.width }, (_, column) => [column, 0] as const);
    setWidths(tr, area, new Map(none));
  },
  (area) => Array.from({ length: area.map.width }).some((_, column) => widthOf(area, column) > 0),
);

export const widerColumn = resizeColumns(20);
export const narrowerColumn = resizeColumns(-20);
