import fs, { existsSync, statSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { type DocumentId, ok } from "@sheaf/protocol";
import type { AppendRequest, Log, Principal } from "@sheaf/room";
import { logLaw } from "@sheaf/room/testing";
import { HOT_FILE_BYTES } from "../hot/files.ts";
import {
  changeHotRow,
  damage,
  damageOf,
  hotFilesOf,
  hotRowsOf,
  makeFile,
  removeFile,
  rowOf,
  spoilUpdate,
  TestStore,
} from "../testing/store.ts";
import { Typist } from "../testing/typist.ts";
import { LogDatabase } from "./database.ts";
import { type HistoryLog, type LogReport, openSqliteLog } from "./log.ts";

const options = {
  report: (report: LogReport) => {
    throw new Error(JSON.stringify(report));
  },
};

async function openLog(file: string, report: (report: LogReport) => void = options.report): Promise<HistoryLog> {
  const opened = await openSqliteLog(file, { report });
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** The next commit fails; `after`: only once it is in its file, as a failed sync leaves it. */
function failNextCommit(after = false): void {
  const { write } = fs;
  const spy = vi.spyOn(fs, "write").mockImplementation(((...args: Parameters<typeof write>) => {
    spy.mockRestore();
    const done = args.at(-1) as unknown as (cause: Error) => void;
    const fail = (): void => done(Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" }));
    if (after) write(...(args.toSpliced(-1, 1, fail as never) as Parameters<typeof write>));
    else setImmediate(fail);
  }) as typeof write);
}

logLaw("SQLite and files beside it", async () => {
  const file = makeFile();
  const first = await openLog(file);
  let log = first;
  const reopen = async (...changes: Parameters<typeof damage>[1][]): Promise<Log> => {
    await log.close();
    damage(file, ...changes);
    return (log = await openLog(file, () => {}));
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
    failNext: () => failNextCommit(),
    dispose: () => removeFile(file),
  };
});

const [A, B] = ["a" as DocumentId, "b" as DocumentId];
const row = (byte: number, document = A): AppendRequest => rowOf(document, Uint8Array.of(byte));
const bytesOf = async (log: Log, document = A): Promise<number[]> => {
  const loaded = await log.load(document);
  if (!loaded.ok) throw new Error(loaded.error.code);
  return loaded.value.rows.map(({ update }) => update[0]!);
};

test("rows whose commit reached the file but failed to sync do not come back", async () => {
  const file = makeFile();
  const log = await openLog(file);
  await log.append([row(1)]);
  failNextCommit(true);
  expect(await log.append([row(2), row(3, B)])).toMatchObject({ ok: false, error: { code: "storage" } });
  expect(await bytesOf(log)).toEqual([1]);
  expect(await log.append([row(4)])).toEqual(ok([2]));
  await log.close();
  expect(hotRowsOf(file).map(({ row: { update } }) => update[0])).toEqual([1, 4]);
  const reopened = await openLog(file);
  expect(await bytesOf(reopened)).toEqual([1, 4]);
  expect(await bytesOf(reopened, B)).toEqual([]);
  await reopened.close();
  removeFile(file);
});

test("a commit that failed is taken off the file soon, though nothing else is ever appended", async () => {
  const file = makeFile();
  const log = await openLog(file);
  await log.append([row(1)]);
  failNextCommit(true);
  expect((await log.append([row(2)])).ok).toBe(false);
  await vi.waitFor(() => expect(hotRowsOf(file).map(({ row: { update } }) => update[0])).toEqual([1]), {
    timeout: 10_000,
  });
  await log.close();
  removeFile(file);
});

test("a probe writes to the medium as an append does, fails as it would, and leaves nothing behind", async () => {
  const file = makeFile();
  const log = await openLog(file);
  await log.append([row(1)]);
  const { write } = fs;
  const spy = vi.spyOn(fs, "write");
  expect(await log.probe()).toEqual(ok(undefined));
  expect(spy).toHaveBeenCalledOnce();
  spy.mockRestore();
  expect(fs.write).toBe(write);
  failNextCommit();
  expect(await log.probe()).toMatchObject({ ok: false, error: { code: "storage" } });
  expect(await log.probe()).toEqual(ok(undefined));
  expect(await log.append([row(2)])).toEqual(ok([2]));
  expect(await bytesOf(log)).toEqual([1, 2]);
  await log.close();
  removeFile(file);
});

test("a commit that the disk takes a part at a time is whole", async () => {
  const file = makeFile();
  const log = await openLog(file);
  const { write } = fs;
  const spy = vi
    .spyOn(fs, "write")
    .mockImplementation(((fd: number, bytes: Buffer, at: number, length: number, ...rest: [number, never]) =>
      write(fd, bytes, at, Math.min(length, 7), ...rest)) as typeof write);
  expect(await log.append([row(1), row(2)])).toEqual(ok([1, 2]));
  spy.mockRestore();
  await log.close();
  const reopened = await openLog(file);
  expect(await bytesOf(reopened)).toEqual([1, 2]);
  await reopened.close();
  removeFile(file);
});

test("files of the hot log follow one another while people write, and go once what is in them is packed", async () => {
  const file = makeFile();
  // What is written makes no document.
  const log = await openLog(file, () => {});
  const long = { ...row(7), update: new Uint8Array(1_500_000).fill(7) };
  for (let seq = 1; seq <= 12; seq++) expect(await log.append([long, row(seq, B)])).toEqual(ok([seq, seq]));
  expect(hotFilesOf(file).length).toBeGreaterThan(3);
  for (const document of [A, B]) expect(await log.compact(document)).toEqual(ok(undefined));
  await vi.waitFor(() => expect(hotFilesOf(file).length).toBeLessThan(3), { timeout: 10_000 });
  await log.close();
  const reopened = await openLog(file, () => {});
  const read = await reopened.read(B, 1, 100);
  expect(read.ok && read.value.map(({ update }) => update[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(await reopened.append([row(13, B)])).toEqual(ok([13]));
  await reopened.close();
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
    hotFileBytes: HOT_FILE_BYTES,
  });
  expect(before.writeAheadLogBytes).toBe(statSync(`${file}-wal`).size);
  expect(store.database.pack(A, true)).toEqual(ok(2));
  const { hotRows, hotBytes, packedRows, packedBytes } = store.database.measure();
  expect([hotRows, hotBytes, packedRows]).toEqual([1, 1, 2]);
  expect(packedBytes).toBeGreaterThan(0);
  await store.close();
  removeFile(file);
});

test("closed, the log leaves no file without rows that are needed, though it had made one for what might come", async () => {
  const file = makeFile();
  const log = await openLog(file, () => {});
  // Past the middle of a file the next one is made.
  await log.append([{ ...row(7), update: new Uint8Array(3_000_000) }]);
  await log.append([row(1, B)]);
  await vi.waitFor(() => expect(hotFilesOf(file).length).toBe(2), { timeout: 10_000 });
  await log.compact(A);
  await log.close();
  expect(hotFilesOf(file).map((name) => name.slice(file.length))).toEqual(["-hot-1"]);
  const reopened = await openLog(file, () => {});
  expect(await bytesOf(reopened, B)).toEqual([1]);
  await reopened.compact(B);
  await reopened.close();
  expect(hotFilesOf(file)).toEqual([]);
  removeFile(file);
});

test("opening a file writes nothing, nor needs shared memory beside it: on a full disk it can still be read", async () => {
  const file = makeFile();
  const log = await openLog(file);
  await log.append([row(1)]);
  await log.close();
  const before = hotFilesOf(file);
  const reopened = await openLog(file);
  expect(await bytesOf(reopened)).toEqual([1]);
  expect(existsSync(`${file}-shm`)).toBe(false);
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  expect(hotFilesOf(file)).toEqual(before);
  await reopened.close();
  removeFile(file);
});

test("a stored update, its principal, base or place that changed is found when the document is read", async () => {
  const changes: Readonly<Record<string, (row: Buffer) => void>> = {
    update: spoilUpdate,
    base: (bytes) => void bytes.writeDoubleLE(9, 8 + 16),
    seq: (bytes) => void bytes.writeDoubleLE(2, 8),
    "schema version": (bytes) => void bytes.writeUInt32LE(6, 8 + 24),
    principal: (bytes) => void bytes.write("somebody", bytes.length - 9),
  };
  for (const [what, change] of Object.entries(changes)) {
    const file = makeFile();
    const store = new TestStore(file);
    store.append({ ...row(1), principal: "princess" as Principal });
    await store.close();
    damage(file, changeHotRow(A, 1, change));
    const reopened = new TestStore(file);
    expect(reopened.database.load(A), what).toMatchObject({ ok: false, error: { code: "corrupt" } });
    expect(reopened.append(row(2, "other" as DocumentId)), "other documents go on").toEqual([1]);
    await reopened.close();
    removeFile(file);
  }
});

test("a file that has lost the name of a log is refused: some document would open as an empty one", async () => {
  const file = makeFile();
  const store = new TestStore(file);
  store.append(row(1));
  await store.compact(A);
  await store.close();
  damage(file, "UPDATE logs SET log_id = x'07'");
  expect(LogDatabase.open(file)).toEqual({ ok: false, error: { code: "corrupt", reason: "a log has lost its name" } });
  removeFile(file);
});

test("a document's last row is told, hot or packed, and none where there is none or it was erased", async () => {
  const file = makeFile();
  const opened = await openSqliteLog(file, options);
  if (!opened.ok) throw new Error(opened.error.reason);
  const log = opened.value;
  expect(await log.last(A)).toEqual(ok(undefined));
  await log.append(new Typist(A).write("abc"));
  expect(await log.last(A)).toMatchObject(ok({ seq: 3 }));
  await log.compact(A);
  expect(await log.last(A)).toMatchObject(ok({ seq: 3 }));
  expect(await log.eraseBefore(A, 4)).toEqual(ok(4));
  expect(await log.last(A)).toEqual(ok(undefined));
  await log.close();
  expect(await log.last(A)).toMatchObject({ ok: false, error: { code: "closed" } });
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

test("documents opened but never written to are forgotten past a bound, and can be written after that", async () => {
  const file = makeFile();
  const store = new TestStore(file);
  store.load(A);
  for (let i = 0; i < 2_000; i++) store.load(`d${i}` as DocumentId);
  expect(store.append(row(1))).toEqual([1]);
  expect(store.load(A).rows.map(({ update }) => update[0])).toEqual([1]);
  await store.close();
  removeFile(file);
});
