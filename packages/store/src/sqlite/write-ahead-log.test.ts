import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFile } from "./file.ts";
import { mendWriteAheadLog } from "./write-ahead-log.ts";

const ROWS = 200;
let folder: string;
let file: string;
let log: Uint8Array;

/** A database as kill -9 leaves it: its rows, one a commit, are all in the write-ahead log. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sheaf-wal-"));
  file = join(folder, "a.db");
  const database = new DatabaseSync(file);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT)",
  );
  const insert = database.prepare("INSERT INTO t VALUES (?, ?)");
  for (let id = 1; id <= ROWS; id++) insert.run(id, `row ${id} `.repeat(20));
  log = readFileSync(`${file}-wal`);
  const main = readFileSync(file);
  database.close();
  writeFileSync(file, main);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** How many rows SQLite finds with this write-ahead log. */
function rowsWith(bytes: Uint8Array): number {
  const copy = join(mkdtempSync(join(folder, "copy-")), "a.db");
  copyFileSync(file, copy);
  writeFileSync(`${copy}-wal`, bytes);
  const database = new DatabaseSync(copy);
  const { count } = database.prepare("SELECT count(*) AS count FROM t").get() as { count: number };
  database.close();
  return count;
}

const flipped = (at: number): Uint8Array => log.map((byte, index) => (index === at ? byte ^ 4 : byte));

test("a log that is whole, torn at its end, empty or no log at all is left as it is", () => {
  expect(mendWriteAheadLog(log, 4096)).toBeUndefined();
  for (const length of [log.length - 1, log.length - 5000, 40, 10, 0])
    expect(mendWriteAheadLog(log.subarray(0, length), 4096)).toBeUndefined();
  expect(mendWriteAheadLog(new Uint8Array(10_000).fill(7), 4096)).toBeUndefined();
  expect(rowsWith(log)).toBe(ROWS);
});

test("with a bit flipped in its middle SQLite drops everything behind it; mended, all commits count again", () => {
  const middle = 32 + Math.floor(ROWS / 2) * (24 + 4096) + 24 + 3000;
  const damaged = flipped(middle);
  expect(rowsWith(damaged)).toBeLessThan(ROWS - 50);
  const mended = mendWriteAheadLog(damaged, 4096);
  expect(mended?.commits).toBeGreaterThan(50);
  expect(rowsWith(mended!.bytes)).toBe(ROWS);
});

test.each([2, 6, 9, 13, 18, 22, 27])("so does a log with a bit flipped in byte %i of its header", (at) => {
  const damaged = flipped(at);
  expect(rowsWith(mendWriteAheadLog(damaged, 4096)!.bytes)).toBe(ROWS);
});

test("what a crash may have left unsynced, the last commit, is never revived", () => {
  const lastFrame = log.length - 4096;
  expect(mendWriteAheadLog(flipped(lastFrame + 100), 4096)).toBeUndefined();
});

test("a log that cannot be read though it is mended is refused as damaged", () => {
  const frames = Array.from({ length: Math.floor(log.length / 4120) }, (_, frame) => 32 + frame * 4120);
  // The first page says what the file is.
  const last = frames.findLast((at) => new DataView(log.buffer, log.byteOffset + at).getUint32(0) === 1)!;
  writeFileSync(`${file}-wal`, flipped(last + 24));
  expect(LogFile.open(file)).toMatchObject({ ok: false, error: { code: "corrupt" } });
});
