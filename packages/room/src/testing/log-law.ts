import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SessionId } from "../event.ts";
import {
  type AppendRequest,
  type LoadedLog,
  type Log,
  type LogRow,
  MAX_READ_BYTES,
  NOBODY,
  type Principal,
} from "../log.ts";
import { openRoom, step } from "../room.ts";
import { Author } from "./author.ts";

/** What a law needs of an implementation: an empty log, and what can be done to it from outside. */
export interface LogUnderLaw {
  readonly log: Log;
  /** Closes the log and opens what it stored. */
  readonly reopen: () => Promise<Log>;
  /** Stores a snapshot of as much of a document as can be compacted. */
  readonly compact: (document: DocumentId) => Promise<void> | void;
  /** Erases the rows that its snapshot stands for. */
  readonly eraseHistory: (document: DocumentId) => Promise<void> | void;
  /** Closes the log, makes one row unreadable, and opens what is stored. */
  readonly damage: (document: DocumentId, seq: number) => Promise<Log>;
  /** Makes the next append fail at the medium; left out together with the law's `canFail`. */
  readonly failNext?: (() => void) | undefined;
  /** Removes whatever the test left. */
  readonly dispose?: (() => Promise<void> | void) | undefined;
}

/**
 * The law of the {@link Log} port: the tests every implementation passes.
 *
 * @param canFail - False where the medium cannot be made to fail from outside.
 */
export function logLaw(name: string, makeLog: () => LogUnderLaw | Promise<LogUnderLaw>, { canFail = true } = {}): void {
  describe(`${name} keeps the law of the log`, () => {
    let made: LogUnderLaw;
    let log: Log;
    beforeEach(async () => {
      made = await makeLog();
      log = made.log;
    });
    afterEach(async () => {
      await log.close();
      await made.dispose?.();
    });

    const append = async (...rows: AppendRequest[]): Promise<readonly number[]> => {
      const appended = await log.append(rows);
      if (!appended.ok) throw new Error(`append: ${appended.error.code}`);
      return appended.value;
    };
    const load = async (document: DocumentId, from: Log = log): Promise<LoadedLog> => {
      const loaded = await from.load(document);
      if (!loaded.ok) throw new Error(`load: ${loaded.error.code}`);
      return loaded.value;
    };

    test("[R80] a document nobody has written to is empty and has a logId of 16 bytes", async () => {
      const { logId, snapshot, rows } = await load(A);
      expect([snapshot, rows]).toEqual([undefined, []]);
      expect(await log.snapshot(A)).toEqual({ ok: true, value: undefined });
      expect(logId).toHaveLength(16);
    });

    test("[R81] seqs count 1, 2, 3 per document, in the order given, though documents are interleaved", async () => {
      expect(await append(row(A, 1), row(B, 2), row(A, 3))).toEqual([1, 1, 2]);
      expect(await append(row(B, 4), row(A, 5), row(B, 6))).toEqual([2, 3, 3]);
      expect(updates((await load(A)).rows)).toEqual([[1], [3], [5]]);
      expect(updates((await load(B)).rows)).toEqual([[2], [4], [6]]);
    });

    test("[R82] a row comes back as it went in, byte for byte", async () => {
      const update = Uint8Array.from({ length: 1000 }, (_, index) => index & 255);
      const full: AppendRequest = {
        document: A,
        principal: "a name with ünïcödé 🖋" as Principal,
        time: 1_800_000_000_123,
        base: 41,
        schemaVersion: 7,
        update: update.subarray(3, 900),
      };
      await append(full, { ...full, principal: NOBODY, time: 0, base: 0, schemaVersion: 0, update: new Uint8Array(0) });
      const { document, ...stored } = full;
      expect(document).toBe(A);
      const { rows } = await load(A);
      expect(plain(rows[0]!)).toEqual(plain({ seq: 1, ...stored }));
      expect(plain(rows[1]!)).toEqual(
        plain({ seq: 2, principal: NOBODY, time: 0, base: 0, schemaVersion: 0, update: new Uint8Array(0) }),
      );
    });

    test("[R82] what the caller does to its bytes afterwards does not reach the log", async () => {
      const update = Uint8Array.of(1, 2, 3);
      const appending = append({ ...row(A, 0), update });
      await appending;
      update.fill(9);
      expect(updates((await load(A)).rows)).toEqual([[1, 2, 3]]);
    });

    test("[R83] reads exactly from <= seq < to, and nothing past the end", async () => {
      await append(...[1, 2, 3, 4, 5].map((byte) => row(A, byte)), row(B, 9));
      const seqs = async (from: number, to: number) => {
        const read = await log.read(A, from, to);
        return read.ok ? read.value.map(({ seq, update }) => [seq, ...update]) : read.error.code;
      };
      expect(await seqs(2, 4)).toEqual([
        [2, 2],
        [3, 3],
      ]);
      expect(await seqs(1, 2)).toEqual([[1, 1]]);
      expect(await seqs(3, 3)).toEqual([]);
      expect(await seqs(5, 100)).toEqual([[5, 5]]);
      expect(await seqs(6, 100)).toEqual([]);
    });

    test("[R83] a read ends at about 512 KiB, after the row that reaches it, and the next one goes on", async () => {
      const long = { ...row(A, 0), update: new Uint8Array(300_000) };
      await append(long, long, long, { ...row(A, 0), update: new Uint8Array(MAX_READ_BYTES * 2) }, row(A, 5));
      const lengths: number[] = [];
      for (let from = 1; from <= 5;) {
        const read = await log.read(A, from, 100);
        if (!read.ok) throw new Error(read.error.code);
        lengths.push(read.value.length);
        from += read.value.length;
      }
      expect(lengths).toEqual([2, 2, 1]);
    });

    test("[R84] the logId of a document stays, and no two documents share one", async () => {
      const empty = await load(A);
      await append(row(A, 1), row(B, 1));
      const { logId } = await load(A);
      expect(logId).toEqual(empty.logId);
      expect((await load(B)).logId).not.toEqual(logId);
    });

    test("[R85] after a reopen everything is there and seqs go on", async () => {
      await append(row(A, 1), row(B, 2), row(A, 3));
      const before = await load(A);
      log = await made.reopen();
      const after = await load(A);
      expect(after.rows.map(plain)).toEqual(before.rows.map(plain));
      expect(after.logId).toEqual(before.logId);
      expect(await append(row(A, 4), row(B, 5))).toEqual([3, 2]);
    });

    if (canFail) {
      test("[R86] an append that fails holds nothing, of any document, and takes no seq", async () => {
        await append(row(A, 1));
        made.failNext?.();
        const failed = await log.append([row(A, 2), row(B, 3), row(A, 4)]);
        expect(failed).toMatchObject({ ok: false, error: { code: "storage" } });
        expect(updates((await load(A)).rows)).toEqual([[1]]);
        expect((await load(B)).rows).toEqual([]);
        expect(await append(row(A, 5), row(B, 6))).toEqual([2, 1]);
      });
    }

    test("[R87] a row of 4 MB is kept whole", async () => {
      const update = new Uint8Array(4 * 1024 * 1024);
      for (let i = 0; i < update.length; i += 997) update[i] = i;
      await append({ ...row(A, 0), update });
      const { rows } = await load(A);
      // Compared by hand: a matcher would print four million numbers.
      expect(rows[0]!.update.length).toBe(update.length);
      expect(rows[0]!.update.every((byte, index) => byte === update[index])).toBe(true);
    });

    test("[R88] many documents and rows in one commit stay apart and in order", async () => {
      const documents = Array.from({ length: 200 }, (_, index) => id(`many-${index}`));
      const seqs = await append(...[1, 2, 3].flatMap((byte) => documents.map((document) => row(document, byte))));
      expect(seqs).toEqual([1, 2, 3].flatMap((seq) => documents.map(() => seq)));
      for (const document of documents) expect(updates((await load(document)).rows)).toEqual([[1], [2], [3]]);
    });

    test("[R90] a compacted document loads as a snapshot and the rows after it, which together are all of it", async () => {
      const author = new Author(7);
      await append(...["many ", "words "].map((words) => ({ ...row(A, 0), update: author.type(words) })));
      await append({ ...row(A, 0), update: author.erase(0, 5) });
      await made.compact(A);
      await append({ ...row(A, 0), update: author.type("more") });
      for (const reopened of [false, true]) {
        if (reopened) log = await made.reopen();
        const { snapshot, rows } = await load(A);
        expect([snapshot?.seq, rows.map(({ seq }) => seq)]).toEqual([3, [4]]);
        const replica = new Author(8).apply(snapshot!.update).apply(rows[0]!.update);
        expect([replica.text, replica.whole]).toEqual(["words more", author.whole]);
        const alone = await log.snapshot(A);
        expect(alone.ok && alone.value?.update).toEqual(snapshot?.update);
      }
    });

    test("[R91] a room opened from it welcomes as one opened from every row", async () => {
      const author = new Author(7);
      await append(
        { ...row(A, 0), schemaVersion: 3, update: author.type("wird") },
        { ...row(A, 0), schemaVersion: 3, update: author.erase(1, 1) },
      );
      const before = welcomeOf(await load(A));
      await made.compact(A);
      expect(welcomeOf(await load(A))).toEqual(before);
    });

    test("[R92] compacting loses no row: each is read as it went in", async () => {
      const author = new Author(7);
      const words = ["a", "b", "c", "d"].map((words) => author.type(words));
      await append(
        ...words.map((update, base) => ({ ...row(A, 0), principal: `p${base}` as Principal, base, update })),
      );
      await made.compact(A);
      log = await made.reopen();
      const read = await log.read(A, 1, 100);
      if (!read.ok) throw new Error(read.error.code);
      expect(read.value.map(plain)).toEqual(
        words.map((update, index) => {
          const { document, ...rest } = row(A, 0);
          expect(document).toBe(A);
          return plain({ ...rest, seq: index + 1, principal: `p${index}` as Principal, base: index, update });
        }),
      );
    });

    test("[R93] rows whose structs or deletions wait for others stay rows", async () => {
      const author = new Author(7);
      const [first, , third, fourth] = ["one ", "two ", "three ", "four "].map((words) => author.type(words));
      await append(
        { ...row(A, 0), update: first! },
        { ...row(A, 0), update: third! },
        { ...row(A, 0), update: fourth! },
      );
      await append({ ...row(B, 0), update: first! }, { ...row(B, 0), update: author.erase(14, 1) });
      for (const document of [A, B]) {
        await made.compact(document);
        const { snapshot, rows } = await load(document);
        expect(snapshot?.seq).toBe(1);
        expect(rows[0]?.seq).toBe(2);
      }
    });

    test("[R94] what was erased is read as `erased`, and the document loads as before", async () => {
      const author = new Author(7);
      await append(...["a", "b", "c"].map((words) => ({ ...row(A, 0), update: author.type(words) })));
      await made.compact(A);
      await append({ ...row(A, 0), update: author.type("d") });
      const { logId } = await load(A);
      await made.eraseHistory(A);
      log = await made.reopen();
      for (const [from, to] of [
        [1, 2],
        [3, 100],
      ] as const) {
        expect(await log.read(A, from, to)).toEqual({ ok: false, error: { code: "erased", from: 4 } });
      }
      const rest = await log.read(A, 4, 100);
      expect(rest.ok && rest.value.map(({ seq }) => seq)).toEqual([4]);
      const loaded = await load(A);
      expect([loaded.logId, loaded.snapshot?.seq, loaded.rows.length]).toEqual([logId, 3, 1]);
      expect(await append({ ...row(A, 0), update: author.type("e") })).toEqual([5]);
    });

    test("[R95] a damaged log gives way to another, with what is whole and connects, in order, which goes on", async () => {
      const [ann, ben] = [new Author(7), new Author(8)];
      const updates = [ann.type("one "), ben.type("x "), ann.type("two "), ben.type("y "), ann.type("three ")];
      await append(...updates.map((update, base) => ({ ...row(A, 0), base, update })), row(B, 1));
      const { logId } = await load(A);
      log = await made.damage(A, 3);
      expect(await log.load(A)).toMatchObject({ ok: false, error: { code: "corrupt" } });
      expect(await log.quarantine(A)).toEqual({ ok: true, value: { kept: 3, aside: 2 } });
      const before = await load(A);
      expect(before.logId).not.toEqual(logId);
      expect(before.rows.map(({ seq, base, update }) => [seq, base, Array.from(update)])).toEqual([
        [1, 0, Array.from(updates[0]!)],
        [2, 1, Array.from(updates[1]!)],
        [3, 2, Array.from(updates[3]!)],
      ]);
      log = await made.reopen();
      const after = await load(A);
      expect([after.logId, after.rows.map(plain)]).toEqual([before.logId, before.rows.map(plain)]);
      expect(await append({ ...row(A, 0), update: ben.type("z ") }, row(B, 2))).toEqual([4, 2]);
    });

    test("[R96] it begins with the snapshot, and the rows that one stands for are read as erased", async () => {
      const author = new Author(7);
      await append(...["a", "b"].map((words) => ({ ...row(A, 0), update: author.type(words) })));
      await made.compact(A);
      const whole = await load(A);
      await append(...["c", "d"].map((words) => ({ ...row(A, 0), base: 2, update: author.type(words) })));
      log = await made.damage(A, 4);
      expect(await log.quarantine(A)).toEqual({ ok: true, value: { kept: 1, aside: 1 } });
      const { snapshot, rows } = await load(A);
      expect(snapshot?.update).toEqual(whole.snapshot?.update);
      expect(rows.map(({ seq, base }) => [seq, base])).toEqual([[3, 2]]);
      expect(await log.read(A, 1, 4)).toEqual({ ok: false, error: { code: "erased", from: 3 } });
      await made.compact(A);
      log = await made.reopen();
      const compacted = await load(A);
      expect(new Author(8).apply(compacted.snapshot!.update).text).toBe("abc");
    });

    test("[R97] a log of which nothing can be read is left as it is", async () => {
      await append({ ...row(A, 0), update: new Author(7).type("a") }, row(B, 1));
      log = await made.damage(A, 1);
      for (const call of [log.quarantine(A), log.load(A)]) {
        expect(await call).toMatchObject({ ok: false, error: { code: "corrupt" } });
      }
      expect(await log.quarantine(id("law-empty"))).toMatchObject({ ok: false, error: { code: "corrupt" } });
      expect(updates((await load(B)).rows)).toEqual([[1]]);
    });

    test("[R98] of a purged document nothing is left, and others are as before; written to again, it begins anew", async () => {
      const author = new Author(7);
      await append(...["a", "b", "c"].map((words) => ({ ...row(A, 0), update: author.type(words) })), row(B, 1));
      await made.compact(A);
      await append({ ...row(A, 0), update: author.type("d") }, row(B, 2));
      log = await made.damage(A, 4);
      expect((await log.quarantine(A)).ok).toBe(true);
      const { logId } = await load(A);
      expect(await log.purge(A)).toEqual({ ok: true, value: undefined });
      for (const when of ["at once", "after a restart"]) {
        const { logId: next, snapshot, rows } = await load(A);
        expect([snapshot, rows], when).toEqual([undefined, []]);
        expect(next, when).not.toEqual(logId);
        expect(await log.snapshot(A), when).toEqual({ ok: true, value: undefined });
        expect(updates((await load(B)).rows), when).toEqual([[1], [2]]);
        log = await made.reopen();
      }
      expect(await append(row(A, 5), row(B, 3))).toEqual([1, 3]);
      log = await made.reopen();
      expect([updates((await load(A)).rows), updates((await load(B)).rows)]).toEqual([[[5]], [[1], [2], [3]]]);
      expect(await log.purge(id("law-empty"))).toEqual({ ok: true, value: undefined });
    });

    test("[R89] once closed, every call answers `closed`, and closing again does nothing", async () => {
      await append(row(A, 1));
      await log.close();
      await log.close();
      const closed = { ok: false, error: { code: "closed" } };
      expect(await log.append([row(A, 2)])).toMatchObject(closed);
      expect(await log.load(A)).toMatchObject(closed);
      expect(await log.read(A, 1, 2)).toMatchObject(closed);
      expect(await log.snapshot(A)).toMatchObject(closed);
      expect(await log.quarantine(A)).toMatchObject(closed);
      expect(await log.purge(A)).toMatchObject(closed);
    });
  });
}

function id(text: string): DocumentId {
  const parsed = parseDocumentId(text);
  if (parsed === undefined) throw new Error(`not a document id: ${text}`);
  return parsed;
}

const A = id("law-a");
const B = id("law-b");

const row = (document: DocumentId, byte: number): AppendRequest => ({
  document,
  principal: NOBODY,
  time: 1,
  base: 0,
  schemaVersion: 0,
  update: Uint8Array.of(byte),
});

/** Everything a room opened from it says to somebody who enters. */
function welcomeOf(loaded: LoadedLog) {
  const opened = openRoom(A, loaded);
  if (!opened.ok) throw new Error(opened.error.reason);
  return step(
    opened.value,
    { kind: "enter", session: 1 as SessionId, principal: NOBODY, role: "editor", schemaVersion: 3 },
    0,
  );
}

const updates = (rows: readonly LogRow[]): number[][] => rows.map(({ update }) => Array.from(update));

/** Bytes as numbers, so that a Buffer equals a Uint8Array. */
const plain = (row: LogRow) => ({ ...row, update: Array.from(row.update) });
