import { type DocumentId, err, type LogPosition, ok, type Result } from "@sheaf/protocol";
import {
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
import type { CurrentFile } from "../hot/current-file.ts";
import { type HotDamage, HotFiles, type TakeRow } from "../hot/files.ts";
import { LogFile, type OpenError, toLogError, toOpenError } from "./file.ts";
import { piecesBetween, type RangeToMake, rangesToMake, statePieces, storeRange } from "./history.ts";
import { LogCopy } from "./copy.ts";
import { readHotRows } from "./hot-log.ts";
import type { Titled } from "./messages.ts";
import { isSame, lastSeq, newPlace, type Place, Places } from "./places.ts";
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
import { adoptRows, keepRows } from "./stored-rows.ts";
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
  readonly hotFileBytes: number;
  readonly writeAheadLogBytes: number;
}

/** The log of all documents, synchronously: what the storage thread runs. What is hot is appended by another thread. */
export class LogDatabase {
  readonly #file: LogFile;
  readonly #places: Places;
  readonly #hot: HotFiles;
  /** After a failed commit the connection is not trusted, and it is not known whether this one is in the file. */
  #failed: { readonly place: Place | undefined } | undefined;
  #packedRows = 0;
  #packedBytes = 0;

  static open(path: string): Result<LogDatabase, OpenError> {
    const file = LogFile.open(path);
    if (!file.ok) return file;
    try {
      return ok(new LogDatabase(path, file.value));
    } catch (cause) {
      file.value.close();
      return err(toOpenError(cause));
    }
  }

  private constructor(path: string, file: LogFile) {
    this.#file = file;
    this.#places = new Places(file);
    this.#hot = new HotFiles(path, this.#take);
    try {
      adoptRows(file, this.#hot, this.#take);
    } catch (cause) {
      this.#hot.close();
      throw cause;
    }
  }

  /** What was wrong in the hot log at the start. */
  get damage(): readonly HotDamage[] {
    return this.#hot.damage;
  }

  /** Makes the next file that rows are appended to. */
  createHotFile(): Result<CurrentFile, LogError> {
    try {
      return ok(this.#hot.create());
    } catch (cause) {
      return err(toLogError(cause));
    }
  }

  /** Learns of the rows that were committed meanwhile. @returns The documents they are of. */
  follow(): Result<ReadonlySet<DocumentId>, LogError> {
    const written = new Set<DocumentId>();
    try {
      this.#hot.follow((position, placed) => {
        if (this.#places.take(position, placed) !== undefined) written.add(placed.row.document);
      });
      return ok(written);
    } catch (cause) {
      return err(toLogError(cause));
    }
  }

  /** What the next row of a document is appended to: its log, and the seq before it. */
  end(document: DocumentId): LogPosition {
    const place = this.#places.get(document);
    return { logId: place.logId, seq: lastSeq(place) };
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

  measure(): LogMeasures {
    const { file: fileBytes, writeAheadLog: writeAheadLogBytes } = this.#file.size;
    const [packedRows, packedBytes] = [this.#packedRows, this.#packedBytes];
    const hotFileBytes = this.#hot.size;
    return { ...this.#places.weigh(), packedRows, packedBytes, fileBytes, hotFileBytes, writeAheadLogBytes };
  }

  /** Documents with rows in the hot log. */
  hot(): readonly DocumentId[] {
    return this.#places.hot().map(({ document }) => document);
  }

  /** True when the hot rows of a document fill a segment. */
  isFull(document: DocumentId): boolean {
    const { hot, hotBytes } = this.#places.get(document);
    return hot.length >= SEGMENT_ROWS || hotBytes >= SEGMENT_BYTES;
  }

  /**
   * Moves a document's oldest hot rows into one segment, in one transaction.
   *
   * @param isQuiet - True to take them though they do not fill it.
   * @param through - Where there is no row up to this one among them, there is nothing to do.
   * @returns How many were moved; 0 when there is nothing to do.
   */
  pack(document: DocumentId, isQuiet: boolean, through = Number.MAX_SAFE_INTEGER): Result<number, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      if (place.hotFrom > through) return ok(0);
      const rows = this.#rowsToPack(place, isQuiet);
      if (!rows.ok || rows.value.length === 0) return rows.ok ? ok(0) : rows;
      const moved = rows.value.filter(({ seq }) => seq >= place.hotFrom);
      const id = place.id || this.#places.lastId + 1;
      const packedBytes = this.#file.transaction(() => {
        if (place.id === 0) this.#insertLog({ ...place, id });
        // A short one is packed anew, with what follows it.
        this.#file.prepare("DELETE FROM segments WHERE log = ? AND first = ?").run(id, rows.value[0]!.seq);
        return insertSegment(this.#file, { ...place, id }, rows.value);
      });
      if (place.id === 0) this.#places.lastId = place.id = id;
      this.#packedRows += moved.length;
      this.#packedBytes += packedBytes;
      const bytes = moved.reduce((sum, { update }) => sum + update.length, 0);
      this.#places.pack(place, moved.length, bytes);
      return ok(moved.length);
    });
  }

  /** Documents whose rows keep files of the hot log that nothing is appended to any more: all, or the oldest. */
  holding(which: "all" | "oldest"): readonly DocumentId[] {
    const { finished } = this.#hot;
    const file = which === "all" ? finished.at(-1) : finished[0];
    return file === undefined ? [] : this.#places.hot(file).map(({ document }) => document);
  }

  /** How many files of the hot log nothing is appended to any more. */
  get finishedFiles(): number {
    return this.#hot.finished.length;
  }

  /** Takes the hot rows of a document that are damaged, and so cannot be packed, into the file as they are. */
  keepDamaged(document: DocumentId): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      const id = place.id || this.#places.lastId + 1;
      this.#file.transaction(() => {
        if (place.id === 0) this.#insertLog({ ...place, id });
        keepRows(this.#file, this.#hot, { ...place, id });
      });
      if (place.id === 0) this.#places.lastId = place.id = id;
      place.hot = place.hot.map(() => undefined);
      return ok(undefined);
    });
  }

  /**
   * Removes the files of the hot log of which no row is needed any more. What was packed of them is then in the
   * database itself: where a bit flips in SQLite's write-ahead log, it forgets all that follows without a word.
   */
  dropHotFiles(): Result<void, LogError> {
    return this.#write(undefined, () => {
      const unneeded = this.#hot.finished.filter((file) => !this.#places.isNeeded(file));
      if (unneeded.length > 0) this.#file.truncateLog();
      for (const file of unneeded) this.#hot.remove(file);
      return ok(undefined);
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
      const before = statePieces(this.#file, this.#hot, place, ranges[0]!.first - 1);
      if (!before.ok) return before;
      const groups: (readonly Piece[])[] = [];
      for (const { first, last } of ranges) {
        const group = piecesBetween(this.#file, this.#hot, place, first, last);
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
      const pieces = statePieces(this.#file, this.#hot, place, Math.min(seq, lastSeq(place)));
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
      this.#hot.removeKept();
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
      const whole = wholeRows(this.#file, this.#hot, damaged, start);
      const rows = salvage(snapshot && decodeSnapshot(snapshot.bytes), whole);
      if (rows === undefined || (snapshot === undefined && whole.length === 0)) {
        return err({ code: "corrupt", reason: "nothing of it can be read" });
      }
      const aside = { ...damaged, id: damaged.id || this.#places.lastId + 1 };
      const successor = newPlace(document, Math.max(aside.id, this.#places.lastId) + 1, start + 1);
      this.#file.transaction(() => {
        if (damaged.id === 0) this.#insertLog(aside);
        replaceLog(this.#file, this.#hot, aside, successor, { snapshot, rows });
      });
      successor.hotFrom += rows.length;
      this.#places.lastId = successor.id;
      this.#places.replace(successor);
      const end = Math.max(lastSeq(damaged), whole.at(-1)?.seq ?? 0);
      return ok({ kept: rows.length, aside: end - start - rows.length });
    });
  }

  /** Removes every segment, range and snapshot of a document, also of logs of it that were set aside (D16). */
  purge(document: DocumentId): Result<void, LogError> {
    const place = this.#places.get(document);
    return this.#write(place, () => {
      purgeLogs(this.#file, document);
      this.#places.forget(document);
      this.#hot.removeKept();
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
      const pieces = statePieces(this.#file, this.#hot, place, seq);
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

  /** Begins a copy of all that is packed, while nothing may change it. Throws. */
  beginCopy(path: string): Promise<LogCopy> {
    return LogCopy.begin(path);
  }

  /** @returns True when there is more to copy. */
  stepCopy(copy: LogCopy): Result<boolean, LogError> {
    return this.#read(() => ok(copy.step(this.#file)));
  }

  close(): void {
    this.#hot.close();
    this.#file.close();
  }

  #rows(place: Place, from: number, to: number): Result<readonly LogRow[], LogError> {
    const packed = from < place.hotFrom ? readPackedRows(this.#file, place, from, to) : ok([]);
    if (!packed.ok) return packed;
    const hot = readHotRows(this.#hot, place, from, to);
    if (!hot.ok || packed.value.length === 0) return hot;
    return ok([...packed.value, ...hot.value]);
  }

  /** The rows of the last segment, if it is short, and as many hot ones as go with them; none when they do not fill it. */
  #rowsToPack(place: Place, isQuiet: boolean): Result<readonly LogRow[], LogError> {
    const short = shortSegment(this.#file, place);
    const first = short?.first ?? place.hotFrom;
    const space = SEGMENT_BYTES - (short?.size ?? 0);
    const hot = readHotRows(this.#hot, place, place.hotFrom, first + SEGMENT_ROWS, space);
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

  readonly #take: TakeRow = (position, placed) => void this.#places.take(position, placed);

  #insertLog({ id, document, logId, first }: Place): void {
    this.#file
      .prepare("INSERT INTO logs (id, document, log_id, first) VALUES (?, ?, ?, ?)")
      .run(id, document, logId, first);
  }

  /** Finds out where a document's rows are, when moving them may have worked or not. */
  #findAgain(place: Place): void {
    // It had nothing in the file, and what was given a log there was taken back.
    if (place.id === 0) return;
    const log = this.#file.prepare("SELECT first FROM logs WHERE id = ?").get(place.id) as
      | { first: number }
      | undefined;
    // It was purged, though the commit was said to have failed.
    if (log === undefined) return this.#places.forget(place.document);
    place.first = log.first;
    const packed = Math.max(log.first, lastPacked(this.#file, place) + 1) - place.hotFrom;
    if (packed > 0) this.#places.pack(place, packed, (place.hotBytes * packed) / Math.max(1, place.hot.length));
  }

  #read<T>(work: () => Result<T, LogError>): Result<T, LogError> {
    try {
      // What can be read is read, though nothing can be written: the disk may be full for days.
      if (!this.#file.isOpen) this.#file.reconnect();
      if (this.#failed?.place !== undefined) this.#findAgain(this.#failed.place);
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
   * but its frames can still be in the write-ahead log and would come back as logs nobody knows of.
   * Rows that were moved are where the file says: all of them moved, or none. A log that was set aside is back.
   */
  #recover(place: Place | undefined): void {
    this.#file.reconnect();
    const { lastId } = this.#places;
    this.#file.transaction(() => {
      for (const table of ["hot_log", "segments", "snapshots"]) {
        this.#file.prepare(`DELETE FROM ${table} WHERE log > ?`).run(lastId);
      }
      this.#file.prepare("DELETE FROM logs WHERE id > ?").run(lastId);
      if (place !== undefined) {
        this.#file.prepare("UPDATE logs SET document = ? WHERE id = ?").run(place.document, place.id);
      }
    });
    if (place !== undefined) this.#findAgain(place);
    this.#failed = undefined;
  }
}

/** What one compaction takes up: a longer tail is compacted in steps, to bound what the thread holds at once. */
const MAX_SEGMENTS = 64;
const MAX_BYTES = 64 * 1024 * 1024;
/** And one squashing. */
const MAX_RANGES = 8;
