import { Fragment, Slice, type Node, type Schema } from "@tiptap/pm/model";

/**
 * Cells that a spreadsheet gives as text: tabs between them, and quotes around one that has a break in it.
 *
 * @returns null for what is no table: every line has as many cells as the first, two or more, and none begins empty by
 * an indent.
 */
export function tableInText(text: string): readonly (readonly string[])[] | null {
  if (!text.includes("\t") || !text.trimEnd().includes("\n")) return null;
  const rows: string[][] = [[]];
  const pattern = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*)/y;
  const source = text.replace(/(?:\r?\n)+$/, "");
  for (let at = 0; at <= source.length;) {
    pattern.lastIndex = at;
    const [whole, quoted, plain = ""] = pattern.exec(source) ?? [""];
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    at += (whole ?? "").length;
    const end = /\r?\n/y;
    end.lastIndex = at;
    const line = end.exec(source)?.[0];
    if (line !== undefined) rows.push([]);
    at += line?.length ?? 1;
  }
  const width = rows[0]?.length ?? 0;
  const isIndented = rows.every(([first]) => first === "");
  return width >= 2 && !isIndented && rows.every((row) => row.length === width) ? rows : null;
}

export function tableSlice(schema: Schema, rows: readonly (readonly string[])[]): Slice {
  const { table, tableRow, tableCell, textBlock, hardBreak } = schema.nodes as Record<
    string,
    NonNullable<Schema["nodes"][string]>
  >;
  const lineOf = (text: string): Node =>
    textBlock!.create(
      null,
      text
        .split(/\r?\n/)
        .flatMap((part, at) => [...(at > 0 ? [hardBreak!.create()] : []), ...(part === "" ? [] : [schema.text(part)])]),
    );
  const made = table!.create(
    null,
    rows.map((row) =>
      tableRow!.create(
        null,
        row.map((cell) => tableCell!.create(null, lineOf(cell))),
      ),
    ),
  );
  return new Slice(Fragment.from(made), 0, 0);
}
