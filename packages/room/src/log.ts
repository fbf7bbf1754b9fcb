import type { DocumentId, Result } from "@sheaf/protocol";

/** Who client ids belong to: an account, a guest's device, or everyone without credentials (D9). */
export type Principal = string & { readonly __brand: "Principal" };

/** All sessions without credentials are one principal. */
export const NOBODY = "nobody" as Principal;

/** One accepted batch on its way to the log. */
export interface AppendRequest {
  readonly document: DocumentId;
  readonly principal: Principal;
  /** Milliseconds since 1970, by the server's clock; for people, never for ordering. */
  readonly time: number;
  /** The log position the author had applied (D14). */
  readonly base: number;
  /** Editor schema of the author; 0 for a foreign application (D5). */
  readonly schemaVersion: number;
  /** A Yjs update, V1. */
  readonly update: Uint8Array;
}

/** One row as the log holds it. `seq` counts 1, 2, 3… per document, without gaps. */
export interface LogRow extends Omit<AppendRequest, "document"> {
  readonly seq: number;
}

/** The whole document through `seq`, compacted (D1). */
export interface Snapshot {
  readonly seq: number;
  /** One Yjs update, V1. */
  readonly update: Uint8Array;
  /** What a room knows of the rows it stands for, as `encodeSummary` wrote it. */
  readonly summary: Uint8Array;
}

/** A document's log as a room needs it to start. */
export interface LoadedLog {
  /** 16 random bytes; the same as long as the log is the same log (D1). */
  readonly logId: Uint8Array;
  /** The newest stored; undefined while there are only rows. */
  readonly snapshot: Snapshot | undefined;
  /** Every row after it, in order. */
  readonly rows: readonly LogRow[];
}

/** What became of the rows that a damaged log had after its newest whole snapshot. */
export interface Quarantined {
  /** Those the other log begins with. */
  readonly kept: number;
  /** Those that are damaged, or build on one that is. */
  readonly aside: number;
}

export type LogError =
  /** There is no room left. Nothing of the call is held. */
  | { readonly code: "full"; readonly reason: string }
  /** The medium refused otherwise: read-only, I/O error. Nothing of the call is held. */
  | { readonly code: "storage"; readonly reason: string }
  /** Stored bytes do not match their checksum. */
  | { readonly code: "corrupt"; readonly reason: string }
  /** The history asked for was erased (D16); `from` is the first seq that can be read. */
  | { readonly code: "erased"; readonly from: number }
  | { readonly code: "closed" };

/** Where one read ends, in bytes of updates: what reads the log holds no more of it in memory at a time (D7). */
export const MAX_READ_BYTES = 512 * 1024;

/** As many of the rows as one read gives. */
export function oneRead(rows: readonly LogRow[]): readonly LogRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ update }) => (bytes += update.length) >= MAX_READ_BYTES);
  return end < 0 ? rows : rows.slice(0, end + 1);
}

/**
 * The append-only log of all documents. The law every implementation keeps is in `testing/log-law.ts`.
 */
export interface Log {
  /**
   * Reads what one document's room needs to start: a snapshot, when there is one, and the rows after it.
   * A document exists from its first append; before, its log is empty.
   */
  load(document: DocumentId): Promise<Result<LoadedLog, LogError>>;
  /**
   * Makes all rows durable in one commit, or none. Resolves after the medium has synced (D3).
   * One call at a time: the caller waits for the result before the next append.
   *
   * @returns The seq of each row, in the order given.
   */
  append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>>;
  /** The newest snapshot stored of a document, for a joiner that has nothing. */
  snapshot(document: DocumentId): Promise<Result<Snapshot | undefined, LogError>>;
  /**
   * Reads rows from `from` on, below `to`, in order, wherever they are kept: as many as fit into {@link MAX_READ_BYTES}
   * of updates, but at least one if there is one. `erased` when the first of them is gone.
   */
  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>>;
  /**
   * Begins another log of a document whose log is damaged, under a new logId, with all that is whole and connects
   * (see `salvage`). The damaged one stays as it was found, where no document is looked for.
   *
   * @returns `corrupt` when nothing of it can be read; then, as after any failure, all is as before.
   */
  quarantine(document: DocumentId): Promise<Result<Quarantined, LogError>>;
  /**
   * Removes everything of a document, also what was set aside of it (D16): then it is one nobody has written to, and
   * its log is another. Nothing of it may be on its way to {@link append}.
   */
  purge(document: DocumentId): Promise<Result<void, LogError>>;
  /** Waits for what is under way, then releases everything; idempotent. Later calls answer `closed`. */
  close(): Promise<void>;
}
