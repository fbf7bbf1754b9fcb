import { type DocumentId, err, LOG_ID_BYTES, ok, type Result } from "@sheaf/protocol";
import {
  type AppendRequest,
  type LoadedLog,
  type Log,
  type LogError,
  type LogRow,
  oneRead,
  type Quarantined,
  type Snapshot,
} from "@sheaf/room";
import { compact } from "@sheaf/room/testing";
import type { Chance } from "./chance.ts";
import type { Machine, Time } from "./machine.ts";
import type { Source } from "./scheduler.ts";

interface Entry {
  readonly logId: Uint8Array;
  snapshot: Snapshot | undefined;
  /** Those before it, which somebody may still be fetching. */
  readonly replaced: Snapshot[];
  readonly rows: LogRow[];
  /** Rows before this position are gone (D16). */
  erasedBefore: number;
}

interface Operation {
  readonly machine: Machine;
  readonly kind: "append" | "answer" | "read";
  readonly at: number;
  readonly run: () => void;
}

/** What the world wants to know of a disk. */
export interface DiskListener {
  /** The medium holds this row now, whatever happens. */
  synced(document: DocumentId, row: LogRow): void;
  /** The same of a snapshot. */
  compacted(document: DocumentId, snapshot: Snapshot): void;
  /** A commit is durable, and the process that asked for it has not heard so yet. */
  committed(): void;
}

/** A medium that outlives the processes writing to it. What was not synced when a process dies is gone. */
export class Disk implements Source {
  readonly #time: Time;
  readonly #chance: Chance;
  readonly #listener: DiskListener;
  readonly #documents = new Map<DocumentId, Entry>();
  #operations: Operation[] = [];
  /** How many appends, and how many reads, are still to fail. */
  failingAppends = 0;
  failingReads = 0;
  isFull = false;
  /** What an append takes at most. */
  readonly usualAppendMillis = 4;
  appendMillis = 4;

  constructor(time: Time, chance: Chance, listener: DiskListener) {
    this.#time = time;
    this.#chance = chance;
    this.#listener = listener;
  }

  /** The log as one process holds it. */
  open(machine: Machine): Log {
    return new DiskLog(this, machine);
  }

  /** What a room starts from. */
  load(document: DocumentId): LoadedLog {
    const { logId, snapshot, rows } = this.entry(document);
    return { logId, snapshot, rows: rows.slice(snapshot?.seq ?? 0) };
  }

  /** Every row there ever was, also of what is compacted or erased. */
  historyOf(document: DocumentId): readonly LogRow[] {
    return this.entry(document).rows;
  }

  /** The updates that together are the document. */
  stateOf(document: DocumentId): readonly Uint8Array[] {
    const { snapshot, rows } = this.load(document);
    return [...(snapshot === undefined ? [] : [snapshot.update]), ...rows.map(({ update }) => update)];
  }

  /** Rows stay, and loads begin with a snapshot of them. */
  compact(document: DocumentId): void {
    const entry = this.entry(document);
    const snapshot = compact(entry.snapshot, this.load(document).rows);
    if (snapshot === undefined) return;
    if (entry.snapshot !== undefined) entry.replaced.push(entry.snapshot);
    entry.snapshot = snapshot;
    this.#listener.compacted(document, snapshot);
  }

  /** The rows that the snapshot stands for are gone. */
  eraseHistory(document: DocumentId): void {
    const entry = this.entry(document);
    entry.erasedBefore = (entry.snapshot?.seq ?? 0) + 1;
  }

  /** Every snapshot that there ever was, the newest last. */
  snapshotsOf(document: DocumentId): readonly Snapshot[] {
    const { snapshot, replaced } = this.entry(document);
    return snapshot === undefined ? [] : [...replaced, snapshot];
  }

  /** What has been on the medium since before the world began. */
  preload(document: DocumentId, updates: readonly Uint8Array[], from: Omit<LogRow, "seq" | "update">): void {
    for (const update of updates) this.hold([{ ...from, document, update }]);
  }

  get isQuiet(): boolean {
    return this.#operations.length === 0;
  }

  get dueAt(): number | undefined {
    return this.#next()?.at;
  }

  happen(): void {
    const next = this.#next();
    if (next === undefined) return;
    this.#operations.splice(this.#operations.indexOf(next), 1);
    next.run();
  }

  /** The process is gone, and with it all that it waited for. @returns How many appends were not synced yet. */
  forget(machine: Machine): number {
    const dying = this.#operations.filter((operation) => operation.machine === machine);
    this.#operations = this.#operations.filter((operation) => operation.machine !== machine);
    return dying.filter(({ kind }) => kind === "append").length;
  }

  later(machine: Machine, kind: Operation["kind"], most: number, run: () => void): void {
    this.#operations.push({ machine, kind, at: this.#time.now + this.#chance.next() * most, run });
  }

  /** Makes rows durable, all of them or none. */
  hold(requests: readonly AppendRequest[]): readonly number[] {
    return requests.map(({ document, ...rest }) => {
      const { rows } = this.entry(document);
      const row = { ...rest, seq: rows.length + 1 };
      rows.push(row);
      this.#listener.synced(document, row);
      return row.seq;
    });
  }

  committed(): void {
    this.#listener.committed();
  }

  entry(document: DocumentId): Entry {
    let entry = this.#documents.get(document);
    if (entry === undefined) {
      const logId = Uint8Array.from({ length: LOG_ID_BYTES }, () => this.#chance.below(256));
      this.#documents.set(document, (entry = { logId, snapshot: undefined, replaced: [], rows: [], erasedBefore: 1 }));
    }
    return entry;
  }

  #next(): Operation | undefined {
    let first: Operation | undefined;
    for (const each of this.#operations) if (first === undefined || each.at < first.at) first = each;
    return first;
  }
}

/** The log port over the disk: an append is written, then synced, then answered, and may be cut between. */
class DiskLog implements Log {
  readonly #disk: Disk;
  readonly #machine: Machine;

  constructor(disk: Disk, machine: Machine) {
    this.#disk = disk;
    this.#machine = machine;
  }

  append(requests: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>> {
    const disk = this.#disk;
    // A copy, as any medium makes one: later changes of the caller's bytes must not reach the log.
    const rows = requests.map((request) => ({ ...request, update: request.update.slice() }));
    return new Promise((resolve) => {
      disk.later(this.#machine, "append", disk.appendMillis, () => {
        const failure = this.#failure();
        if (failure !== undefined) return resolve(err(failure));
        const seqs = disk.hold(rows);
        disk.later(this.#machine, "answer", 1, () => resolve(ok(seqs)));
        disk.committed();
      });
    });
  }

  load(document: DocumentId): Promise<Result<LoadedLog, LogError>> {
    return this.#read(() => ok(this.#disk.load(document)));
  }

  snapshot(document: DocumentId): Promise<Result<Snapshot | undefined, LogError>> {
    return this.#read(() => ok(this.#disk.entry(document).snapshot));
  }

  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>> {
    return this.#read(() => {
      const { rows, erasedBefore } = this.#disk.entry(document);
      if (Math.max(1, from) < Math.min(erasedBefore, to)) return err({ code: "erased", from: erasedBefore });
      return ok(oneRead(rows.slice(from - 1, to - 1)));
    });
  }

  /** Nobody in the simulation throws a document away. */
  purge(): Promise<Result<void, LogError>> {
    return Promise.resolve(err({ code: "storage", reason: "nothing is purged here" }));
  }

  /** Nothing on this medium is ever damaged, so nobody has reason to ask. */
  quarantine(): Promise<Result<Quarantined, LogError>> {
    return Promise.resolve(err({ code: "corrupt", reason: "nothing is damaged" }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #read<T>(read: () => Result<T, LogError>): Promise<Result<T, LogError>> {
    const disk = this.#disk;
    return new Promise((resolve) => {
      disk.later(this.#machine, "read", 4, () => {
        if (disk.failingReads === 0) return resolve(read());
        disk.failingReads -= 1;
        resolve(err({ code: "storage", reason: "the medium cannot be read" }));
      });
    });
  }

  #failure(): LogError | undefined {
    if (this.#disk.isFull) return { code: "full", reason: "no room left" };
    if (this.#disk.failingAppends === 0) return undefined;
    this.#disk.failingAppends -= 1;
    return { code: "storage", reason: "the medium refused" };
  }
}
