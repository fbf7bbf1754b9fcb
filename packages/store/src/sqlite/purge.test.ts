import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DocumentId, ok } from "@sheaf/protocol";
import { damage, damageOf, hotFilesOf, makeFile, plain, removeFile, rowOf, TestStore } from "../testing/store.ts";
import { Typist } from "../testing/typist.ts";

const [A, B] = ["a" as DocumentId, "b" as DocumentId];
const WORDS = "a secret nobody may read again";

let file: string;
let store: TestStore;

beforeEach(() => {
  file = makeFile();
  store = new TestStore(file);
});
afterEach(async () => {
  await store.close();
  removeFile(file);
});

const leaves = (): string[] =>
  [file, `${file}-wal`, ...hotFilesOf(file)]
    .filter((path) => readFileSync(path).includes(WORDS))
    .map((path) => path.slice(file.length));

/** How many rows of any kind name each log. */
function countRows(): unknown {
  const raw = new DatabaseSync(file);
  const tables = ["hot_log", "segments", "ranges", "snapshots"].map((table) => `SELECT log FROM ${table}`);
  const sql = `SELECT document, count(*) AS rows FROM (${tables.join(" UNION ALL ")})
    LEFT JOIN logs ON logs.id = log GROUP BY document`;
  const counted = raw.prepare(sql).all();
  raw.close();
  return counted;
}

test("nothing of a purged document stays in the file: rows, segments, ranges, snapshots, logs set aside", async () => {
  const [ann, ben] = [new Typist(A), new Typist(B)];
  // Enough for ranges over segments.
  for (let times = 0; times < 22; times++) store.append(...ann.type(1_024));
  await store.compact(A);
  store.append(...ann.type(10), rowOf(A, new TextEncoder().encode(WORDS)), ...ben.type(5));
  const others = store.load(B);
  await store.close();
  damage(file, damageOf(A, 1_024 * 22 + 3));
  store = new TestStore(file);
  expect((await store.upkeep.quarantine(A)).ok).toBe(true);
  store.append(rowOf(A, new TextEncoder().encode(WORDS)));
  expect(leaves()).not.toEqual([]);

  expect(await store.purge(A)).toEqual(ok(undefined));
  expect(leaves()).toEqual([]);
  expect([store.load(A).rows, store.load(A).snapshot]).toEqual([[], undefined]);
  expect(store.database.ends()).toEqual(ok(new Map([[B, 5]])));
  expect(store.load(B).rows.map(plain)).toEqual(others.rows.map(plain));
  await store.close();
  // Five rows in a segment.
  expect(countRows()).toEqual([{ document: "b", rows: 1 }]);
  store = new TestStore(file);
  expect(store.load(B).logId).toEqual(others.logId);
});

test("a document whose name is the end of another's keeps its words when the other is purged", async () => {
  const longer = "a.b" as DocumentId;
  store.append(rowOf(longer, Uint8Array.of(1)), rowOf(A, Uint8Array.of(2)));
  await store.purge(A);
  await store.purge("b" as DocumentId);
  expect(store.load(longer).rows.map(({ update }) => update[0])).toEqual([1]);
});

test.each([
  ["nothing of it is in the file, and nothing is gone", false],
  ["its frames are in the write-ahead log all the same, and all is gone", true],
])("a purge whose commit fails says so; %s", async (_, isWritten) => {
  store.append(rowOf(A, Uint8Array.of(1)), rowOf(B, Uint8Array.of(2)));
  // So that the next commit is of what is purged.
  for (const document of [A, B]) await store.compact(document);
  failNextCommit(isWritten);
  expect(await store.purge(A)).toMatchObject({ ok: false, error: { code: "storage" } });
  const left = isWritten ? [] : [1];
  expect(store.load(A).rows.map(({ update }) => update[0])).toEqual(left);
  expect(store.append(rowOf(A, Uint8Array.of(3)), rowOf(B, Uint8Array.of(4)))).toEqual([left.length + 1, 2]);
  expect(await store.purge(A)).toEqual(ok(undefined));
  expect(store.load(A).rows).toEqual([]);
  expect(store.load(B).rows.map(({ update }) => update[0])).toEqual([2, 4]);
});

test("a snapshot that was being made when its document was purged is not stored", async () => {
  const ann = new Typist(A);
  store.append(...ann.type(2_000));
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let goOn = (): void => {};
  store.onJob = () => {
    begin();
    return new Promise<void>((resolve) => (goOn = resolve));
  };
  const compacted = store.upkeep.compact(A);
  await begun;
  const purged = store.purge(A);
  store.onJob = () => {};
  goOn();
  await compacted;
  expect(await purged).toEqual(ok(undefined));
  await store.close();
  expect(countRows()).toEqual([]);
  store = new TestStore(file);
});

/** `isWritten`: only once its frames are in the write-ahead log, as a failed sync leaves them. */
function failNextCommit(isWritten: boolean): void {
  const exec = DatabaseSync.prototype.exec;
  const spy = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql !== "COMMIT") return exec.call(this, sql);
    spy.mockRestore();
    if (isWritten) exec.call(this, sql);
    throw new Error("disk I/O error");
  });
}
