import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { type DocumentId, ok } from "@sheaf/protocol";
import type { AppendRequest, Log } from "@sheaf/room";
import { logLaw } from "@sheaf/room/testing";
import { damage, damageOf, makeFile, openDatabase, removeFile, rowOf, TestStore } from "../testing/store.ts";
import { LogDatabase } from "./database.ts";
import { type HistoryLog, type LogReport, openSqliteLog } from "./log.ts";

const options = {
  report: (report: LogReport) => {
    throw new Error(JSON.stringify(report));
  },
};

async function openLog(file: string): Promise<HistoryLog> {
  const opened = await openSqliteLog(file, options);
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

logLaw(
  "SQLite behind its thread",
  async () => {
    const file = makeFile();
    const first = await openLog(file);
    let log = first;
    const reopen = async (change = ""): Promise<Log> => {
      await log.close();
      damage(file, change);
      return (log = await openLog(file));
    };
    return {
      log: first,
      reopen: () => reopen(),
      damage: (document, seq) => reopen(damageOf(document, seq)),
      compact: async (document) => {
        expect(await log.compact(document)).toEqual(ok(undefined));
      },
      eraseHistory: async (document) => {
        const loaded = await log.load(document);
        const seq = loaded.ok ? loaded.value.snapshot!.seq : 0;
        expect(await log.eraseBefore(document, seq + 1)).toEqual(ok(seq + 1));
      },
      dispose: () => removeFile(file),
    };
  },
  { canFail: false },
);

/** The same store on this thread, where its disk can be made to fail. */
function inThread(store: TestStore): Log {
  let isClosed = false;
  const closed = { ok: false, error: { code: "closed" } } as const;
  return {
    load: async (document) => (isClosed ? closed : store.database.load(document)),
    append: async (rows) => (isClosed ? closed : store.database.append(rows)),
    read: async (document, from, to) => (isClosed ? closed : store.database.read(document, from, to)),
    snapshot: async (document) => (isClosed ? closed : store.database.newest(document)),
    quarantine: async (document) => (isClosed ? closed : store.upkeep.quarantine(document)),
    purge: async (document) => (isClosed ? closed : store.upkeep.purge(document)),
    close: async () => {
      isClosed = true;
      await store.close();
    },
  };
}

/** The next COMMIT fails; `after`: only once its frames are in the write-ahead log, as a failed sync leaves them. */
function failNextCommit(after = false): void {
  const exec = DatabaseSync.prototype.exec;
  const spy = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql !== "COMMIT") return exec.call(this, sql);
    spy.mockRestore();
    if (after) exec.call(this, sql);
    throw new Error("disk I/O error");
  });
}

logLaw("SQLite", () => {
  const file = makeFile();
  let store = new TestStore(file);
  const first = inThread(store);
  let log = first;
  const reopen = async (change = ""): Promise<Log> => {
    await log.close();
    damage(file, change);
    store = new TestStore(file);
    return (log = inThread(store));
  };
  return {
    log: first,
    reopen: () => reopen(),
    damage: (document, seq) => reopen(damageOf(document, seq)),
    compact: (document) => store.compact(document),
    eraseHistory: async (document) => {
      const { seq } = store.load(document).snapshot!;
      expect(await store.upkeep.eraseBefore(document, seq + 1)).toEqual(ok(seq + 1));
    },
    failNext: () => failNextCommit(),
    dispose: () => removeFile(file),
  };
});

const A = "a" as DocumentId;
const row = (byte: number, document = A): AppendRequest => rowOf(document, Uint8Array.of(byte));
const bytesOf = (database: LogDatabase, document = A): number[] => {
  const loaded = database.load(document);
  if (!loaded.ok) throw new Error(loaded.error.code);
  return loaded.value.rows.map(({ update }) => update[0]!);
};

test("rows whose commit reached the write-ahead log but failed to sync do not come back", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.append([row(1)]);
  failNextCommit(true);
  expect(database.append([row(2), row(3, "b" as DocumentId)]).ok).toBe(false);
  expect(database.append([row(4)])).toEqual(ok([2]));
  database.close();
  const reopened = openDatabase(file);
  expect(bytesOf(reopened)).toEqual([1, 4]);
  expect(bytesOf(reopened, "b" as DocumentId)).toEqual([]);
  reopened.close();
  removeFile(file);
});

test("a probe writes to the medium as an append does, fails as it would, and leaves nothing behind", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.append([row(1)]);
  const written = (): number => statSync(`${file}-wal`).size;
  const before = written();
  expect(database.probe()).toEqual(ok(undefined));
  expect(written()).toBeGreaterThan(before);
  failNextCommit();
  expect(database.probe()).toMatchObject({ ok: false, error: { code: "storage" } });
  expect(database.probe()).toEqual(ok(undefined));
  expect(database.append([row(2)])).toEqual(ok([2]));
  expect(bytesOf(database)).toEqual([1, 2]);
  database.close();
  removeFile(file);
});

test("the log says how much of it is hot, packed and on disk", async () => {
  const file = makeFile();
  const store = new TestStore(file);
  store.append(row(1), row(2), row(3, "b" as DocumentId));
  const before = store.database.measure();
  expect(before).toMatchObject({
    hotRows: 3,
    hotBytes: 3,
    packedRows: 0,
    packedBytes: 0,
    fileBytes: statSync(file).size,
  });
  expect(before.writeAheadLogBytes).toBe(statSync(`${file}-wal`).size);
  expect(store.database.pack(A, true)).toEqual(ok(2));
  const { hotRows, hotBytes, packedRows, packedBytes } = store.database.measure();
  expect([hotRows, hotBytes, packedRows]).toEqual([1, 1, 2]);
  expect(packedBytes).toBeGreaterThan(0);
  await store.close();
  removeFile(file);
});

test("opening a file writes nothing, nor needs shared memory beside it: on a full disk it can still be read", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.append([row(1)]);
  database.close();
  const reopened = openDatabase(file);
  expect(existsSync(`${file}-shm`)).toBe(false);
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  reopened.close();
  removeFile(file);
});

test("what is stored can be read while a new connection could not be made for writing", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.append([row(1)]);
  failNextCommit();
  expect(database.append([row(2)]).ok).toBe(false);
  const spy = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(() => {
    spy.mockRestore();
    throw new Error("disk I/O error");
  });
  expect(database.append([row(2)]).ok).toBe(false);
  expect(bytesOf(database)).toEqual([1]);
  expect(database.append([row(2)])).toEqual(ok([2]));
  expect(bytesOf(database)).toEqual([1, 2]);
  database.close();
  removeFile(file);
});

test("a flipped bit in a stored update, its principal, base or place is found when the document is read", () => {
  for (const change of [
    "UPDATE hot_log SET bytes = x'07'",
    "UPDATE hot_log SET base = 9",
    "UPDATE hot_log SET seq = 2",
    "UPDATE hot_log SET schema_version = 2",
    "UPDATE principals SET name = 'mallory'",
    "UPDATE logs SET log_id = zeroblob(16)",
    "DELETE FROM principals",
  ]) {
    const file = makeFile();
    const database = openDatabase(file);
    database.append([row(1)]);
    database.close();
    damage(file, change);
    const reopened = openDatabase(file);
    expect(reopened.load(A), change).toMatchObject({ ok: false, error: { code: "corrupt" } });
    expect(reopened.append([row(2, "other" as DocumentId)]), "other documents go on").toEqual(ok([1]));
    reopened.close();
    removeFile(file);
  }
});

test("a file that has lost the name of a log is refused: some document would open as an empty one", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.append([row(1)]);
  database.close();
  damage(file, "UPDATE logs SET log_id = x'07'");
  expect(LogDatabase.open(file)).toEqual({ ok: false, error: { code: "corrupt", reason: "a log has lost its name" } });
  removeFile(file);
});

test("a file of a newer version is left alone", async () => {
  const file = makeFile();
  damage(file, "PRAGMA user_version = 99");
  expect(await openSqliteLog(file, options)).toMatchObject({ ok: false, error: { code: "newer" } });
  removeFile(file);
});

test("a second process on the same file is told that it is in use", async () => {
  const file = makeFile();
  const first = await openLog(file);
  expect(await openSqliteLog(file, options)).toMatchObject({ ok: false, error: { code: "in-use" } });
  await first.close();
  const second = await openLog(file);
  await second.close();
  removeFile(file);
});

test("documents opened but never written to are forgotten past a bound, and can be written after that", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.load(A);
  for (let i = 0; i < 2_000; i++) database.load(`d${i}` as DocumentId);
  expect(database.append([row(1)])).toEqual(ok([1]));
  expect(bytesOf(database)).toEqual([1]);
  database.close();
  removeFile(file);
});
