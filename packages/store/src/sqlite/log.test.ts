import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type DocumentId, ok } from "@sheaf/protocol";
import { type AppendRequest, type Log, NOBODY } from "@sheaf/room";
import { logLaw } from "@sheaf/room/testing";
import { LogDatabase } from "./database.ts";
import { openSqliteLog } from "./log.ts";

const makeFile = (): string => join(mkdtempSync(join(tmpdir(), "sheaf-store-")), "sheaf.db");
const remove = (file: string): void => rmSync(join(file, ".."), { recursive: true, force: true });

async function openLog(file: string): Promise<Log> {
  const opened = await openSqliteLog(file);
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

logLaw(
  "SQLite behind its thread",
  async () => {
    const file = makeFile();
    const log = await openLog(file);
    return {
      log,
      reopen: async () => {
        await log.close();
        return openLog(file);
      },
      dispose: () => remove(file),
    };
  },
  { canFail: false },
);

function openDatabase(file: string): LogDatabase {
  const opened = LogDatabase.open(file);
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** The same database on this thread, where its disk can be made to fail. */
function inThread(file: string): Log {
  const database = openDatabase(file);
  let isClosed = false;
  const closed = { ok: false, error: { code: "closed" } } as const;
  return {
    load: async (document) => (isClosed ? closed : database.load(document)),
    append: async (rows) => (isClosed ? closed : database.append(rows)),
    read: async (document, from, to) => (isClosed ? closed : database.read(document, from, to)),
    close: async () => {
      isClosed = true;
      database.close();
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
  const log = inThread(file);
  return {
    log,
    reopen: async () => {
      await log.close();
      return inThread(file);
    },
    failNext: () => failNextCommit(),
    dispose: () => remove(file),
  };
});

const A = "a" as DocumentId;
const row = (byte: number, document = A): AppendRequest => ({
  document,
  principal: NOBODY,
  time: 1,
  base: 0,
  schemaVersion: 1,
  update: Uint8Array.of(byte),
});
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
  remove(file);
});

test("a flipped bit in a stored update, its principal, base or place is found when the document is read", () => {
  for (const damage of [
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
    const raw = new DatabaseSync(file);
    raw.exec(damage);
    raw.close();
    const reopened = openDatabase(file);
    expect(reopened.load(A), damage).toMatchObject({ ok: false, error: { code: "corrupt" } });
    expect(reopened.append([row(2, "other" as DocumentId)]), "other documents go on").toEqual(ok([1]));
    reopened.close();
    remove(file);
  }
});

test("a file of a newer version is left alone", async () => {
  const file = makeFile();
  const raw = new DatabaseSync(file);
  raw.exec("PRAGMA user_version = 99");
  raw.close();
  expect(await openSqliteLog(file)).toMatchObject({ ok: false, error: { code: "newer" } });
  remove(file);
});

test("a second process on the same file is told that it is in use", async () => {
  const file = makeFile();
  const first = await openLog(file);
  expect(await openSqliteLog(file)).toMatchObject({ ok: false, error: { code: "in-use" } });
  await first.close();
  const second = await openLog(file);
  await second.close();
  remove(file);
});

test("documents opened but never written to are forgotten past a bound, and can be written after that", () => {
  const file = makeFile();
  const database = openDatabase(file);
  database.load(A);
  for (let i = 0; i < 2_000; i++) database.load(`d${i}` as DocumentId);
  expect(database.append([row(1)])).toEqual(ok([1]));
  expect(bytesOf(database)).toEqual([1]);
  database.close();
  remove(file);
});
