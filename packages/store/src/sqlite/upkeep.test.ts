import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { type DocumentId, ok } from "@sheaf/protocol";
import { type AppendRequest, openRoom } from "@sheaf/room";
import {
  changeHotRow,
  damage,
  hotFilesOf,
  makeFile,
  plain,
  QUIET_MILLIS,
  removeFile,
  rowOf,
  spoilUpdate,
  TestStore,
} from "../testing/store.ts";
import { stateOf, stateOfDoc, Typist } from "../testing/typist.ts";
import { LOOK_MILLIS, LOOK_ROWS, MOMENT_MILLIS } from "./upkeep.ts";

const A = "a" as DocumentId;
const B = "b" as DocumentId;

let file: string;
let store: TestStore;
beforeEach(() => {
  file = makeFile();
  store = new TestStore(file);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  removeFile(file);
});

async function restart(): Promise<void> {
  await store.close();
  store = new TestStore(file);
}

/** Appended a few at a time, as commits come. */
function append(rows: readonly AppendRequest[], size = 100): void {
  for (let at = 0; at < rows.length; at += size) store.append(...rows.slice(at, at + size));
}

const asAppended = (rows: readonly AppendRequest[]) =>
  rows.map(({ document, ...row }, index) => {
    expect(document).toBeTypeOf("string");
    return plain({ ...row, seq: index + 1 });
  });

const expectRows = (rows: readonly AppendRequest[], document = A): void => {
  expect(store.read(document).map(plain)).toEqual(asAppended(rows));
};

function count(table: string): number {
  const raw = new DatabaseSync(file);
  const { count } = raw.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number };
  raw.close();
  return count;
}

/** What a room would be opened with, applied. */
function loadedState(document = A): unknown {
  const loaded = store.load(document);
  expect(openRoom(document, loaded).ok).toBe(true);
  const updates = loaded.rows.map(({ update }) => update);
  return stateOf(loaded.snapshot === undefined ? updates : [loaded.snapshot.update, ...updates]);
}

const stateAfter = (rows: readonly AppendRequest[]): unknown => stateOf(rows.map(({ update }) => update));

/** Waits for the upkeep that is due, by asking for a document that has none. */
const settled = async (): Promise<void> => {
  await new Promise(setImmediate);
  for (let round = 0; round < 3; round++) await store.upkeep.compact("nothing-there" as DocumentId);
};

test("rows that fill a segment are packed while people write; each reads back as it went in, after a restart too", async () => {
  const [ann, ben] = [new Typist(A), new Typist(B, 77)];
  for (let round = 0; round < 25; round++) {
    store.append(...ann.type(100), ...ben.type(31));
    await settled();
  }
  expectRows(ann.rows);
  expectRows(ben.rows, B);
  await restart();
  expectRows(ann.rows);
  expectRows(ben.rows, B);
  expect(store.append(...ann.type(1), ...ben.type(1))).toEqual([2_501, 776]);
  expect(loadedState()).toEqual(stateAfter(ann.rows));
  await store.close();
  expect([count("hot_log"), count("segments")]).toEqual([0, 2]);
  store = new TestStore(file);
});

test("while people write, a snapshot comes by the clock, over all that is packed by then, and not with each segment", async () => {
  const ann = new Typist(A);
  for (let round = 0; round < 25; round++) {
    store.append(...ann.type(100));
    store.upkeep.tick();
    await settled();
  }
  expect([store.load(A).snapshot, store.jobs]).toEqual([undefined, []]);
  store.now = LOOK_MILLIS;
  store.upkeep.tick();
  await settled();
  expect([store.load(A).snapshot?.seq, store.jobs]).toEqual([2 * 1024, ["compact"]]);
  store.now += LOOK_MILLIS;
  store.upkeep.tick();
  await settled();
  expect(store.jobs, "nothing was packed since").toEqual(["compact"]);
  append(ann.type(1024));
  await settled();
  store.now += MOMENT_MILLIS;
  store.upkeep.tick();
  await settled();
  expect(store.jobs, "nobody has written for a moment").toEqual(["compact", "compact"]);
  append(ann.type(LOOK_ROWS));
  await settled();
  expect(store.load(A).snapshot!.seq, "at once, for it is much").toBeGreaterThanOrEqual(2 * 1024 + LOOK_ROWS);
  expect(loadedState()).toEqual(stateAfter(ann.rows));
});

test("a document nobody writes to any more is packed and compacted to its end; the next rows go on from there", async () => {
  const ann = new Typist(A);
  append(ann.type(300));
  store.now = QUIET_MILLIS - 1;
  store.upkeep.tick();
  await settled();
  expect(store.load(A).snapshot).toBeUndefined();
  store.now = QUIET_MILLIS;
  store.upkeep.tick();
  await settled();
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 300 }, rows: [] });
  append(ann.type(50));
  store.now += QUIET_MILLIS;
  store.upkeep.tick();
  await settled();
  expectRows(ann.rows);
  expect(loadedState()).toEqual(stateAfter(ann.rows));
  await store.close();
  // The short segment was packed anew with what followed.
  expect([count("hot_log"), count("segments"), count("snapshots")]).toEqual([0, 1, 1]);
  store = new TestStore(file);
});

test("once nobody writes any more, the file is as small as what is in it", async () => {
  const ann = new Typist(A);
  store.commit(ann.type(12_000));
  const sizes = () => [file, `${file}-wal`].map((path) => statSync(path).size);
  store.upkeep.touch(A);
  store.now = QUIET_MILLIS;
  store.upkeep.tick();
  await settled();
  const [size, wal] = sizes();
  expect(wal).toBe(0);
  // Some free pages stay for what comes next.
  expect(size).toBeLessThan(64 * 4_096 + 12_000 * 16);
  expectRows(ann.rows);
});

test("documents left with hot rows by a server that ended are packed once it was up for a while", async () => {
  const ann = new Typist(A);
  append(ann.type(10));
  await restart();
  store.now = QUIET_MILLIS;
  store.upkeep.tick();
  await settled();
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 10 }, rows: [] });
});

test("a keystroke in a long document does not write the whole of it again", async () => {
  const ann = new Typist(A);
  append(ann.type(3_000));
  await store.compact(A);
  append(ann.type(1));
  await store.compact(A);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 3_000 }, rows: [{ seq: 3_001 }] });
});

test("what was added to a long document is in its snapshot once that is many rows, though they weigh little beside it", async () => {
  const ann = new Typist(A);
  // A segment of its own.
  ann.doc.getText("text").insert(0, randomBytes(800_000).toString("base64"));
  append(ann.rows);
  await store.compact(A);
  append(ann.type(128));
  await store.compact(A);
  expect(store.load(A).snapshot?.seq).toBe(1);
  append(ann.type(1));
  await store.compact(A);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 130 }, rows: [] });
  expect(loadedState()).toEqual(stateAfter(ann.rows));
});

test("appends go on while a document is compacted, and are not part of what comes of it", async () => {
  const ann = new Typist(A);
  append(ann.type(100));
  let appended: readonly number[] | undefined;
  store.onJob = () => {
    appended ??= store.append(...ann.type(2));
  };
  await store.compact(A);
  expect(appended).toEqual([101, 102]);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 100 }, rows: [{ seq: 101 }, { seq: 102 }] });
  expect(loadedState()).toEqual(stateAfter(ann.rows));
});

test("what waits for a missing row is compacted once that has come", async () => {
  const ann = new Typist(A);
  const [first, second, third] = ann.write("abc");
  store.append(first!, third!);
  await store.compact(A);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 1 }, rows: [{ seq: 2 }] });
  store.append(second!);
  await store.compact(A);
  expect(store.load(A)).toMatchObject({ snapshot: { seq: 3 }, rows: [] });
  expect(loadedState()).toEqual(stateAfter(ann.rows));
});

test("what waits for ever is not tried again and again", async () => {
  const ann = new Typist(A);
  const [, orphan, ...rest] = ann.write("x".repeat(2_700));
  append([orphan!, ...rest.slice(0, 2_100)]);
  await store.compact(A);
  const { length } = store.jobs;
  for (let at = 2_100; at < 2_600; at += 100) {
    append(rest.slice(at, at + 100));
    await store.compact(A);
  }
  expect(store.jobs.length - length).toBeLessThanOrEqual(1);
  expect(store.read(A)).toHaveLength(2_601);
});

describe("cut anywhere, packing and compacting lose nothing and double nothing", () => {
  /** Fails the nth COMMIT from now on; `after`: once its frames are in the write-ahead log, as a failed sync leaves them. */
  function failCommit(nth: number, after: boolean): { readonly happened: boolean } {
    let left = nth;
    const exec = DatabaseSync.prototype.exec;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
      if (sql !== "COMMIT" || --left !== 0) return exec.call(this, sql);
      if (after) exec.call(this, sql);
      throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
    });
    return {
      get happened() {
        return left <= 0;
      },
    };
  }

  for (const after of [false, true]) {
    for (const restarts of [false, true]) {
      const how = `${after ? "after" : "before"} the commit, ${restarts ? "then a restart" : "then going on"}`;
      test(how, async () => {
        const points: number[] = [];
        for (let nth = 1; ; nth++) {
          removeFile(file);
          await store.close();
          file = makeFile();
          store = new TestStore(file);
          const ann = new Typist(A);
          // Nothing is done of its own accord: each commit after this is one of the test's.
          store.commit([...ann.type(1_500), ...new Typist(B, 5).type(3)]);
          const fault = failCommit(nth, after);
          const outcome = await store.upkeep.compact(A);
          vi.restoreAllMocks();
          if (!fault.happened) break;
          points.push(nth);
          expect(outcome).toMatchObject({ ok: false, error: { code: "storage" } });
          if (restarts) await restart();
          expectRows(ann.rows);
          expect(loadedState()).toEqual(stateAfter(ann.rows));
          expect(store.append(...ann.type(1))).toEqual([1_501]);
          await store.compact(A);
          expectRows(ann.rows);
          expect(loadedState()).toEqual(stateAfter(ann.rows));
          expect(store.read(B)).toHaveLength(3);
        }
        // Two segments and a snapshot.
        expect(points).toEqual([1, 2, 3]);
      });
    }
  }

  test("a commit that failed, but is found done when the file is opened again, is followed and not repeated", async () => {
    const ann = new Typist(A);
    store.commit(ann.type(3_000));
    await store.close();
    // What the failed commit will have left in the file: the same move, made in a copy.
    const done = `${file}-done`;
    for (const name of [file, ...hotFilesOf(file)]) copyFileSync(name, name.replace(file, done));
    store = new TestStore(done);
    expect(store.database.pack(A, false)).toEqual(ok(1_024));
    await store.close();

    store = new TestStore(file);
    failCommit(1, false);
    expect(store.database.pack(A, false).ok).toBe(false);
    vi.restoreAllMocks();
    const close = DatabaseSync.prototype.close;
    vi.spyOn(DatabaseSync.prototype, "close").mockImplementationOnce(function (this: DatabaseSync) {
      close.call(this);
      copyFileSync(done, file);
    });
    expect(store.database.pack(A, false)).toEqual(ok(1_024));
    expectRows(ann.rows);
    expect(store.append(...ann.type(1))).toEqual([3_001]);
    await restart();
    expectRows(ann.rows);
  });

  test("a disk that fills up while packing leaves the rows where they are, and is left alone for a while", async () => {
    const ann = new Typist(A);
    // Nothing that can be packed into pages the file has already.
    for (let i = 0; i < 1_100; i++) ann.doc.getText("text").insert(0, randomBytes(100).toString("base64"));
    append(ann.rows, 1_100);
    const exec = DatabaseSync.prototype.exec;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
      exec.call(this, sql);
      if (sql === "BEGIN IMMEDIATE") exec.call(this, "PRAGMA max_page_count = 1");
    });
    await settled();
    expect(store.troubles).toMatchObject([{ document: A, reason: expect.stringMatching(/full/) as string }]);
    expectRows(ann.rows);
    ann.doc.getText("text").insert(0, randomBytes(100_000).toString("base64"));
    const last = ann.rows.at(-1)!;
    expect(store.database.pack(A, false)).toMatchObject({ ok: false, error: { code: "full" } });
    vi.restoreAllMocks();
    expect(store.append(last)).toEqual([1_101]);
    await settled();
    expect(store.load(A).snapshot, "still paused").toBeUndefined();
    for (store.now = 30_000; store.now <= 40_000; store.now += LOOK_MILLIS) {
      store.upkeep.tick();
      await settled();
    }
    expect(store.load(A).snapshot?.seq).toBe(1_024);
    expectRows(ann.rows);
  });
});

describe("damage is found", () => {
  test("a damaged snapshot is dropped, the document is served from its rows, and gets a new one", async () => {
    const ann = new Typist(A);
    append(ann.type(200));
    await store.compact(A);
    await store.close();
    damage(file, "UPDATE snapshots SET bytes = zeroblob(length(bytes))");
    store = new TestStore(file);
    expect(store.load(A)).toMatchObject({ snapshot: undefined, rows: { length: 200 } });
    expect(loadedState()).toEqual(stateAfter(ann.rows));
    await store.compact(A);
    expect(store.load(A)).toMatchObject({ snapshot: { seq: 200 }, rows: [] });
  });

  test("a damaged segment makes its document corrupt, whatever was changed, and no other", async () => {
    for (const change of [
      "bytes = CAST(bytes || x'00' AS BLOB)",
      "first = first + 1",
      "last = last + 1",
      "checksum = checksum + 1",
    ]) {
      removeFile(file);
      await store.close();
      file = makeFile();
      store = new TestStore(file);
      const [ann, ben] = [new Typist(A), new Typist(B, 5)];
      append([...ann.type(20), ...ben.type(20)]);
      await store.compact(A);
      await store.compact(B);
      append(ann.type(1));
      await store.close();
      damage(file, `UPDATE segments SET ${change} WHERE log = 1; DELETE FROM snapshots`);
      store = new TestStore(file);
      expect(store.database.load(A), change).toMatchObject({ ok: false, error: { code: "corrupt" } });
      expect(await store.upkeep.compact(A), change).toMatchObject({ ok: false, error: { code: "corrupt" } });
      expect(loadedState(B)).toEqual(stateAfter(ben.rows));
    }
  });

  test("a damaged hot row is not packed as if it were whole", async () => {
    append(new Typist(A).type(20));
    await store.close();
    damage(file, changeHotRow(A, 7, spoilUpdate));
    store = new TestStore(file);
    expect(await store.upkeep.compact(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
    store.now = QUIET_MILLIS;
    store.upkeep.tick();
    await settled();
    expect(store.troubles).toMatchObject([{ document: A }]);
    expect(store.database.read(A, 1, 7)).toMatchObject({ ok: true, value: { length: 6 } });
  });

  test("a document the compaction cannot make is served from its rows, and somebody is told", async () => {
    const ann = new Typist(A);
    append(ann.type(50));
    await store.close();
    store = new TestStore(file, () => ({ kind: "failed", reason: "Yjs threw" }));
    await store.compact(A);
    expect(store.troubles).toEqual([{ document: A, reason: "Yjs threw" }]);
    expect(loadedState()).toEqual(stateAfter(ann.rows));
  });
});

describe("history", () => {
  test("the state after any row is what its rows made, be they squashed, packed or hot", async () => {
    const ann = new Typist(A);
    append(ann.type(9_400), 1_000);
    await store.compact(A);
    append(ann.type(20));
    expect(store.jobs).toContain("squash");
    const replica = new Y.Doc();
    for (const [index, { update }] of ann.rows.entries()) {
      Y.applyUpdate(replica, update);
      if (![1, 500, 1_024, 8_191, 8_192, 8_193, 9_399, 9_400, 9_420].includes(index + 1)) continue;
      expect(stateOf([store.stateAt(A, index + 1)]), `after row ${index + 1}`).toEqual(stateOfDoc(replica));
    }
    expect(stateOf([store.stateAt(A, 0)])).toEqual(stateOf([]));
    const before = stateOf([store.stateAt(A, 9_000)]);
    await store.close();
    expect(count("ranges")).toBe(2);
    damage(file, "UPDATE ranges SET bytes = zeroblob(9)");
    store = new TestStore(file);
    expect(stateOf([store.stateAt(A, 9_000)]), "without the ranges").toEqual(before);
  });

  test("erased history cannot be read any more, not even in the file; the document stays as it was", async () => {
    const ann = new Typist(A);
    append(ann.type(1_500), 500);
    const text = ann.doc.getText("text");
    text.insert(0, "the-unspeakable-secret");
    text.delete(0, 22);
    append(ann.rows.slice(1_500));
    append(ann.type(1_500), 500);
    const isInFile = (): boolean =>
      [file, `${file}-wal`, ...hotFilesOf(file)].some((path) => readFileSync(path).includes("the-unspeakable-secret"));
    expect(isInFile()).toBe(true);
    expect(await store.eraseBefore(A, 2_000)).toEqual(ok(2_000));
    expect(isInFile()).toBe(false);
    for (const round of ["now", "after a restart"]) {
      expect(store.database.read(A, 1_999, 2_500), round).toEqual({
        ok: false,
        error: { code: "erased", from: 2_000 },
      });
      expect(store.read(A, 2_000).map(plain)).toEqual(asAppended(ann.rows).slice(1_999));
      expect(loadedState()).toEqual(stateAfter(ann.rows));
      expect(store.database.stateAt(A, 1_998)).toMatchObject({ ok: false, error: { code: "erased" } });
      for (const seq of [1_999, 2_000, 2_500, ann.rows.length]) {
        expect(stateOf([store.stateAt(A, seq)])).toEqual(stateAfter(ann.rows.slice(0, seq)));
      }
      await restart();
    }
    await store.compact(A);
    append(ann.type(2_000), 500);
    await store.compact(A);
    expect(stateOf([store.stateAt(A, 1_999)]), "though there is a newer snapshot").toEqual(
      stateAfter(ann.rows.slice(0, 1_999)),
    );
    expect(await store.eraseBefore(A, 1_000)).toMatchObject({ ok: false, error: { code: "erased" } });
    expect(await store.eraseBefore(A, ann.rows.length + 1)).toEqual(ok(ann.rows.length + 1));
    expect(store.load(A)).toMatchObject({ snapshot: { seq: ann.rows.length }, rows: [] });
    expect(store.append(...ann.type(1))).toEqual([ann.rows.length]);
  });

  test("what waits is not erased", async () => {
    const ann = new Typist(A);
    const [first, , third] = ann.write("abc");
    store.append(first!, third!);
    expect(await store.eraseBefore(A, 3)).toEqual(ok(2));
    expect(store.read(A, 2)).toHaveLength(1);
    store.append(rowOf(B, Uint8Array.of(1, 1)));
    expect(await store.eraseBefore(B, 2)).toEqual(ok(1));
  });

  test("erasing that fails erases nothing", async () => {
    const ann = new Typist(A);
    append(ann.type(100));
    await store.compact(A);
    const exec = DatabaseSync.prototype.exec;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
      if (sql === "COMMIT") throw new Error("disk I/O error");
      exec.call(this, sql);
    });
    expect(await store.eraseBefore(A, 50)).toMatchObject({ ok: false, error: { code: "storage" } });
    vi.restoreAllMocks();
    expectRows(ann.rows);
    expect(store.append(...ann.type(1))).toEqual([101]);
  });
});
