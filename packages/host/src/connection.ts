import { CLOSE, type CloseKind } from "@sheaf/protocol";
import type { SessionId } from "@sheaf/room";
import type { Codec, Speaker } from "./codec.ts";
import type { Identity, Transport } from "./ports.ts";

/**
 * Bytes a socket may have unsent, beside the longest answer it asked for itself, before its connection is ended:
 * memory is bounded, and the client resumes. A long document's history is one answer, and no sign of a slow reader.
 */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;

/** One socket: its sessions, and what leaves with the next flush. */
export class Connection implements Speaker {
  readonly codec: Codec;
  readonly identity: Identity;
  readonly channels = new Map<number, SessionId>();
  greeted = false;
  /** When anything was last written, on the host's clock. */
  lastWritten: number;
  readonly #transport: Transport;
  readonly #outbox: Uint8Array[] = [];
  #longestWriteBytes = 0;
  #closing: CloseKind | undefined;
  #open = true;
  #paused = false;

  constructor(codec: Codec, transport: Transport, identity: Identity, now: number) {
    this.codec = codec;
    this.identity = identity;
    this.lastWritten = now;
    this.#transport = transport;
  }

  /** False from the moment it is to be closed: nothing it still says counts. */
  get isOpen(): boolean {
    return this.#open && this.#closing === undefined;
  }

  push(frames: readonly Uint8Array[]): void {
    if (this.isOpen) this.#outbox.push(...frames);
  }

  /** Ends the connection, after what is already pushed has been written. */
  close(kind: CloseKind): void {
    this.#closing ??= kind;
  }

  /** The socket is gone; nothing is written any more. */
  gone(): void {
    this.#open = false;
    this.#outbox.length = 0;
  }

  /** Writes all that was pushed in one write (D6), and the close that was asked for. */
  flush(now: number): void {
    if (!this.#open) return;
    if (this.#outbox.length > 0) {
      if (this.#transport.unsentBytes > MAX_UNSENT_BYTES + this.#longestWriteBytes) this.#closing ??= "slow";
      let bytes = 0;
      for (const frame of this.#outbox) bytes += frame.length;
      this.#longestWriteBytes = Math.max(this.#longestWriteBytes, bytes);
      this.#transport.write(this.#outbox);
      this.#outbox.length = 0;
      this.lastWritten = now;
    }
    if (this.#closing !== undefined) {
      this.#open = false;
      const { code, reason } = CLOSE[this.#closing];
      this.#transport.close(code, reason);
    }
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#transport.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#open) this.#transport.resume();
  }
}
