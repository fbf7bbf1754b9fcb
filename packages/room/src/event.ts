import type { PresenceEntry, Role, StateVector } from "@sheaf/protocol";
import type { LogRow, Principal, Snapshot } from "./log.ts";

/** Names a session within its host; never reused while the process lives. */
export type SessionId = number & { readonly __brand: "SessionId" };

/** What a room is told. Everything a room knows came in as one of these. */
export type RoomEvent =
  | {
      /** A session came in. It hears broadcasts only after its first `sync` was answered. */
      readonly kind: "enter";
      readonly session: SessionId;
      readonly principal: Principal;
      readonly role: Role;
      /** Editor schema of the application; 0 for one without (stock clients). */
      readonly schemaVersion: number;
    }
  | {
      /** The session holds what `vector` says and wants the rest. */
      readonly kind: "sync";
      readonly session: SessionId;
      readonly vector: StateVector;
      /** It has every row of this log up to `seq`; undefined where it, or its dialect, cannot say. */
      readonly position: { readonly logId: Uint8Array; readonly seq: number } | undefined;
    }
  /** The session did not keep up: nothing was sent to it from row `from` on, or presence only if undefined. */
  | { readonly kind: "resume"; readonly session: SessionId; readonly from: number | undefined }
  /** Answers `await-drain`. */
  | { readonly kind: "drained"; readonly session: SessionId }
  | {
      readonly kind: "update";
      readonly session: SessionId;
      /** The batch number to ack; undefined for dialects without acks. */
      readonly number: number | undefined;
      /** Undefined where the dialect does not say: the room takes the last position it sent to the session. */
      readonly base: number | undefined;
      readonly update: Uint8Array;
      /** True when this answers our question: it may carry what we already hold, and lack what nobody has. */
      readonly answer: boolean;
    }
  | { readonly kind: "presence"; readonly session: SessionId; readonly entries: readonly PresenceEntry[] }
  | { readonly kind: "query-presence"; readonly session: SessionId }
  /** What the session may do has changed. */
  | { readonly kind: "role"; readonly session: SessionId; readonly role: Role }
  | { readonly kind: "leave"; readonly session: SessionId }
  /** The oldest `seqs.length` appends in flight are durable. */
  | { readonly kind: "committed"; readonly seqs: readonly number[] }
  /** Every append in flight failed; nothing of them is held. `reason` is a sentence for their authors. */
  | { readonly kind: "commit-failed"; readonly reason: string }
  /** Answers a `read-snapshot` effect; undefined while the log has none. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot | undefined }
  /** Answers a `read` effect. */
  | { readonly kind: "rows"; readonly from: number; readonly rows: readonly LogRow[] }
  | { readonly kind: "read-failed"; readonly from: number }
  /** The rows asked for were erased, or are damaged and a snapshot stands for them: only that tells what they did. */
  | { readonly kind: "erased"; readonly from: number }
  /** Time passed: about once a second while anyone is here. */
  | { readonly kind: "tick" };
