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

/** A document's log as a room needs it to start. */
export interface LoadedLog {
  /** 16 random bytes; the same as long as the log is the same log (D1). */
  readonly logId: Uint8Array;
  /** Every row, in order; empty for a document nobody has written to. */
  readonly rows: readonly LogRow[];
}

export type LogError =
  /** There is no room left. Nothing of the call is held. */
  | { readonly code: "full"; readonly reason: string }
  /** The medium refused otherwise: read-only, I/O error. Nothing of the call is held. */
  | { readonly code: "storage"; readonly reason: string }
  /** Stored bytes do not match their checksum. */
  | { readonly code: "corrupt"; readonly reason: string }
  | { readonly code: "closed" };

/**
 * The append-only log of all documents. The law every implementation keeps is in `testing/log-law.ts`.
 */
export interface Log {
  /** Reads one document's log. A document exists from its first append; before, its log is empty. */
  load(document: DocumentId): Promise<Result<LoadedLog, LogError>>;
  /**
   * Makes all rows durable in one commit, or none. Resolves after the medium has synced (D3).
   * One call at a time: the caller waits for the result before the next append.
   *
   * @returns The seq of each row, in the order given.
   */
  append(rows: readonly AppendRequest[]): Promise<Result<readonly number[], LogError>>;
  /** Reads rows with `from <= seq < to`, in order. */
  read(document: DocumentId, from: number, to: number): Promise<Result<readonly LogRow[], LogError>>;
  /** Waits for what is under way, then releases everything; idempotent. Later calls answer `closed`. */
  close(): Promise<void>;
}
