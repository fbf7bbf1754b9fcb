import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { damage, damageOf, makeFile, openDatabase, plain, removeFile, TestStore } from "../testing/store.ts";
import { Typist } from "../testing/typist.ts";
import { type Copied, readCopied } from "./copy.ts";
import { rekeyLogs } from "./rekey.ts";

const A = "a" as DocumentId;
const B = "b" as DocumentId;

let file: string;
let copy: string;
let store: TestStore;
beforeEach(() => {
  file = makeFile();
  copy = `${file}.copy`;
  writeFileSync(copy, "");
  store = new TestStore(file);
});
afterEach(async () => {
  await store.close();
  removeFile(file);
});

async function copied(): Promise<Copied> {
  const done = await store.upkeep.copy(copy);
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return done.value;
}

function readBack(): Copied {
  const database = new DatabaseSync(copy, { readOnly: true });
  const read = readCopied(database);
  database.close();
  return read;
}

/** Goes on with the copy instead of the original. */
async function turnToCopy(): Promise<void> {
  await store.close();
  store = new TestStore(copy);
}

test("a copy holds what was committed when it began, in segments and out of them, though people write on meanwhile", async () => {
  const [ann, ben, cat] = [new Typist(A), new Typist(B, 77), new Typist("c" as DocumentId, 78)];
  for (let round = 0; round < 40; round++) store.append(...ann.type(100), ...ben.type(10));
  await store.compact(A);
  store.append(...ann.type(30));
  const before = { ann: [...ann.rows], ben: [...ben.rows] };
  const copying = copied();
  // Its turn comes within this one; from the next on people write, and another document begins.
  let appended = 0;
  const timer = setInterval(() => {
    appended += store.append(...ann.type(5), ...ben.type(200), ...cat.type(1)).length;
  }, 0);
  const made = await copying;
  clearInterval(timer);
  expect(appended).toBeGreaterThan(0);
  expect(readBack()).toEqual(made);

  await turnToCopy();
  const asRows = (rows: Typist["rows"]) =>
    rows.map(({ principal, time, base, schemaVersion, update }, index) =>
      plain({ seq: index + 1, principal, time, base, schemaVersion, update }),
    );
  for (const [document, typist, rows] of [
    [A, ann, before.ann],
    [B, ben, before.ben],
  ] as const) {
    const copied = store.read(document).map(plain);
    expect(copied.length).toBeGreaterThanOrEqual(rows.length);
    expect(copied).toEqual(asRows(typist.rows.slice(0, copied.length)));
  }
  expect(store.load(A).snapshot?.seq).toBe(4_000);
});

test("every table of the file is in a copy: one that is added later is not forgotten", async () => {
  store.append(...new Typist(A).type(20_000));
  await store.compact(A);
  store.append(...new Typist(B, 77).type(3));
  await store.close();
  // What is damaged cannot be packed, and is in a copy all the same.
  damage(file, damageOf(B, 2));
  store = new TestStore(file);
  const made = await copied();
  expect(store.database.load(B)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  const database = new DatabaseSync(copy, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  const rows = tables.map(({ name }) => {
    const { count } = database.prepare(`SELECT count(*) AS count FROM ${name}`).get() as { count: number };
    expect(count, name).toBeGreaterThan(0);
    return count;
  });
  database.close();
  expect(made.rows).toBe(rows.reduce((sum, count) => sum + count, 0));
  await turnToCopy();
  expect(store.database.load(B)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  expect(await store.upkeep.quarantine(B)).toMatchObject({ ok: true, value: { aside: 1 } });
});

test("nothing is packed or compacted while a copy is made, and all of it afterwards", async () => {
  const ann = new Typist(A);
  store.append(...ann.type(500));
  const order: string[] = [];
  const copying = copied().then(() => order.push("copied"));
  const compacting = store.compact(A).then(() => order.push("compacted"));
  await Promise.all([copying, compacting]);
  expect(order).toEqual(["copied", "compacted"]);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 500 }, rows: [] });
});

test("what is no empty file is not written to", async () => {
  writeFileSync(copy, "Dear all");
  expect(await store.upkeep.copy(copy)).toMatchObject({
    ok: false,
    error: { reason: expect.stringContaining("not empty") },
  });
});

test("a copy that is changed by a bit reads back as another", async () => {
  store.append(...new Typist(A).type(50));
  const made = await copied();
  damage(copy, "UPDATE segments SET bytes = zeroblob(length(bytes))");
  expect(readBack()).toEqual({ rows: made.rows, digest: expect.not.toSatisfy((digest) => digest === made.digest) });
});

test("a rekeyed log has another logId and the same rows, snapshot and states; what was damaged still is", async () => {
  const [ann, ben] = [new Typist(A), new Typist(B, 77)];
  store.append(...ann.type(9_000), ...ben.type(300));
  await store.compact(A);
  store.append(...ann.type(10));
  const [before, state] = [store.load(A), store.stateAt(A, 5_000)];
  const rows = store.read(A).map(plain);
  await copied();
  damage(copy, damageOf(B, 7));
  const rekeyed = rekeyLogs(copy);
  expect(rekeyed).toMatchObject({ ok: true, value: { documents: 2, damaged: 1 } });
  await turnToCopy();
  const after = store.load(A);
  expect(after.logId).not.toEqual(before.logId);
  expect({ ...after, logId: before.logId, rows: after.rows.map(plain) }).toEqual({
    ...before,
    rows: before.rows.map(plain),
  });
  expect(store.read(A).map(plain)).toEqual(rows);
  expect(store.stateAt(A, 5_000)).toEqual(state);
  expect(store.database.load(B)).toMatchObject({ ok: false, error: { code: "corrupt" } });
  // And it goes on.
  expect(store.append(...ann.type(1))).toEqual([9_011]);
  await store.close();
  store = new TestStore(copy);
  expect(store.read(A)).toHaveLength(9_011);
});

test("a log rekeyed twice differs both times, so one backup can be restored again and again", async () => {
  store.append(...new Typist(A).type(5));
  await copied();
  const ids = [0, 1].map(() => {
    expect(rekeyLogs(copy).ok).toBe(true);
    const database = openDatabase(copy);
    const loaded = database.load(A);
    database.close();
    return loaded.ok ? loaded.value.logId.toString() : "";
  });
  expect(new Set([...ids, store.load(A).logId.toString(), ""]).size).toBe(4);
});
