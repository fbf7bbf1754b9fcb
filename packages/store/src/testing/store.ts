import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentId } from "@sheaf/protocol";
import type { AppendRequest, LoadedLog, LogRow } from "@sheaf/room";
import { NOBODY } from "@sheaf/room";
import type { Job, Outcome } from "../compaction/job.ts";
import { perform as performJob } from "../compaction/perform.ts";
import { LogDatabase } from "../sqlite/database.ts";
import { type Trouble, Upkeep } from "../sqlite/upkeep.ts";

export const makeFile = (): string => join(mkdtempSync(join(tmpdir(), "sheaf-store-")), "sheaf.db");
export const removeFile = (file: string): void => rmSync(join(file, ".."), { recursive: true, force: true });

export function openDatabase(file: string): LogDatabase {
  const opened = LogDatabase.open(file);
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** Changes a closed file behind the log's back. */
export function damage(file: string, sql: string): void {
  const raw = new DatabaseSync(file);
  raw.exec(sql);
  raw.close();
}

/** What makes one row of a document unreadable, wherever it is kept. */
export const damageOf = (document: DocumentId, seq: number): string => {
  const log = `log = (SELECT id FROM logs WHERE document = '${document}')`;
  return `UPDATE hot_log SET base = base + 1 WHERE seq = ${seq} AND ${log};
    UPDATE segments SET checksum = checksum + 1 WHERE first <= ${seq} AND last >= ${seq} AND ${log};`;
};

export const QUIET_MILLIS = 60_000;

/** The log with its upkeep on this thread, where time is told and the disk can be made to fail. */
export class TestStore {
  readonly database: LogDatabase;
  readonly upkeep: Upkeep;
  readonly troubles: Trouble[] = [];
  readonly jobs: Job["kind"][] = [];
  now = 0;
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

  append(...rows: readonly AppendRequest[]): readonly number[] {
    const appended = this.database.append(rows);
    if (!appended.ok) throw new Error(appended.error.code);
    for (const { document } of rows) this.upkeep.touch(document);
    return appended.value;
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
    this.database.close();
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
