import type { PresenceEntry, Role, StateVector } from "@sheaf/protocol";
import type { LogRow, Principal } from "./log.ts";

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
    }
  | {
      readonly kind: "update";
      readonly session: SessionId;
      /** The batch number to ack; undefined for dialects without acks. */
      readonly number: number | undefined;
      /** Undefined where the dialect does not say: the room takes the last position it sent to the session. */
      readonly base: number | undefined;
      readonly update: Uint8Array;
      /** True when this answers our question (a SyncStep2): it may carry what we already hold. */
      readonly answer: boolean;
    }
  | { readonly kind: "presence"; readonly session: SessionId; readonly entries: readonly PresenceEntry[] }
  | { readonly kind: "query-presence"; readonly session: SessionId }
  | { readonly kind: "leave"; readonly session: SessionId }
  /** The oldest `seqs.length` appends in flight are durable. */
  | { readonly kind: "committed"; readonly seqs: readonly number[] }
  /** Every append in flight failed; nothing of them is held. `reason` is a sentence for their authors. */
  | { readonly kind: "commit-failed"; readonly reason: string }
  /** Answers a `read` effect. */
  | { readonly kind: "rows"; readonly from: number; readonly rows: readonly LogRow[] }
  | { readonly kind: "read-failed"; readonly from: number }
  /** Time passed: about once a second while anyone is here. */
  | { readonly kind: "tick" };
