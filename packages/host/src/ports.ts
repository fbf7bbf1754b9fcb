import type { CloseKind, DocumentId, NackCode, Role } from "@sheaf/protocol";
import type { Log, Principal, Quarantined } from "@sheaf/room";

/** Messages of a list, which may go to many sockets, each a stretch of it; neither list nor messages ever change. */
export interface Stretch {
  readonly of: readonly Uint8Array[];
  readonly from: number;
  /** Behind its last. */
  readonly to: number;
}

/** One socket as the host sees it. */
export interface Transport {
  /** Sends these messages, in order, in one write (D6). */
  write(stretches: readonly Stretch[]): void;
  /** Sends a close frame and ends; `closed` follows on the receiver. */
  close(code: number, reason: string): void;
  /** Stops and resumes reading: how a sender that outruns the disk is slowed down (D4). */
  pause(): void;
  resume(): void;
  /** Bytes accepted by `write` that have not left the process. */
  readonly unsentBytes: number;
  /** Calls `task` once, in a later turn, when nothing written so far is unsent; never when the socket closes before. */
  whenDrained(task: () => void): void;
}

/** How a server hands a socket's messages over. */
export interface Receiver {
  /** One whole message; `bytes` may be reused after the call. */
  receive(bytes: Uint8Array): void;
  /** The socket has closed, for whatever reason. Idempotent. */
  closed(): void;
}

/** Who a connection belongs to and what they may do. */
export interface Identity {
  readonly principal: Principal;
  /** The role in a document, or undefined when it must look as if it did not exist. */
  access(document: DocumentId): Role | undefined;
  /** False once what they came in with was revoked or ran out. Absent where nothing can. */
  readonly isValid?: (() => boolean) | undefined;
}

/** What the host needs of the world. */
export interface HostPorts {
  readonly log: Log;
  /** Milliseconds that only go forward. */
  now(): number;
  /** Milliseconds since 1970, for the log's rows. */
  wallClock(): number;
  /** Runs `task` once after `millis`; the returned function calls it off. */
  after(millis: number, task: () => void): () => void;
  /** Runs `task` when the current turn of the event loop has ended. */
  defer(task: () => void): void;
  /** From 0 up to 1. */
  random(): number;
  /** Something an operator should read about. */
  report(event: HostReport): void;
  /** How many may be in one document; by default any number. */
  readonly maxSessionsPerDocument?: number | undefined;
  /** Where what happens is counted; absent where nobody looks. */
  readonly meter?: Meter | undefined;
}

/** Counts what happens too often to be reported. Called within what it measures, so it must be quick. */
export interface Meter {
  /** Rows were made durable, so long after their commit began. */
  committed(rows: number, millis: number): void;
  commitFailed(): void;
  /** An update is durable, answered and shown, so long after it had come. */
  acked(millis: number): void;
  nacked(code: NackCode): void;
  /** The host ended a connection. */
  closed(reason: CloseKind): void;
}

/** How a host is at the moment. */
export interface HostFigures {
  readonly connections: Readonly<Record<"sheaf" | "y-websocket", number>>;
  readonly rooms: number;
  readonly sessions: number;
  /** Those that get nothing more until their socket drains (D7). */
  readonly sessionsBehind: number;
  /** Bytes of updates that wait for a commit to begin. */
  readonly queuedBytes: number;
  /** Bytes that wait in all sockets. */
  readonly unsentBytes: number;
}

export type HostReport =
  | { readonly kind: "commit-failed"; readonly code: string; readonly reason: string; readonly rows: number }
  | {
      readonly kind: "load-failed" | "read-failed";
      readonly document: DocumentId;
      readonly code: string;
      readonly reason: string;
    }
  /** A log was damaged, and another begun with what is whole of it. */
  | ({ readonly kind: "quarantined"; readonly document: DocumentId; readonly reason: string } & Quarantined)
  | { readonly kind: "refused"; readonly document?: DocumentId; readonly reason: string }
  | { readonly kind: "room-failed"; readonly document: DocumentId; readonly reason: string }
  | { readonly kind: "room-opened" | "room-closed"; readonly document: DocumentId };
