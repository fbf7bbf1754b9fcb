import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const DOCS = join(import.meta.dirname, "../../docs");
const page = readFileSync(join(DOCS, "features.md"), "utf8");
/** A row of the tables: what it is, our cell, and six of others. */
const rows = page
  .split("\n")
  .filter((line) => /^\| (?!feature|-)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );

test("each row has a word of ours and one of each of the six others", () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) expect(row, row[0]).toHaveLength(8);
  const words = new Set(rows.flatMap((row) => row.slice(2)));
  expect([...words].filter((word) => !["yes", "partly", "no", "plugin", "paid", "?"].includes(word))).toEqual([]);
});

test("each yes of ours links to the test that shows it, by its title", () => {
  for (const [feature, ours = ""] of rows) {
    if (ours === "no") continue;
    const [, word, path = "", title = ""] = /^\[(yes|partly)\]\((\S+) "(.+)"\)$/.exec(ours) ?? [];
    expect(word, `${feature}: ${ours}`).toBeDefined();
    const file = join(DOCS, path);
    expect(existsSync(file), `${feature}: ${path}`).toBe(true);
    expect(readFileSync(file, "utf8"), `${feature}: ${path}`).toContain(title);
  }
});
