import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import {
  changeHotRow,
  damage,
  damageOf,
  makeFile,
  QUIET_MILLIS,
  removeFile,
  rowOf,
  spoilUpdate,
  TestStore,
} from "../testing/store.ts";
import { stateOf, Typist } from "../testing/typist.ts";

const A = "a" as DocumentId;
const B = "b" as DocumentId;

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

async function reopen(...changes: Parameters<typeof damage>[1][]): Promise<void> {
  await store.close();
  damage(file, ...changes);
  store = new TestStore(file);
}

/** All that the file has of the log it began with, but for its name. */
async function stored(): Promise<{ log: unknown; tables: Record<string, unknown>[][] }> {
  await store.close();
  const raw = new DatabaseSync(file);
  const log = raw.prepare("SELECT id, log_id, first FROM logs WHERE id = 1").get();
  const tables = ["hot_log", "segments", "snapshots", "ranges"].map((table) =>
    raw.prepare(`SELECT * FROM ${table} WHERE log = 1 ORDER BY id`).all(),
  );
  raw.close();
  store = new TestStore(file);
  return { log, tables };
}

function textOf(document: DocumentId): unknown {
  const { snapshot, rows } = store.load(document);
  const updates = rows.map(({ update }) => update);
  return stateOf(snapshot === undefined ? updates : [snapshot.update, ...updates]);
}

test("what was set aside stays as it was found, through packing, compacting and a restart of what follows it", async () => {
  const ann = new Typist(A);
  store.append(...ann.type(1_500));
  await store.compact(A);
  store.append(...ann.write("the last words"));
  await reopen(damageOf(A, 1_510));
  expect(await store.upkeep.quarantine(A)).toEqual({ ok: true, value: { kept: 9, aside: 5 } });
  const before = await stored();
  const found = ann.rows.slice(1_500).map(({ update }) => [...update]);
  found[9]![found[9]!.length - 1]! ^= 0x55;
  expect(before.tables[0]!.map(({ bytes }) => [...(bytes as Uint8Array)])).toEqual(found);
  expect(textOf(A)).toEqual(stateOf(ann.rows.slice(0, 1_509).map(({ update }) => update)));
  store.append(...new Typist(A, 5).type(1_500));
  await store.compact(A);
  store.now += QUIET_MILLIS;
  store.upkeep.tick();
  await store.compact(B);
  expect(store.troubles).toEqual([]);
  expect(await stored()).toEqual(before);
  expect(store.database.hot()).toEqual([]);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 3_009 }, rows: [] });
});

test("a damaged segment costs its rows and what builds on them, and no row of another segment or document", async () => {
  const [ann, ben] = [new Typist(A), new Typist(A, 5)];
  store.append(...ann.type(1_000), ...ben.type(24), ...ben.type(1_000), ...ann.type(24));
  store.append(...new Typist(B, 9).type(100));
  for (const document of [A, B]) await store.compact(document);
  const other = textOf(B);
  store.append(...ann.type(10), ...ben.type(10));
  await reopen(damageOf(A, 1_500), "DELETE FROM snapshots");
  // Ben's are lost from the 25th on; of ann's none, but those in the damaged segment and after it.
  expect(await store.upkeep.quarantine(A)).toEqual({ ok: true, value: { kept: 1_024, aside: 1_044 } });
  expect(textOf(A)).toEqual(
    stateOf([...ann.rows.slice(0, 1_000), ...ben.rows.slice(0, 24)].map(({ update }) => update)),
  );
  expect(textOf(B)).toEqual(other);
});

/** Of the third row; more than a bit each, for one bit is mended. */
const CHANGES: Readonly<Record<string, (row: Buffer) => void>> = {
  "its update": spoilUpdate,
  "its checksum": (row) => void (row[0]! ^= 0x55),
  "its length": (row) => row.writeUInt32LE(7, 4),
  "its length, to nothing that makes sense": (row) => row.writeUInt32LE(0xffff_ffff, 4),
  "its log": (row) => void row.fill(7, 40, 50),
  "its document": (row) => void row.write("z", 56),
  "its place": (row) => void row.writeDoubleLE(5, 8),
  "its place, to nothing that makes sense": (row) => void row.fill(0xff, 8, 16),
  "all of it": (row) => void row.fill(0),
};

test("whatever is damaged of one row, the others are found by what they say themselves", async () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    await store.close();
    removeFile(file);
    file = makeFile();
    store = new TestStore(file);
    const [ann, ben] = [new Typist(A), new Typist(A, 5)];
    const rows = [...ann.write("xy"), ...ben.write("k"), ...ann.write("z")];
    store.append(...rows);
    await reopen(changeHotRow(A, 3, change));
    expect(store.database.load(A), what).toMatchObject({ ok: false, error: { code: "corrupt" } });
    expect(await store.upkeep.quarantine(A), what).toEqual({ ok: true, value: { kept: 3, aside: 1 } });
    expect(textOf(A)).toEqual(stateOf(ann.rows.map(({ update }) => update)));
  }
});

test("where SQLite itself finds a document's pages damaged, that document alone loses what is on them", async () => {
  const [ann, ben] = [new Typist(A), new Typist(B, 5)];
  store.append(...ann.write("ab"), ...ben.write("xy"));
  for (const document of [A, B]) await store.compact(document);
  store.append(rowOf(A, randomBytes(20_000)));
  expect(store.database.pack(A, true)).toMatchObject({ ok: true });
  await store.close();
  // A long segment goes on in pages of its own, each beginning with the number of the next.
  const raw = new DatabaseSync(file);
  const { bytes: segment } = raw.prepare("SELECT bytes FROM segments WHERE log = 1").get() as { bytes: Uint8Array };
  raw.close();
  const bytes = readFileSync(file);
  const page = Math.floor(bytes.indexOf(segment.subarray(10_000, 10_100)) / 4_096);
  bytes.writeUInt32BE(0xfffffff0, page * 4_096);
  writeFileSync(file, bytes);
  store = new TestStore(file);
  expect(store.database.load(A)).toMatchObject({
    ok: false,
    error: { code: "corrupt", reason: expect.stringContaining("malformed") },
  });
  expect(await store.upkeep.quarantine(A)).toMatchObject({ ok: true });
  expect(textOf(A)).toEqual(stateOf(ann.rows.map(({ update }) => update)));
  expect(textOf(B)).toEqual(stateOf(ben.rows.map(({ update }) => update)));
  expect(store.append(...ann.write("c"))).toEqual([3]);
});

test("where SQLite finds an index damaged, no log is begun that could not be read either, and rows are appended as before", async () => {
  const ann = new Typist(A);
  store.append(...ann.write("abc"));
  await store.compact(A);
  await store.close();
  const raw = new DatabaseSync(file);
  const { page } = raw
    .prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'snapshots_in_order'")
    .get() as {
    page: number;
  };
  raw.close();
  const bytes = readFileSync(file);
  bytes[(page - 1) * 4_096 + 3]! ^= 0xff; // of how many entries it has
  writeFileSync(file, bytes);
  store = new TestStore(file);
  for (let times = 0; times < 2; times++) {
    expect(store.database.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
    expect(await store.upkeep.quarantine(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  }
  expect(store.append(...ann.write("d"))).toEqual([4]);
  expect(store.database.read(A, 1, 5)).toMatchObject({ ok: true, value: { length: 3 } });
});

test.each([false, true])(
  "a disk that fails while a log is set aside (its commit reached the file: %s) leaves all as it was, and it works later",
  async (after) => {
    const ann = new Typist(A);
    store.append(...ann.write("abc"));
    await store.compact(A);
    store.append(...ann.write("de"));
    await reopen(damageOf(A, 5));
    const { exec } = DatabaseSync.prototype;
    const spy = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
      if (sql !== "COMMIT") return exec.call(this, sql);
      spy.mockRestore();
      if (after) exec.call(this, sql);
      throw new Error("disk I/O error");
    });
    expect(await store.upkeep.quarantine(A)).toMatchObject({ ok: false, error: { code: "storage" } });
    expect(store.database.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
    store.append(...new Typist(B, 5).write("x"));
    await reopen();
    if (!after) {
      expect(store.database.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
      expect(await store.upkeep.quarantine(A)).toEqual({ ok: true, value: { kept: 1, aside: 1 } });
      await reopen();
    }
    expect(textOf(A)).toEqual(stateOf(ann.rows.slice(0, 4).map(({ update }) => update)));
    expect(textOf(B)).toEqual(stateOf(new Typist(B, 5).write("x").map(({ update }) => update)));
  },
);

test("what is being made of the first log is in it before the other one is begun", async () => {
  const ann = new Typist(A);
  store.append(...ann.write("forty keys, not one more and not one less"));
  const job = Promise.withResolvers<void>();
  store.onJob = () => job.promise;
  const compacted = store.compact(A);
  const quarantined = store.upkeep.quarantine(A);
  job.resolve();
  await compacted;
  // The snapshot has them all.
  expect(await quarantined).toEqual({ ok: true, value: { kept: 0, aside: 0 } });
  expect(textOf(A)).toEqual(stateOf(ann.rows.map(({ update }) => update)));
});
