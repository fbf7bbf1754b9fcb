import type { DocumentId, SnapshotHead } from "@sheaf/protocol";
import type { StopReason } from "./connection.ts";
import type { Device } from "./device.ts";

/** Everything a provider needs from the platform. `browser/ports.ts` builds it from a window, tests from a virtual clock. */
export interface Ports {
  readonly openSocket: OpenSocket;
  readonly clock: ClockLike;
  /** From 0 up to, but not, 1. */
  readonly random: () => number;
  /** Runs `task` when the current turn has ended, before anything else happens; `queueMicrotask` does. */
  readonly afterTurn: (task: () => void) => void;
  /** Tells what the platform notices; returns how to stop listening. */
  readonly onSignal?: ((listener: (signal: Signal) => void) => () => void) | undefined;
  /**
   * Asks why a handshake failed, because browsers hide a 401 behind close code 1006.
   * Undefined: nothing permanent, try again. A rejection means the same.
   */
  readonly whyRefused?: (() => Promise<StopReason | undefined>) | undefined;
  /** Where what is typed outlives the page. Undefined: in the page only. */
  readonly device?: Device | undefined;
  /** Undefined: all of a document comes over the socket. */
  readonly fetchSnapshot?: FetchSnapshot | undefined;
}

export interface ClockLike {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Calls `callback` once after `millis`; returns how to prevent it. */
  setTimer(callback: () => void, millis: number): () => void;
}

/** `shown` and `hidden`: the page itself, not the tab's title or focus. */
export type Signal = "online" | "offline" | "shown" | "hidden";

/** Starts one socket and tells `listener` what becomes of it. Throws only for an address that can be none. */
export type OpenSocket = (listener: SocketListener) => SocketLike;

export interface SocketLike {
  /** May be called from `opened` on; bytes for a closed socket vanish. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Idempotent. The listener may still hear `closed`. */
  close(): void;
}

export interface SocketListener {
  opened(): void;
  /** @param bytes - Lent: the buffer may be used again afterwards. */
  message(bytes: Uint8Array): void;
  /** Once, also when the socket never opened. */
  closed(code: number, reason: string): void;
}

/** Asks for the newest stored snapshot of a document (D8), and tells `listener` later. Returns how to stop it. */
export type FetchSnapshot = (document: DocumentId, listener: SnapshotListener) => () => void;

export interface SnapshotListener {
  /** Something of it has come. */
  progressed(): void;
  /** Once, never inside the call, and not after it was stopped; undefined when there is none, or something failed. */
  done(snapshot: FetchedSnapshot | undefined): void;
}

/** A document through one row of its log. */
export interface FetchedSnapshot extends SnapshotHead {
  /** One Yjs update, V2; nobody has tried to read it. */
  readonly update: Uint8Array;
}
