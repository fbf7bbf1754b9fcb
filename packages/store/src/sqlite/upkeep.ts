import { setImmediate } from "node:timers/promises";
import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { LogError, Quarantined } from "@sheaf/room";
import type { Compactor } from "../compaction/compactor.ts";
import type { Copied, LogCopy } from "./copy.ts";
import type { LogDatabase } from "./database.ts";
import { toLogError } from "./file.ts";
import type { StoredSnapshot } from "./snapshots.ts";

/** Something that keeps a document from being packed or compacted; its rows are as safe as before. */
export interface Trouble {
  readonly document: DocumentId;
  readonly reason: string;
}

export interface UpkeepPorts {
  readonly database: LogDatabase;
  readonly compactor: Compactor;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly report: (trouble: Trouble) => void;
  /** Without a row for this long a document is packed and compacted to its end. */
  readonly quietMillis: number;
}

/** A new snapshot is due when the rows after it, squashed, take more than this share of it (D1)… */
const SNAPSHOT_SHARE = 1 / 4;
/** …or this share, once nobody writes: so that a keystroke a day does not write a long document each day. */
const QUIET_SNAPSHOT_SHARE = 1 / 32;
/** …or are so many: whoever opens the document then waits for each of them to be read. */
const QUIET_SNAPSHOT_ROWS = 128;
/**
 * While people write, it is looked this often whether one is due, when nobody has written for a moment, or when so many
 * rows were packed since the last. A short document that many write in at once would else get one with each segment,
 * which costs more than all else that becomes of its rows.
 */
export const LOOK_MILLIS = 10_000;
export const MOMENT_MILLIS = 2_000;
export const LOOK_ROWS = 8_192;
/** While people write, ranges are made so many at a time, because each time the document is built anew. */
const RANGES_AT_ONCE = 4;
/** What waits in a document is not tried again before its tail has grown by this. */
const RETRY_GROWTH = 1.25;
/** Files of the hot log beyond which whatever keeps the oldest is packed, though it does not fill a segment. */
const MOST_HOT_FILES = 16;
/** A full or failing disk is left alone this long. */
const PAUSE_MILLIS = 30_000;

/** What is to be done for a document: pack what fills segments, the same and see to snapshots, or all to its very end. */
type Due = "packing" | "compaction" | "all";

/**
 * Keeps the hot log short: packs what is old, makes snapshots and ranges. One step at a time, each a few
 * milliseconds at most on this thread, with room for appends between them.
 */
export class Upkeep {
  readonly #ports: UpkeepPorts;
  /** When documents with something to pack were last written to, the longest ago first. */
  readonly #touched = new Map<DocumentId, number>();
  readonly #due = new Map<DocumentId, Due>();
  /** Documents of which segments were packed since it was last looked whether they need a snapshot. */
  readonly #packed = new Set<DocumentId>();
  #lookedAt: number;
  /** Weight of the tail when no farther snapshot could be made of it. */
  readonly #fruitless = new Map<DocumentId, number>();
  #last: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  #pausedUntil = 0;
  #isClosed = false;

  constructor(ports: UpkeepPorts) {
    this.#ports = ports;
    this.#lookedAt = ports.now();
    for (const document of ports.database.hot()) this.touch(document);
  }

  /** A document was written to, or found without a snapshot. */
  touch(document: DocumentId): void {
    // Set anew, to come last.
    this.#touched.delete(document);
    this.#touched.set(document, this.#ports.now());
    if (!this.#ports.database.isFull(document)) return;
    if (!this.#due.has(document)) this.#due.set(document, "packing");
    void this.#run();
  }

  /** Lets time pass. */
  tick(): void {
    const now = this.#ports.now();
    for (const [document, at] of this.#touched) {
      if (now - at < this.#ports.quietMillis) break;
      this.#touched.delete(document);
      this.#due.set(document, "all");
    }
    const isTime = now - this.#lookedAt >= LOOK_MILLIS;
    if (isTime) this.#lookedAt = now;
    for (const document of this.#packed) {
      if (!isTime && now - (this.#touched.get(document) ?? 0) < MOMENT_MILLIS) continue;
      this.#packed.delete(document);
      if (this.#due.get(document) !== "all") this.#due.set(document, "compaction");
    }
    if (this.#ports.database.finishedFiles > MOST_HOT_FILES) {
      for (const document of this.#ports.database.holding("oldest")) this.#due.set(document, "all");
    }
    void this.#run();
  }

  /** Packs and compacts a document to its end, now. */
  compact(document: DocumentId): Promise<Result<void, LogError>> {
    return this.#alone(async () => {
      const kept = await this.#keep(document, "all");
      return kept.ok ? this.#trim() : kept;
    });
  }

  /**
   * Erases the rows before `from` (D16), or before as late a row as a snapshot can be made for. None of them may be in
   * the file of the hot log that is appended to.
   *
   * @returns The first seq there is then.
   */
  eraseBefore(document: DocumentId, from: number): Promise<Result<number, LogError>> {
    return this.#alone(async () => {
      const packed = await this.#pack(document, true);
      if (!packed.ok) return packed;
      const emptied = await this.#empty(this.#ports.database.holding("all"));
      if (!emptied.ok) return emptied;
      const farthest = await this.#snapshotThrough(document, from - 1);
      if (!farthest.ok) return farthest;
      const { snapshot } = farthest.value;
      if (snapshot === undefined) return ok(1);
      const erased = this.#ports.database.eraseThrough(document, snapshot);
      return erased.ok ? ok(snapshot.seq + 1) : erased;
    });
  }

  /** Sets a damaged log aside; not while something made of it is on its way into what would be the other log. */
  quarantine(document: DocumentId): Promise<Result<Quarantined, LogError>> {
    return this.#alone(async () => {
      this.#fruitless.delete(document);
      return this.#ports.database.quarantine(document);
    });
  }

  /** Copies all that is committed now to an empty file; until that is done nothing is packed but for it. */
  copy(path: string): Promise<Result<Copied, LogError>> {
    return this.#alone(async () => {
      const packed = await this.#empty(this.#ports.database.hot());
      if (!packed.ok) return packed;
      let copy: LogCopy | undefined;
      try {
        copy = await this.#ports.database.beginCopy(path);
        while (!this.#isClosed) {
          const stepped = this.#ports.database.stepCopy(copy);
          if (!stepped.ok) return stepped;
          if (!stepped.value) return ok(await copy.finish());
          await copy.sync();
          await setImmediate();
        }
        return err({ code: "closed" });
      } catch (cause) {
        return err(toLogError(cause));
      } finally {
        await copy?.close();
      }
    });
  }

  /**
   * Removes everything there is of a document; not while something made of it is on its way into the file. No row of
   * it may be in the file of the hot log that is appended to.
   */
  purge(document: DocumentId): Promise<Result<void, LogError>> {
    return this.#alone(async () => {
      const emptied = await this.#empty(this.#ports.database.holding("all"));
      if (!emptied.ok) return emptied;
      for (const known of [this.#touched, this.#due, this.#packed, this.#fruitless]) known.delete(document);
      return this.#ports.database.purge(document);
    });
  }

  /** Ends after the step under way; what is left is done after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ports.compactor.close();
    await this.#last;
  }

  async #run(): Promise<void> {
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    for (const [document, due] of this.#due) {
      if (this.#isClosed || this.#ports.now() < this.#pausedUntil) break;
      this.#due.delete(document);
      const kept = await this.#alone(() => this.#keep(document, due));
      if (kept.ok || kept.error.code === "closed") continue;
      this.#ports.report({ document, reason: "reason" in kept.error ? kept.error.reason : kept.error.code });
      if (kept.error.code === "corrupt") continue;
      this.#due.set(document, due);
      this.#pausedUntil = this.#ports.now() + PAUSE_MILLIS;
    }
    // Those that cannot go now are tried again.
    if (this.#ports.database.finishedFiles > 0) this.#ports.database.dropHotFiles();
    // When nobody writes any more, nothing but documents needs to take space.
    if (this.#touched.size === 0 && this.#due.size === 0) await this.#alone(() => this.#trim());
    this.#isRunning = false;
  }

  /** One thing at a time is done to the file, from its reading to its writing. */
  #alone<T>(work: () => Promise<Result<T, LogError>>): Promise<Result<T, LogError>> {
    const done = this.#last.then(() => (this.#isClosed ? err({ code: "closed" } as const) : work()));
    this.#last = done;
    return done;
  }

  async #keep(document: DocumentId, due: Due): Promise<Result<void, LogError>> {
    const isQuiet = due === "all";
    const packed = await this.#pack(document, isQuiet);
    if (!packed.ok) return packed;
    if (due === "packing") {
      const weights = this.#ports.database.weights(document);
      if (!weights.ok) return weights;
      this.#packed.add(document);
      if (weights.value.rows < LOOK_ROWS) return ok(undefined);
    }
    this.#packed.delete(document);
    const compacted = await this.#compact(document, isQuiet);
    if (!compacted.ok) return compacted;
    return this.#squash(document, isQuiet ? 1 : RANGES_AT_ONCE);
  }

  /** Of the rows there are now: whoever writes on meanwhile must not keep it going. */
  async #pack(document: DocumentId, isQuiet: boolean): Promise<Result<void, LogError>> {
    const { seq } = this.#ports.database.end(document);
    while (!this.#isClosed) {
      const packed = this.#ports.database.pack(document, isQuiet, seq);
      if (!packed.ok) return packed;
      if (packed.value === 0) return ok(undefined);
      await setImmediate();
    }
    return err({ code: "closed" });
  }

  /** Takes all rows of these documents out of the hot log, and the files of it that nobody needs then. */
  async #empty(documents: readonly DocumentId[]): Promise<Result<void, LogError>> {
    for (const document of documents) {
      const packed = await this.#pack(document, true);
      if (packed.ok) continue;
      if (packed.error.code !== "corrupt") return packed;
      const kept = this.#ports.database.keepDamaged(document);
      if (!kept.ok) return kept;
    }
    return this.#ports.database.dropHotFiles();
  }

  async #trim(): Promise<Result<void, LogError>> {
    const dropped = this.#ports.database.dropHotFiles();
    if (!dropped.ok) return dropped;
    while (!this.#isClosed) {
      const trimmed = this.#ports.database.trim();
      if (!trimmed.ok) return trimmed;
      if (!trimmed.value) return ok(undefined);
      await setImmediate();
    }
    return err({ code: "closed" });
  }

  async #compact(document: DocumentId, isQuiet: boolean): Promise<Result<void, LogError>> {
    const { database } = this.#ports;
    const weights = database.weights(document);
    if (!weights.ok) return weights;
    const { tail, rows, snapshot: weight } = weights.value;
    const isDue = isQuiet
      ? tail > weight * QUIET_SNAPSHOT_SHARE || rows > QUIET_SNAPSHOT_ROWS
      : tail > weight * SNAPSHOT_SHARE;
    const tried = this.#fruitless.get(document);
    if (!isDue || (tried !== undefined && tail >= tried && tail < tried * RETRY_GROWTH)) return ok(undefined);
    const farthest = await this.#snapshotThrough(document, Number.MAX_SAFE_INTEGER);
    if (!farthest.ok) return farthest;
    const { snapshot, isNew } = farthest.value;
    if (snapshot === undefined || !isNew) {
      this.#fruitless.set(document, tail);
      return ok(undefined);
    }
    this.#fruitless.delete(document);
    return database.storeSnapshot(document, snapshot);
  }

  /** The farthest snapshot that can be had of packed rows through `seq`, be it made or found. */
  async #snapshotThrough(
    document: DocumentId,
    seq: number,
  ): Promise<Result<{ readonly snapshot: StoredSnapshot | undefined; readonly isNew: boolean }, LogError>> {
    const { database, compactor, report } = this.#ports;
    const found = database.snapshot(document, seq);
    if (!found.ok) return found;
    let snapshot = found.value;
    while (!this.#isClosed) {
      const job = database.compaction(document, snapshot, seq);
      if (!job.ok) return job;
      if (job.value === undefined) break;
      const outcome = await compactor.perform(job.value);
      if (outcome.kind === "failed") report({ document, reason: outcome.reason });
      if (outcome.kind !== "compacted") break;
      snapshot = outcome;
    }
    return this.#isClosed ? err({ code: "closed" }) : ok({ snapshot, isNew: snapshot !== found.value });
  }

  async #squash(document: DocumentId, least: number): Promise<Result<void, LogError>> {
    const { database, compactor, report } = this.#ports;
    while (!this.#isClosed) {
      const work = database.squashing(document, least);
      if (!work.ok) return work;
      if (work.value === undefined) return ok(undefined);
      const outcome = await compactor.perform(work.value.job);
      if (this.#isClosed) break;
      if (outcome.kind === "failed") report({ document, reason: outcome.reason });
      // What could not be squashed is kept as such: it would fail again.
      const squashed = outcome.kind === "squashed" ? outcome.ranges : work.value.ranges.map(() => new Uint8Array(0));
      const stored = database.storeRanges(document, work.value.ranges, squashed);
      if (!stored.ok) return stored;
    }
    return err({ code: "closed" });
  }
}
