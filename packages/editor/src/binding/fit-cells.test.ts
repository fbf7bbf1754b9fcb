import fc from "fast-check";
import { TableMap } from "@tiptap/pm/tables";
import { expect, test } from "vitest";
import { schema } from "../testing/host.ts";
import { fitCells, type Span } from "./fit-cells.ts";

const cell = (colspan = 1, rowspan = 1, colwidth: readonly number[] | null = null): Span => ({
  colspan,
  rowspan,
  colwidth,
});

/** The table that comes of it, as the table library sees it. */
function mapOf(rows: readonly (readonly Span[])[]): TableMap | null {
  const fitted = fitCells(rows, 10_000);
  if (fitted === null) return null;
  const { table, tableRow, tableCell } = schema.nodes;
  return TableMap.get(
    table!.create(
      null,
      fitted.map(({ cells, missing }) =>
        tableRow!.create(
          null,
          [...cells, ...missing].map((span) => tableCell!.createAndFill({ ...span })!),
        ),
      ),
    ),
  );
}

test("any rows of cells become a rectangle without holes and overlaps, with one width a column", () => {
  const width = fc.option(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 4 }));
  const span = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), width);
  const rows = fc.array(fc.array(span, { maxLength: 5 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, (all) => {
      if (all.every((row) => row.length === 0)) return;
      const map = mapOf(all.map((row) => row.map((each) => cell(...each))));
      expect(map?.problems ?? null).toBeNull();
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("what is a rectangle already stays as it is", () => {
  const rows = [
    [cell(2, 1, [90, 0]), cell(1, 2)],
    [cell(1, 1, [90]), cell()],
  ];
  expect(fitCells(rows, 0)).toEqual(rows.map((cells) => ({ cells, missing: [] })));
});

test("a column's width is that of its topmost cell that has one", () => {
  const [first, second] = fitCells(
    [
      [cell(), cell(1, 1, [80])],
      [cell(1, 1, [70]), cell(1, 1, [60])],
    ],
    0,
  )!;
  expect(first!.cells.map(({ colwidth }) => colwidth)).toEqual([[70], [80]]);
  expect(second!.cells.map(({ colwidth }) => colwidth)).toEqual([[70], [80]]);
});

test("a row far longer than all others is not made up for", () => {
  const long = Array.from({ length: 5000 }, () => cell());
  expect(fitCells([long, [], [], []], 10_000)).toBeNull();
});
