import { type DocumentId, err, type LogPosition, ok, type Result } from "@sheaf/protocol";
import type { LoadedLog, LogError, LogRow, Quarantined, Snapshot } from "@sheaf/room";
import type { ContentEncoding, Job } from "../compaction/job.ts";
import type { CurrentFile } from "../hot/current-file.ts";
import { type HotDamage, HotFiles, type TakeRow } from "../hot/files.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import { LogCopy } from "./copy.ts";
import { LogFile, type OpenError, toLogError, toOpenError } from "./file.ts";
import { type RangeToMake, storeRange } from "./history.ts";
import { compactJob, squashJob, type Squashing, stateJob, titleJob, type Titling } from "./jobs.ts";
import { packOldest } from "./packer.ts";
import { inLog, isSame, lastSeq, type Place, Places } from "./places.ts";
import { eraseRows, purgeLogs } from "./purge.ts";
import { quarantineLog } from "./quarantine.ts";
import { readLog, readSomeRows } from "./reading.ts";
import { Recovery } from "./recovery.ts";
import { SEGMENT_BYTES, SEGMENT_ROWS, weighSegments } from "./segments.ts";
import {
  deleteSnapshots,
  dropSnapshots,
  insertSnapshot,
  readSnapshot,
  type StoredSnapshot,
  weighSnapshot,
} from "./snapshots.ts";
import { adoptRows, keepRows } from "./stored-rows.ts";

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
  readonly #recovery: Recovery;
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
    this.#recovery = new Recovery(file, this.#places);
    const take: TakeRow = (position, placed) => void this.#places.take(position, placed);
    this.#hot = new HotFiles(path, take);
    try {
      adoptRows(file, this.#hot, take);
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

  /** Every document that was written to, and its last row. */
  ends(): Result<ReadonlyMap<DocumentId, number>, LogError> {
    return this.#recovery.read(() => ok(this.#places.ends()));
  }

  load(document: DocumentId): Result<LoadedLog, LogError> {
    return this.#read(document, (place) => {
      const loaded = readLog(this.#file, this.#hot, place);
      if (!loaded.ok) return loaded;
      const from = (loaded.value.snapshot?.seq ?? 0) + 1;
      // A damaged one is not needed, as the rows are whole; without it the next compaction makes another.
      if (weighSnapshot(this.#file, place).seq >= from) {
        this.#recovery.write(undefined, () => ok(this.#file.transaction(() => dropSnapshots(this.#file, place, from))));
      }
      return loaded;
    });
  }

  read(document: DocumentId, from: number, to: number): Result<readonly LogRow[], LogError> {
    return this.#read(document, (place) => readSomeRows(this.#file, this.#hot, place, from, to));
  }

  /** The newest snapshot that is whole. */
  newest(document: DocumentId): Result<Snapshot | undefined, LogError> {
    return this.#read(document, (place) => {
      const stored = readSnapshot(this.#file, place);
      return ok(stored && decodeSnapshot(stored.bytes));
    });
  }

  /** Where the newest snapshot ends, though it be damaged: that is found out when it is asked for. */
  newestPosition(document: DocumentId): Result<LogPosition | undefined, LogError> {
    return this.#read(document, (place) => {
      const { seq } = weighSnapshot(this.#file, place);
      return ok(seq === 0 ? undefined : { logId: place.logId, seq });
    });
  }

  /** The newest snapshot through `seq` at most. */
  snapshot(document: DocumentId, seq: number): Result<StoredSnapshot | undefined, LogError> {
    return this.#read(document, (place) => {
      const snapshot = readSnapshot(this.#file, place, seq);
      return snapshot === undefined && place.first > 1 ? err({ code: "erased", from: place.first }) : ok(snapshot);
    });
  }

  /** Bytes of the newest snapshot, and of the segments after it: about what their squashed rows, so many, would take. */
  weights(
    document: DocumentId,
  ): Result<{ readonly snapshot: number; readonly tail: number; readonly rows: number }, LogError> {
    return this.#read(document, (place) => {
      const { seq, size } = weighSnapshot(this.#file, place);
      return ok({ snapshot: size, tail: weighSegments(this.#file, place, seq + 1), rows: place.hotFrom - 1 - seq });
    });
  }

  measure(): LogMeasures {
    const { file: fileBytes, writeAheadLog: writeAheadLogBytes } = this.#file.size;
    const [packedRows, packedBytes] = [this.#packedRows, this.#packedBytes];
    const hotFileBytes = this.#hot.size;
    return { ...this.#places.weigh(), packedRows, packedBytes, fileBytes, hotFileBytes, writeAheadLogBytes };
  }

  /** The work to pack a snapshot for HTTP; undefined when it is not stored, or not whole. */
  encoding(
    document: DocumentId,
    { logId, seq }: LogPosition,
    encoding: ContentEncoding,
  ): Result<Extract<Job, { kind: "encode" }> | undefined, LogError> {
    return this.#read(document, (place) => {
      const stored = isSame(logId, place.logId) ? readSnapshot(this.#file, place, seq) : undefined;
      return ok(stored?.seq === seq ? { kind: "encode", snapshot: stored.bytes, encoding } : undefined);
    });
  }

  /** The work to make a snapshot over another, of packed rows through `through`; see {@link compactJob}. */
  compaction(
    document: DocumentId,
    snapshot: StoredSnapshot | undefined,
    through: number,
  ): ReturnType<typeof compactJob> {
    return this.#read(document, (place) => compactJob(this.#file, place, snapshot, through));
  }

  /** The work to make ranges of what is packed; undefined when there are not `least` of them to make. */
  squashing(document: DocumentId, least: number): Result<Squashing | undefined, LogError> {
    return this.#read(document, (place) => squashJob(this.#file, this.#hot, place, least));
  }

  /** The work to see a document as it was through `seq`. */
  stateAt(document: DocumentId, seq: number): ReturnType<typeof stateJob> {
    return this.#read(document, (place) => stateJob(this.#file, this.#hot, place, seq));
  }

  /** The work to read what a document is called, and what is known of its last row without it. */
  titling(document: DocumentId): Result<Titling, LogError> {
    return this.#read(document, (place) => titleJob(this.#file, this.#hot, place));
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
    return this.#move(document, (place) => {
      if (place.hotFrom > through) return ok(0);
      const packed = packOldest(this.#file, this.#hot, this.#places, place, isQuiet);
      if (!packed.ok) return packed;
      this.#packedRows += packed.value.rows;
      this.#packedBytes += packed.value.bytes;
      return ok(packed.value.rows);
    });
  }

  /** Takes the hot rows of a document that are damaged, and so cannot be packed, into the file as they are. */
  keepDamaged(document: DocumentId): Result<void, LogError> {
    return this.#move(document, (place) => {
      inLog(this.#file, this.#places, place, (log) => keepRows(this.#file, this.#hot, log));
      place.hot = place.hot.map(() => undefined);
      return ok(undefined);
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

  /**
   * Removes the files of the hot log of which no row is needed any more. What was packed of them is then in the
   * database itself: where a bit flips in SQLite's write-ahead log, it forgets all that follows without a word.
   */
  dropHotFiles(): Result<void, LogError> {
    return this.#recovery.write(undefined, () => {
      const unneeded = this.#hot.finished.filter((file) => !this.#places.isNeeded(file));
      if (unneeded.length > 0) this.#file.truncateLog();
      for (const file of unneeded) this.#hot.remove(file);
      return ok(undefined);
    });
  }

  /** Makes this the newest; besides it only the one that stands for erased rows stays. */
  storeSnapshot(document: DocumentId, snapshot: StoredSnapshot): Result<void, LogError> {
    return this.#move(document, (place) => {
      this.#file.transaction(() => {
        deleteSnapshots(this.#file, place);
        insertSnapshot(this.#file, place, snapshot);
      });
      return ok(undefined);
    });
  }

  storeRanges(
    document: DocumentId,
    ranges: readonly RangeToMake[],
    squashed: readonly Uint8Array[],
  ): Result<void, LogError> {
    return this.#move(document, (place) => {
      this.#file.transaction(() => {
        for (const [index, range] of ranges.entries()) storeRange(this.#file, place, range, squashed[index]!);
      });
      return ok(undefined);
    });
  }

  /** Forgets every row a snapshot through `seq` stands for; it stays, and so does a newer one. */
  eraseThrough(document: DocumentId, snapshot: StoredSnapshot): Result<void, LogError> {
    return this.#move(document, (place) => {
      const erased = eraseRows(this.#file, place, snapshot);
      if (erased.ok) this.#leaveNoTrace();
      return erased;
    });
  }

  /** Removes every segment, range and snapshot of a document, also of logs of it that were set aside (D16). */
  purge(document: DocumentId): Result<void, LogError> {
    return this.#move(document, () => {
      purgeLogs(this.#file, document);
      this.#places.forget(document);
      this.#leaveNoTrace();
      return ok(undefined);
    });
  }

  /** Sets a damaged log aside as it was found, and begins another with what of it is whole and connects. */
  quarantine(document: DocumentId): Result<Quarantined, LogError> {
    return this.#move(document, (place) => quarantineLog(this.#file, this.#hot, this.#places, place));
  }

  /**
   * Gives space that is not needed back to the disk, a part of it at a time.
   *
   * @returns True when there is more.
   */
  trim(): Result<boolean, LogError> {
    return this.#recovery.write(undefined, () => {
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
    return this.#recovery.read(() => ok(copy.step(this.#file)));
  }

  close(): void {
    this.#hot.close();
    this.#file.close();
  }

  #read<T>(document: DocumentId, work: (place: Place) => Result<T, LogError>): Result<T, LogError> {
    return this.#recovery.read(() => work(this.#places.get(document)));
  }

  /** For what changes where a document's rows are. */
  #move<T>(document: DocumentId, work: (place: Place) => Result<T, LogError>): Result<T, LogError> {
    const place = this.#places.get(document);
    return this.#recovery.write(place, () => work(place));
  }

  /** What was deleted is not to be read in copies of damaged files, or in the write-ahead log. */
  #leaveNoTrace(): void {
    this.#hot.removeKept();
    this.#file.truncateLog();
  }
}
