import { CLOSE, type CloseKind } from "@sheaf/protocol";
import { Channels } from "./channels.ts";
import type { Codec, Speaker } from "./codec.ts";
import type { Identity, Receiver, Stretch, Transport } from "./ports.ts";

/** Unsent bytes above which a connection gets no broadcasts: it is brought up to date from the log later (D7). */
const HIGH_WATER_BYTES = 1024 * 1024;
/**
 * Unsent bytes, beside the longest single write, at which a connection is ended. Only answers to what it asks for
 * itself can get there, from a client that keeps asking and does not read.
 */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

/** Who a connection belongs to. */
export interface ConnectionOwner {
  received(connection: Connection, bytes: Uint8Array): void;
  closed(connection: Connection): void;
}

/** One socket: its sessions, and what leaves with the next flush. */
export class Connection implements Speaker, Receiver {
  readonly codec: Codec;
  readonly identity: Identity;
  readonly channels = new Channels();
  greeted = false;
  /** True while it waits for the host's next flush. */
  isTouched = false;
  /** When anything was last written, on the host's clock. */
  lastWritten: number;
  readonly #owner: ConnectionOwner;
  readonly #transport: Transport;
  /** What leaves with the next flush, if anything does. */
  #outbox: Stretch[] | undefined;
  #outboxBytes = 0;
  #longestWriteBytes = 0;
  #awaitingDrain: (() => void)[] | undefined;
  #closing: CloseKind | undefined;
  #open = true;
  #paused = false;

  constructor(owner: ConnectionOwner, codec: Codec, transport: Transport, identity: Identity, now: number) {
    this.#owner = owner;
    this.codec = codec;
    this.identity = identity;
    this.lastWritten = now;
    this.#transport = transport;
  }

  receive(bytes: Uint8Array): void {
    this.#owner.received(this, bytes);
  }

  closed(): void {
    this.#owner.closed(this);
  }

  /** False from the moment it is to be closed: nothing it still says counts. */
  get isOpen(): boolean {
    return this.#open && this.#closing === undefined;
  }

  /** Bytes that wait here and in the socket. */
  get unsentBytes(): number {
    return this.#transport.unsentBytes + this.#outboxBytes;
  }

  /** True while more waits in it than a socket should hold. */
  get isCongested(): boolean {
    return this.unsentBytes > HIGH_WATER_BYTES;
  }

  /** @param frames - Never changed any more. */
  push(frames: readonly Uint8Array[], from = 0, to = frames.length): void {
    if (!this.isOpen || from === to) return;
    (this.#outbox ??= []).push({ of: frames, from, to });
    for (let index = from; index < to; index++) this.#outboxBytes += frames[index]!.length;
  }

  /** Calls `task` once, after the next flush, when everything has left the process. */
  afterDrain(task: () => void): void {
    (this.#awaitingDrain ??= []).push(task);
  }

  /** Ends the connection, after what is already pushed has been written. */
  close(kind: CloseKind): void {
    this.#closing ??= kind;
  }

  /** The socket is gone; nothing is written any more. */
  gone(): void {
    this.#open = false;
    this.#outbox = undefined;
    this.#awaitingDrain = undefined;
  }

  /**
   * Writes all that was pushed in one write (D6), and the close that was asked for.
   *
   * @returns Why it was closed now; undefined when it was not.
   */
  flush(now: number): CloseKind | undefined {
    if (!this.#open) return undefined;
    if (this.#outbox !== undefined) {
      if (this.#transport.unsentBytes > MAX_UNSENT_BYTES + this.#longestWriteBytes) this.#closing ??= "slow";
      this.#longestWriteBytes = Math.max(this.#longestWriteBytes, this.#outboxBytes);
      this.#transport.write(this.#outbox);
      this.#outbox = undefined;
      this.#outboxBytes = 0;
      this.lastWritten = now;
    }
    if (this.#awaitingDrain !== undefined) {
      for (const task of this.#awaitingDrain) this.#transport.whenDrained(task);
      this.#awaitingDrain = undefined;
    }
    if (this.#closing === undefined) return undefined;
    this.#open = false;
    const { code, reason } = CLOSE[this.#closing];
    this.#transport.close(code, reason);
    // The peer's own close has to be read, or the socket lingers and a drain waits for it.
    if (this.#paused) this.#transport.resume();
    return this.#closing;
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
