import type { CloseKind, NackCode, PresenceEntry, Role } from "@sheaf/protocol";
import type { SessionId } from "./event.ts";
import type { AppendRequest } from "./log.ts";

/** What a session is told, whatever dialect it speaks; a codec turns it into frames. */
export type RoomMessage =
  | {
      /** First thing a session hears: where the durable state stands. */
      readonly kind: "welcome";
      readonly role: Role;
      readonly schemaVersion: number | undefined;
      readonly logId: Uint8Array;
      readonly seq: number;
      /** Encoded state vector of the durable state. */
      readonly vector: Uint8Array;
    }
  /** A committed row, live. */
  | RowMessage
  | HistoryMessage
  | SyncedMessage
  | { readonly kind: "ack"; readonly number: number; readonly seq: number }
  | { readonly kind: "nack"; readonly number: number; readonly code: NackCode; readonly reason: string }
  /** Something is missing: send everything beyond this encoded vector. */
  | { readonly kind: "ask"; readonly vector: Uint8Array }
  | { readonly kind: "presence"; readonly entries: readonly PresenceEntry[] }
  /** What the session may do from now on. */
  | { readonly kind: "role"; readonly role: Role };

/**
 * What was committed before, in log order: a snapshot, or rows. Whoever lacks the same gets the same message object,
 * for a while: encode it once per dialect.
 */
export interface HistoryMessage {
  readonly kind: "history";
  readonly rows: readonly RowMessage[];
}

/** Who gets this has everything through `seq`. Shared like history, of which it brings the end. */
export interface SyncedMessage {
  readonly kind: "synced";
  readonly seq: number;
  /** The last rows that were lacking, often all. */
  readonly rows: readonly RowMessage[];
  /** An update of every deletion known, also of `rows`, and no struct; undefined when no row was left out. */
  readonly deletions: Uint8Array | undefined;
}

export interface RowMessage {
  readonly kind: "update";
  readonly seq: number;
  readonly base: number;
  readonly update: Uint8Array;
}

/** A row as its room knows it: whose document it is and what time it is are the host's to say. */
export type RoomRow = Omit<AppendRequest, "document" | "time">;

/** What a room asks its host to do, in order. */
export type RoomEffect =
  /** Commit this row with the next group; answered by `committed` or `commit-failed`, in order. */
  | { readonly kind: "append"; readonly row: RoomRow }
  /** Read the newest snapshot; answered by `snapshot`, or by `read-failed` from 0. */
  | { readonly kind: "read-snapshot" }
  /** Read rows from `from` on, below `to`, as many as one read gives; answered by `rows`, `erased` or `read-failed`. */
  | { readonly kind: "read"; readonly from: number; readonly to: number }
  | { readonly kind: "send"; readonly session: SessionId; readonly message: RoomMessage }
  /** To every session whose join was answered, but `except`. One message object: encode it once per dialect. */
  | { readonly kind: "broadcast"; readonly except: SessionId | undefined; readonly message: RoomMessage }
  /** Say `drained` when what was sent to the session has left the process, at the earliest in the next turn. */
  | { readonly kind: "await-drain"; readonly session: SessionId }
  /** End the session's connection for this reason; `leave` follows as an event. */
  | { readonly kind: "close"; readonly session: SessionId; readonly reason: CloseKind };
