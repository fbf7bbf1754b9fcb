/** How far a cell reaches, and how wide its columns are; 0 for a column without a width of its own. */
export interface Span {
  readonly colspan: number;
  readonly rowspan: number;
  readonly colwidth: readonly number[] | null;
}

export interface FittedRow {
  /** The row's cells as they must be, so that they neither overlap nor reach out of the table. */
  readonly cells: readonly Span[];
  /** One more for each place that nothing fills, to stand behind the others. */
  readonly missing: readonly Span[];
}

/**
 * Makes a rectangle of rows of cells, as browsers lay them out: each cell takes the first free place of its row. People
 * who add a row and a column at once leave one that is none, and it has to look the same to all of them.
 *
 * @returns null when filling it would take more than `mostMissing` cells.
 */
export function fitCells(rows: readonly (readonly Span[])[], mostMissing: number): readonly FittedRow[] | null {
  /** By column: the row from which on it is free. */
  const takenTo: number[] = [];
  const covered = rows.map(() => 0);
  const placed = rows.map((cells, row) => {
    let column = 0;
    return cells.map((cell) => {
      while ((takenTo[column] ?? 0) > row) column++;
      const first = column;
      const rowspan = Math.min(cell.rowspan, rows.length - row);
      while (column < first + cell.colspan && (takenTo[column] ?? 0) <= row) takenTo[column++] = row + rowspan;
      for (let at = row; at < row + rowspan; at++) covered[at] = (covered[at] ?? 0) + column - first;
      return { first, colspan: column - first, rowspan, colwidth: cell.colwidth };
    });
  });
  const width = takenTo.length;
  if (covered.reduce((missing, count) => missing + width - count, 0) > mostMissing) return null;

  /** The topmost cell of a column that has a width has it for the column. */
  const widths: number[] = [];
  for (const { first, colspan, colwidth } of placed.flat())
    for (let at = 0; at < colspan; at++) widths[first + at] ||= colwidth?.[at] ?? 0;
  const widthsOf = (first: number, colspan: number): readonly number[] | null => {
    const own = Array.from({ length: colspan }, (_, at) => widths[first + at] ?? 0);
    return own.some((each) => each > 0) ? own : null;
  };

  takenTo.fill(0);
  return placed.map((cells, row) => {
    for (const { first, colspan, rowspan } of cells) takenTo.fill(row + rowspan, first, first + colspan);
    const missing: Span[] = [];
    for (let column = 0; column < width && (covered[row] ?? 0) < width; column++)
      if ((takenTo[column] ?? 0) <= row) missing.push({ colspan: 1, rowspan: 1, colwidth: widthsOf(column, 1) });
    return {
      cells: cells.map(({ first, colspan, rowspan }) => ({ colspan, rowspan, colwidth: widthsOf(first, colspan) })),
      missing,
    };
  });
}
