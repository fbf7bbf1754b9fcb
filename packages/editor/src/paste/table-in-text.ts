import { Fragment, Slice, type Schema } from "@tiptap/pm/model";
import { fieldsOf, linesOf } from "../tables/clipboard.ts";

/**
 * Cells that a spreadsheet gives as text.
 *
 * @returns null for what is no table: it has two lines or more, every line has as many cells as the first, two or more,
 * and it is not merely indented.
 */
export function tableInText(text: string): readonly (readonly string[])[] | null {
  if (!text.includes("\t") || !text.trim().includes("\n")) return null;
  const rows = fieldsOf(text.replace(/(?:\r?\n)+$/, ""));
  const width = rows[0]?.length ?? 0;
  const isIndented = rows.every(([first]) => first === "");
  return width >= 2 && !isIndented && rows.every((row) => row.length === width) ? rows : null;
}

export function tableSlice(schema: Schema, rows: readonly (readonly string[])[]): Slice {
  const { table, tableRow, tableCell } = schema.nodes;
  const made = table!.create(
    null,
    rows.map((row) =>
      tableRow!.create(
        null,
        row.map((cell) => tableCell!.create(null, linesOf(schema, cell))),
      ),
    ),
  );
  return new Slice(Fragment.from(made), 0, 0);
}
