import { type DocumentId, err, type LogPosition, ok, type Result } from "@sheaf/protocol";
import {
  type AppendRequest,
  type LoadedLog,
  type LogError,
  type LogRow,
  oneRead,
  type Quarantined,
  salvage,
  type Snapshot,
} from "@sheaf/room";
import type { ContentEncoding, Job, Piece } from "../compaction/job.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import { appendRows } from "./append.ts";
import { LogFile, type Mending, type OpenError, toLogError, toOpenError } from "./file.ts";
import { piecesBetween, type RangeToMake, rangesToMake, statePieces, storeRange } from "./history.ts";
import { LogCopy } from "./copy.ts";
import { deleteHotRows, hotSize, readHotRows } from "./hot-log.ts";
import type { Titled } from "./messages.ts";
import { lastSeq, newPlace, type Place, Places } from "./places.ts";
import { purgeLogs } from "./purge.ts";
import { replaceLog, wholeRows, wholeSnapshot } from "./quarantine.ts";
import {
  endOfSegment,
  insertSegment,
  isFull,
  lastPacked,
  readPackedRows,
  readSegments,
  SEGMENT_BYTES,
  SEGMENT_ROWS,
  shortSegment,
  weighSegments,
} from "./segments.ts";
import {
  deleteSnapshots,
  insertSnapshot,
  isStored,
  readSnapshot,
  type StoredSnapshot,
  weighSnapshot,
} from "./snapshots.ts";

/** How the log is, for its operator. */
export interface LogMeasures {
  /** Rows that are not packed yet, and what their updates take. */
  readonly hotRows: number;
  readonly hotBytes: number;
  /** Rows packed since it was opened, and what the segments made of them take. */
  readonly packedRows: number;
  readonly packedBytes: number;
  /** On disk. */
  readonly fileBytes: number;
  readonly writeAheadLogBytes: number;
}

/** The log of all documents in one file, synchronously: what the storage thread runs. */
export class LogDatabase {
  readonly #file: LogFile;
  readonly #places: Places;
  /** After a failed commit the connection is not trusted, and it is not known whether this one is in the file. */
  #failed: { readonly place: Place | undefined } | undefined;
  #packedRows = 0;
  #packedBytes = 0;

  static open(path: string): Result<LogDatabase, OpenError> {
    const file = LogFile.open(path);
    if (!file.ok) return file;
    try {
      return ok(new LogDatabase(file.value));
    } catch (cause) {
      file.value.close();
      return err(toOpenError(cause));
    }
  }

  private constructor(file: LogFile) {
    this.#file = file;
    this.#places = new Places(file);
  }

  /** Undefined when nothing had to be mended at the start. */
  get mending(): Mending | undefined {
    return this.#file.mending;
  }

  load(document: DocumentId): Result<LoadedLog, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const stored = readSnapshot(this.#file, place);
      const snapshot = stored === undefined ? undefined : decodeSnapshot(stored.bytes);
      const from = (snapshot?.seq ?? 0) + 1;
      if (from < place.first)
        return err({ code: "corrupt", reason: `the snapshot before row ${place.first} is damaged` });
      const rows = this.#rows(place, from, lastSeq(place) + 1);
      if (!rows.ok) return rows;
      // A damaged one is not needed, as the rows are whole; without it the next compaction makes another.
      if (weighSnapshot(this.#file, place).seq >= from) this.#write(undefined, () => this.#dropSnapshots(place, from));
      return ok({ logId: place.logId, snapshot, rows: rows.value });
    });
  }

  read(document: DocumentId, from: number, to: number): Result<readonly LogRow[], LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      if (Math.max(1, from) < Math.min(place.first, to)) return err({ code: "erased", from: place.first });
      // A segment at most: more of them would be unpacked for nothing.
      const rows = this.#rows(place, from, Math.min(to, endOfSegment(this.#file, place, from) ?? to));
      return rows.ok ? ok(oneRead(rows.value)) : rows;
    });
  }

  /** The newest snapshot that is whole. */
  newest(document: DocumentId): Result<Snapshot | undefined, LogError> {
    return this.#read(() => {
      const stored = readSnapshot(this.#file, this.#places.get(document));
      return ok(stored === undefined ? undefined : decodeSnapshot(stored.bytes));
    });
  }

  /** Where the newest snapshot ends, though it be damaged: that is found out when it is asked for. */
  newestPosition(document: DocumentId): Result<LogPosition | undefined, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const { seq } = weighSnapshot(this.#file, place);
      return ok(seq === 0 ? undefined : { logId: place.logId, seq });
    });
  }

  /** True while a snapshot of this log is stored that ends there. */
  isStored(document: DocumentId, { logId, seq }: LogPosition): Result<boolean, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      return ok(isSame(logId, place.logId) && isStored(this.#file, place, seq));
    });
  }

  /** The work to pack a snapshot for HTTP; undefined when it is not stored, or not whole. */
  encoding(
    document: DocumentId,
    { logId, seq }: LogPosition,
    encoding: ContentEncoding,
  ): Result<Extract<Job, { kind: "encode" }> | undefined, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const stored = isSame(logId, place.logId) ? readSnapshot(this.#file, place, seq) : undefined;
      return ok(stored?.seq === seq ? { kind: "encode", snapshot: stored.bytes, encoding } : undefined);
    });
  }

  /** Makes all rows durable, or none. @returns The seq of each. */
  append(rows: readonly AppendRequest[]): Result<readonly number[], LogError> {
    return this.#write(undefined, () => ok(appendRows(this.#file, this.#places, rows)));
  }

  /** Commits nothing, to find out whether rows could be. */
  probe(): Result<void, LogError> {
    return this.#write(undefined, () => ok(this.#file.probe()));
  }

  measure(): LogMeasures {
    const { file: fileBytes, writeAheadLog: writeAheadLogBytes } = this.#file.size;
    const [packedRows, packedBytes] = [this.#packedRows, this.#packedBytes];
    return { ...this.#places.weigh(), packedRows, packedBytes, fileBytes, writeAheadLogBytes };
  }

  /** Documents with rows in the hot log. */
  hot(): readonly DocumentId[] {
    return this.#places.hot();
  }

  /** True when the hot rows of a document fill a segment. */
  isFull(document: DocumentId): boolean {
    const { rowIds, hotBytes } = this.#places.get(document);
    return rowIds.length >= SEGMENT_ROWS || hotBytes >= SEGMENT_BYTES;
  }

  /**
   * Moves a document's oldest hot rows into one segment, in one transaction.
   *
   * @param isQuiet - True to take them though they do not fill it.
   * @returns How many were moved; 0 when there is nothing to do.
   */
  pack(document: DocumentId, isQuiet: boolean): Result<number, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      const rows = this.#rowsToPack(place, isQuiet);
      if (!rows.ok || rows.value.length === 0) return rows.ok ? ok(0) : rows;
      const moved = rows.value.filter(({ seq }) => seq >= place.hotFrom);
      const packedBytes = this.#file.transaction(() => {
        // A short one is packed anew, with what follows it.
        this.#file.prepare("DELETE FROM segments WHERE log = ? AND first = ?").run(place.id, rows.value[0]!.seq);
        const bytes = insertSegment(this.#file, place, rows.value);
        deleteHotRows(this.#file, place, moved.length);
        return bytes;
      });
      this.#packedRows += moved.length;
      this.#packedBytes += packedBytes;
      place.rowIds.splice(0, moved.length);
      place.hotFrom += moved.length;
      for (const { update } of moved) place.hotBytes -= update.length;
      return ok(moved.length);
    });
  }

  /** Bytes of the newest snapshot, and of the segments after it: about what their squashed rows would take. */
  weights(document: DocumentId): Result<{ readonly snapshot: number; readonly tail: number }, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const { seq, size } = weighSnapshot(this.#file, place);
      return ok({ snapshot: size, tail: weighSegments(this.#file, place, seq + 1) });
    });
  }

  /** The newest snapshot through `seq` at most. */
  snapshot(document: DocumentId, seq: number): Result<StoredSnapshot | undefined, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const snapshot = readSnapshot(this.#file, place, seq);
      return snapshot === undefined && place.first > 1 ? err({ code: "erased", from: place.first }) : ok(snapshot);
    });
  }

  /**
   * The work to make a snapshot over another, of packed rows through `through`: of all of them, or so many
   * that the work has to be gone on with.
   *
   * @returns undefined when there is none.
   */
  compaction(
    document: DocumentId,
    snapshot: StoredSnapshot | undefined,
    through: number,
  ): Result<Extract<Job, { kind: "compact" }> | undefined, LogError> {
    return this.#read(() => {
      const from = (snapshot?.seq ?? 0) + 1;
      const segments = readSegments(this.#file, this.#places.get(document), from, through + 1, MAX_SEGMENTS);
      if (!segments.ok) return segments;
      let size = 0;
      const some = segments.value.filter((segment) => (size += segment.size) <= MAX_BYTES || size === segment.size);
      const rows = some.map(({ first, last, bytes }) => {
        return { kind: "segment", bytes, first: Math.max(first, from), last: Math.min(last, through) } as const;
      });
      return ok(rows.length === 0 ? undefined : { kind: "compact", snapshot: snapshot?.bytes, rows });
    });
  }

  /** Makes this the newest; besides it only the one that stands for erased rows stays. */
  storeSnapshot(document: DocumentId, { seq, bytes }: StoredSnapshot): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      this.#file.transaction(() => {
        deleteSnapshots(this.#file, place);
        insertSnapshot(this.#file, place, { seq, bytes });
      });
      return ok(undefined);
    });
  }

  /** The work to make ranges of what is packed; undefined when there are not `least` of them to make. */
  squashing(
    document: DocumentId,
    least: number,
  ): Result<
    { readonly ranges: readonly RangeToMake[]; readonly job: Extract<Job, { kind: "squash" }> } | undefined,
    LogError
  > {
    return this.#read(() => {
      const place = this.#places.get(document);
      const ranges = rangesToMake(this.#file, place, MAX_RANGES);
      if (ranges.length < least || ranges.length === 0) return ok(undefined);
      const before = statePieces(this.#file, place, ranges[0]!.first - 1);
      if (!before.ok) return before;
      const groups: (readonly Piece[])[] = [];
      for (const { first, last } of ranges) {
        const group = piecesBetween(this.#file, place, first, last);
        if (!group.ok) return group;
        groups.push(group.value);
      }
      return ok({ ranges, job: { kind: "squash", before: before.value, groups } });
    });
  }

  storeRanges(
    document: DocumentId,
    ranges: readonly RangeToMake[],
    squashed: readonly Uint8Array[],
  ): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      this.#file.transaction(() => {
        for (const [index, range] of ranges.entries()) storeRange(this.#file, place, range, squashed[index]!);
      });
      return ok(undefined);
    });
  }

  /** The work to see a document as it was through `seq`. */
  stateAt(document: DocumentId, seq: number): Result<Extract<Job, { kind: "state" }>, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      if (seq < place.first - 1) return err({ code: "erased", from: place.first });
      const pieces = statePieces(this.#file, place, Math.min(seq, lastSeq(place)));
      return pieces.ok ? ok({ kind: "state", pieces: pieces.value }) : pieces;
    });
  }

  /** Forgets every row a snapshot through `seq` stands for; it stays, and so does a newer one. */
  eraseThrough(document: DocumentId, { seq, bytes }: StoredSnapshot): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      const rest = this.#restOfSegment(place, seq);
      if (!rest.ok) return rest;
      const { id } = place;
      this.#file.transaction(() => {
        this.#file.prepare("DELETE FROM segments WHERE log = ? AND first <= ?").run(id, seq);
        this.#file.prepare("DELETE FROM ranges WHERE log = ? AND first <= ?").run(id, seq);
        this.#file.prepare("DELETE FROM snapshots WHERE log = ? AND seq < ?").run(id, seq);
        this.#file.prepare("UPDATE logs SET first = ? WHERE id = ?").run(seq + 1, id);
        if (rest.value.length > 0) insertSegment(this.#file, place, rest.value);
        insertSnapshot(this.#file, place, { seq, bytes });
      });
      place.first = seq + 1;
      this.#file.truncateLog();
      return ok(undefined);
    });
  }

  /** Sets a damaged log aside as it was found, and begins another with what of it is whole and connects. */
  quarantine(document: DocumentId): Result<Quarantined, LogError> {
    const damaged = this.#places.get(document);
    return this.#write(damaged, () => {
      const snapshot = wholeSnapshot(this.#file, damaged);
      const start = snapshot?.seq ?? 0;
      const whole = wholeRows(this.#file, damaged, start);
      const rows = salvage(snapshot && decodeSnapshot(snapshot.bytes), whole);
      if (rows === undefined || (snapshot === undefined && whole.length === 0)) {
        return err({ code: "corrupt", reason: "nothing of it can be read" });
      }
      const successor = newPlace(document, this.#places.ids.log + 1, start + 1);
      replaceLog(this.#file, damaged, successor, { snapshot, rows });
      successor.hotFrom += rows.length;
      this.#places.ids.log = successor.id;
      this.#places.write(successor);
      const end = Math.max(lastSeq(damaged), whole.at(-1)?.seq ?? 0);
      return ok({ kept: rows.length, aside: end - start - rows.length });
    });
  }

  /** Removes every row, segment, range and snapshot of a document, also of logs of it that were set aside (D16). */
  purge(document: DocumentId): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      purgeLogs(this.#file, document);
      this.#places.forget(document);
      this.#file.truncateLog();
      return ok(undefined);
    });
  }

  /** Every document that was written to, and its last row. */
  ends(): Result<ReadonlyMap<DocumentId, number>, LogError> {
    return this.#read(() => ok(this.#places.ends()));
  }

  /** The work to read what a document is called, and what is known of its last row without it. */
  titling(document: DocumentId): Result<Pick<Titled, "seq" | "edited"> & { readonly job: Job }, LogError> {
    return this.#read(() => {
      const place = this.#places.get(document);
      const seq = lastSeq(place);
      const last = this.#rows(place, Math.max(place.first, seq), seq + 1);
      if (!last.ok) return last;
      const pieces = statePieces(this.#file, place, seq);
      if (!pieces.ok) return pieces;
      // Rows that a snapshot stands for may be erased, and with them when they were written.
      return ok({ seq, edited: last.value[0]?.time ?? 0, job: { kind: "title", pieces: pieces.value } });
    });
  }

  /**
   * Gives space that is not needed back to the disk, a part of it at a time.
   *
   * @returns True when there is more.
   */
  trim(): Result<boolean, LogError> {
    return this.#write(undefined, () => {
      if (this.#file.shrink()) return ok(true);
      this.#file.truncateLog();
      return ok(false);
    });
  }

  /** Begins a copy of all that is committed, while nothing but {@link append} may change the log. Throws. */
  beginCopy(path: string): Promise<LogCopy> {
    return LogCopy.begin(path, { ...this.#places.ids });
  }

  /** @returns True when there is more to copy. */
  stepCopy(copy: LogCopy): Result<boolean, LogError> {
    return this.#read(() => ok(copy.step(this.#file)));
  }

  close(): void {
    this.#file.close();
  }

  #rows(place: Place, from: number, to: number): Result<readonly LogRow[], LogError> {
    const packed = from < place.hotFrom ? readPackedRows(this.#file, place, from, to) : ok([]);
    if (!packed.ok) return packed;
    const hot = readHotRows(this.#file, place, from, to);
    if (!hot.ok || packed.value.length === 0) return hot;
    return ok([...packed.value, ...hot.value]);
  }

  /** The rows of the last segment, if it is short, and as many hot ones as go with them; none when they do not fill it. */
  #rowsToPack(place: Place, isQuiet: boolean): Result<readonly LogRow[], LogError> {
    const short = shortSegment(this.#file, place);
    const first = short?.first ?? place.hotFrom;
    const space = SEGMENT_BYTES - (short?.size ?? 0);
    const hot = readHotRows(this.#file, place, place.hotFrom, first + SEGMENT_ROWS, space);
    if (!hot.ok || hot.value.length === 0) return hot;
    const size = hot.value.reduce((bytes, { update }) => bytes + update.length, short?.size ?? 0);
    if (!isQuiet && !isFull({ first, last: hot.value.at(-1)!.seq, size })) return ok([]);
    const packed = readPackedRows(this.#file, place, first, place.hotFrom);
    return packed.ok ? ok([...packed.value, ...hot.value]) : packed;
  }

  /** The rows after `seq` of the segment it is in. */
  #restOfSegment(place: Place, seq: number): Result<readonly LogRow[], LogError> {
    const segments = readSegments(this.#file, place, seq, seq + 1);
    if (!segments.ok) return segments;
    const [segment] = segments.value;
    return segment === undefined ? ok([]) : readPackedRows(this.#file, place, seq + 1, segment.last + 1);
  }

  #dropSnapshots({ id }: Place, from: number): Result<void, LogError> {
    this.#file.transaction(() => {
      this.#file.prepare("DELETE FROM snapshots WHERE log = ? AND seq >= ?").run(id, from);
    });
    return ok(undefined);
  }

  /** Finds out where a document's rows are, when moving them may have worked or not. */
  #follow(place: Place): void {
    const log = this.#file.prepare("SELECT first FROM logs WHERE id = ?").get(place.id) as
      | { first: number }
      | undefined;
    // It was purged, though the commit was said to have failed.
    if (log === undefined) return this.#places.forget(place.document);
    const { first } = log;
    const hotFrom = Math.max(first, lastPacked(this.#file, place) + 1);
    place.first = first;
    place.rowIds = place.rowIds.slice(hotFrom - place.hotFrom);
    place.hotFrom = hotFrom;
    place.hotBytes = place.rowIds.reduce((bytes, id) => bytes + hotSize(this.#file, id), 0);
  }

  #read<T>(work: () => Result<T, LogError>): Result<T, LogError> {
    try {
      // What can be read is read, though nothing can be written: the disk may be full for days.
      if (!this.#file.isOpen) this.#file.reconnect();
      if (this.#failed?.place !== undefined) this.#follow(this.#failed.place);
      return work();
    } catch (cause) {
      return err(toLogError(cause));
    }
  }

  /**
   * @param place - Whose rows `work` moves, if it moves any.
   * @param work - Reads what it moves itself: what was read before the recovery may not be so any more.
   */
  #write<T>(place: Place | undefined, work: () => Result<T, LogError>): Result<T, LogError> {
    try {
      if (this.#failed !== undefined) this.#recover(this.#failed.place);
    } catch (cause) {
      return err(toLogError(cause));
    }
    try {
      return work();
    } catch (cause) {
      const error = toLogError(cause);
      // Damage that was met says nothing about the connection, and what was begun was rolled back.
      if (error.code !== "corrupt") this.#failed = { place };
      return err(error);
    }
  }

  /**
   * Starts over on a new connection and removes what a failed commit may have left: its sync failed,
   * but its frames can still be in the write-ahead log and would come back as rows nobody was told of.
   * Rows that were moved are where the file says: all of them moved, or none. A log that was set aside is back.
   */
  #recover(place: Place | undefined): void {
    this.#file.reconnect();
    const { log, principal, row } = this.#places.ids;
    this.#file.transaction(() => {
      this.#file.prepare("DELETE FROM hot_log WHERE id > ?").run(row);
      for (const table of ["segments", "snapshots"]) this.#file.prepare(`DELETE FROM ${table} WHERE log > ?`).run(log);
      this.#file.prepare("DELETE FROM logs WHERE id > ?").run(log);
      if (place !== undefined) {
        this.#file.prepare("UPDATE logs SET document = ? WHERE id = ?").run(place.document, place.id);
      }
      this.#file.prepare("DELETE FROM principals WHERE id > ?").run(principal);
    });
    if (place !== undefined) this.#follow(place);
    this.#failed = undefined;
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** What one compaction takes up: a longer tail is compacted in steps, to bound what the thread holds at once. */
const MAX_SEGMENTS = 64;
const MAX_BYTES = 64 * 1024 * 1024;
/** And one squashing. */
const MAX_RANGES = 8;
