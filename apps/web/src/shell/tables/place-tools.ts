/** What one can press, in pixels; what is drawn of it is slimmer. */
const TARGET = 24;

/**
 * Puts the tools of a table around it, on its edges where they cover no words, and not beyond the box it scrolls in.
 * In the page's own coordinates, so that they scroll with the words.
 */
export function placeTools(tools: HTMLElement, cell: HTMLElement): void {
  const table = cell.closest("table")?.getBoundingClientRect();
  const box = cell.closest(".table-box")?.getBoundingClientRect();
  if (table === undefined || box === undefined) return;
  const at = cell.getBoundingClientRect();
  const left = Math.max(table.left, box.left);
  const right = Math.min(table.right, box.right);
  const middle = (at.left + at.right) / 2;
  const set = (name: string, x: number, y: number, width: number, height: number, isSeen = true): void => {
    const tool = tools.querySelector<HTMLElement>(`[data-tool="${name}"]`);
    if (tool === null) return;
    tool.hidden = !isSeen;
    const { style } = tool;
    style.left = `${Math.round(x + scrollX)}px`;
    style.top = `${Math.round(y + scrollY)}px`;
    style.width = `${Math.round(width)}px`;
    style.height = `${Math.round(height)}px`;
  };
  const isIn = (x: number): boolean => x >= left - 1 && x <= right + 1;
  const half = TARGET / 2;
  set("row", left - half, (at.top + at.bottom) / 2 - 14, TARGET, 28);
  set("column", middle - 16, table.top - half, 32, TARGET, isIn(middle));
  set("more-rows", left, table.bottom, right - left, TARGET);
  set("more-columns", right, table.top, TARGET, table.height);
  set("edge", at.right - 5, table.top, 9, table.height, isIn(at.right));
}
