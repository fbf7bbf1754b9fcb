import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { DocumentId, Result } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, LogError, LogRow } from "@sheaf/room";
import { NOBODY } from "@sheaf/room";
import type { Job, Outcome } from "../compaction/job.ts";
import { perform as performJob } from "../compaction/perform.ts";
import { commit, committedIn, type CurrentFile, finish } from "../hot/current-file.ts";
import { FILE_HEADER_BYTES, FrameWriter, type PlacedRow, rowsBetween } from "../hot/frame.ts";
import { LogDatabase } from "../sqlite/database.ts";
import { type Trouble, Upkeep } from "../sqlite/upkeep.ts";

export const makeFile = (): string => join(mkdtempSync(join(tmpdir(), "sheaf-store-")), "sheaf.db");
export const removeFile = (file: string): void => rmSync(join(file, ".."), { recursive: true, force: true });

export function openDatabase(file: string): LogDatabase {
  const opened = LogDatabase.open(file);
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** Changes closed files behind the log's back: with SQL, or at their bytes. */
export function damage(file: string, ...changes: readonly (string | ((file: string) => void))[]): void {
  for (const change of changes) {
    if (typeof change !== "string") {
      change(file);
      continue;
    }
    const raw = new DatabaseSync(file);
    raw.exec(change);
    raw.close();
  }
}

/** The files of the hot log beside a database. */
export const hotFilesOf = (file: string): string[] =>
  readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}-hot-`))
    .map((name) => join(dirname(file), name));

/** Every row in the files of the hot log, packed since or not. */
export function hotRowsOf(file: string): readonly (PlacedRow & { readonly file: string; readonly bytes: Buffer })[] {
  return hotFilesOf(file).flatMap((name) => {
    const bytes = readFileSync(name);
    const rows = [...rowsBetween(bytes, FILE_HEADER_BYTES, bytes.length)].filter(({ isWhole }) => isWhole);
    return rows.map((row) => ({ ...row, file: name, bytes }));
  });
}

/** Changes what a row is in the hot log, but not what its checksums say. */
export const changeHotRow =
  (document: DocumentId, seq: number, change: (row: Buffer) => void) =>
  (file: string): void => {
    const found = hotRowsOf(file).findLast(({ row }) => row.document === document && row.seq === seq);
    if (found === undefined) throw new Error(`row ${seq} of ${document} is not hot`);
    change(found.bytes.subarray(found.offset, found.offset + found.length));
    writeFileSync(found.file, found.bytes);
  };

/** More than one bit, which would be mended. */
export const spoilUpdate = (row: Buffer): void => {
  row[row.length - 1]! ^= 0x55;
};

/** What makes one row of a document unreadable, wherever it is kept. */
export const damageOf =
  (document: DocumentId, seq: number) =>
  (file: string): void => {
    const raw = new DatabaseSync(file);
    const { changes } = raw
      .prepare(
        `UPDATE segments SET checksum = checksum + 1 WHERE first <= ?1 AND last >= ?1
         AND log = (SELECT id FROM logs WHERE document = ?2)`,
      )
      .run(seq, document);
    raw.close();
    if (changes === 0) changeHotRow(document, seq, spoilUpdate)(file);
  };

export const QUIET_MILLIS = 60_000;

/** The log with its upkeep on this thread, where time is told and the disk can be made to fail. */
export class TestStore {
  readonly database: LogDatabase;
  readonly upkeep: Upkeep;
  readonly troubles: Trouble[] = [];
  readonly jobs: Job["kind"][] = [];
  now = 0;
  #current: CurrentFile | undefined;
  /** Called before each job of the compaction thread. */
  onJob: (job: Job) => Promise<void> | void = () => {};

  /** @param perform - What the compaction thread does. */
  constructor(file: string, perform: (job: Job) => Outcome = performJob) {
    this.database = openDatabase(file);
    this.upkeep = new Upkeep({
      database: this.database,
      compactor: {
        perform: async (job): Promise<Outcome> => {
          this.jobs.push(job.kind);
          await this.onJob(job);
          return perform(job);
        },
        close: () => {},
      },
      now: () => this.now,
      report: (trouble) => this.troubles.push(trouble),
      quietMillis: QUIET_MILLIS,
    });
  }

  /** Appends rows, one commit, and tells the upkeep. */
  append(...rows: readonly AppendRequest[]): readonly number[] {
    const seqs = this.commit(rows);
    for (const { document } of rows) this.upkeep.touch(document);
    return seqs;
  }

  /** Appends rows, one commit. @returns The seq of each. */
  commit(rows: readonly AppendRequest[]): readonly number[] {
    const seqs: number[] = [];
    const ends = new Map<DocumentId, number>();
    const writer = new FrameWriter();
    writer.begin();
    for (const row of rows) {
      const { logId, seq: end } = this.database.end(row.document);
      const seq = (ends.get(row.document) ?? end) + 1;
      ends.set(row.document, seq);
      seqs.push(seq);
      writer.row(row, { logId, seq });
    }
    const current = (this.#current ??= this.#create());
    const descriptor = openSync(current.path, "r+");
    const frame = writer.finish(current.marker);
    writeSync(descriptor, frame, 0, frame.length, committedIn(current));
    closeSync(descriptor);
    commit(current, committedIn(current) + frame.length);
    this.#follow();
    return seqs;
  }

  /** Rows are appended to another file from now on. */
  roll(): void {
    if (this.#current !== undefined) finish(this.#current);
    this.#current = undefined;
    this.#follow();
  }

  eraseBefore(document: DocumentId, from: number): Promise<Result<number, LogError>> {
    this.roll();
    return this.upkeep.eraseBefore(document, from);
  }

  purge(document: DocumentId): Promise<Result<void, LogError>> {
    this.roll();
    return this.upkeep.purge(document);
  }

  async compact(document: DocumentId): Promise<void> {
    const compacted = await this.upkeep.compact(document);
    if (!compacted.ok) throw new Error(JSON.stringify(compacted.error));
  }

  load(document: DocumentId): LoadedLog {
    const loaded = this.database.load(document);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    return loaded.value;
  }

  /** Reads on until there is no more. */
  read(document: DocumentId, from = 1): readonly LogRow[] {
    const rows: LogRow[] = [];
    for (;;) {
      const read = this.database.read(document, from + rows.length, Number.MAX_SAFE_INTEGER);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      if (read.value.length === 0) return rows;
      rows.push(...read.value);
    }
  }

  stateAt(document: DocumentId, seq: number): Uint8Array {
    const job = this.database.stateAt(document, seq);
    if (!job.ok) throw new Error(JSON.stringify(job.error));
    const outcome = performJob(job.value);
    if (outcome.kind !== "state") throw new Error(outcome.kind);
    return outcome.update;
  }

  async close(): Promise<void> {
    await this.upkeep.close();
    this.roll();
    this.database.close();
  }

  #create(): CurrentFile {
    const created = this.database.createHotFile();
    if (!created.ok) throw new Error(JSON.stringify(created.error));
    return created.value;
  }

  #follow(): void {
    const followed = this.database.follow();
    if (!followed.ok) throw new Error(JSON.stringify(followed.error));
  }
}

export const rowOf = (document: DocumentId, update: Uint8Array, row: Partial<AppendRequest> = {}): AppendRequest => ({
  document,
  principal: NOBODY,
  time: 1,
  base: 0,
  schemaVersion: 1,
  ...row,
  update,
});

/** Bytes as numbers, so that a Buffer equals a Uint8Array. */
export const plain = (row: LogRow) => ({ ...row, update: Array.from(row.update) });
