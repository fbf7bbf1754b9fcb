import type { SocketLike, SocketListener } from "@sheaf/client";
import type { Receiver } from "@sheaf/host";
import type { DocumentId } from "@sheaf/protocol";
import { Lane } from "./lane.ts";
import type { Machine } from "./machine.ts";
import type { Person } from "./person.ts";

export type UpEvent =
  | { readonly kind: "connect" }
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  | { readonly kind: "closed" };

export type DownEvent =
  | { readonly kind: "opened" }
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** Who opened a socket, and how it wants to be spoken to. */
export interface Caller {
  readonly name: string;
  readonly machine: Machine;
  readonly person: Person;
  readonly document: DocumentId;
  readonly dialect: "sheaf" | "y-websocket";
}

/** The server's dead peers are found by its heartbeat, about so long after they went silent. */
export const HEARTBEAT_MILLIS = 60_000;

/**
 * One socket: reliable and in order in each direction while it lives, as TCP is. Nothing else is sure: either
 * end may stop hearing the other at any time, and may learn of that much later.
 */
export class Wire {
  readonly caller: Caller;
  readonly up = new Lane<UpEvent>();
  readonly down = new Lane<DownEvent>();
  /** The server's end, once it took the call. */
  receiver: Receiver | undefined;
  /** What each byte counts that the page has not read; at 0 the system takes all at once, as it does with short messages. */
  weight = 0;
  /** What the server does when all it wrote has left. */
  drainTasks: (() => void)[] = [];
  /** Nothing more leaves an end that closed. */
  isPageClosed = false;
  isServerClosed = false;
  /** Each end has heard of the end. */
  isPageDone = false;
  isServerDone = false;
  readonly #listener: SocketListener;
  /** Packets vanish: what an end sends goes nowhere, and no end is told. */
  #isSilent = false;

  constructor(caller: Caller, listener: SocketListener) {
    this.caller = caller;
    this.#listener = listener;
    this.up.push({ kind: "connect" });
  }

  /** The page's end. */
  socket(sent: (bytes: Uint8Array) => void): SocketLike {
    return {
      send: (bytes) => {
        if (this.isPageClosed) return;
        sent(bytes);
        if (!this.#isSilent) this.up.push({ kind: "message", bytes });
      },
      close: () => {
        if (this.isPageClosed) return;
        this.isPageClosed = true;
        this.down.keep(0);
        this.down.push({ kind: "closed", code: 1005, reason: "" });
        if (!this.#isSilent) this.up.push({ kind: "closed" });
      },
    };
  }

  /** Both ends hear each other, and have said all they had to say. */
  get isAtRest(): boolean {
    const isLive = !this.isPageClosed && !this.isServerClosed && this.receiver !== undefined;
    return isLive && this.up.length === 0 && this.down.length === 0;
  }

  get isOver(): boolean {
    return (this.isPageDone || this.caller.machine.isDead) && this.isServerDone;
  }

  /** The server sends. */
  send(event: DownEvent): void {
    if (this.isServerClosed) return;
    if (event.kind === "closed") this.isServerClosed = true;
    if (!this.#isSilent && !this.isPageClosed) this.down.push(event);
  }

  /** Bytes that wait in the server. */
  get unsentBytes(): number {
    let bytes = 0;
    for (const event of this.down.events) if (event.kind === "message") bytes += event.bytes.length;
    return bytes * this.weight;
  }

  /** The page hears what is next on its way. */
  deliverDown(): void {
    const event = this.down.shift();
    if (event === undefined || this.isPageDone) return;
    this.caller.machine.turn(() => {
      if (event.kind === "opened") this.#listener.opened();
      else if (event.kind === "message") this.#listener.message(event.bytes);
      else {
        this.isPageClosed = true;
        this.isPageDone = true;
        this.#listener.closed(event.code, event.reason);
      }
    });
  }

  /** The connection breaks; so many messages on their way still arrive. @returns How many do not. */
  cut(arriving: { readonly up: number; readonly down: number }): number {
    const lost = this.up.keep(arriving.up) + this.down.keep(arriving.down);
    this.endPage(0);
    this.endServer(0);
    return lost;
  }

  /** The page is told, at `at`, that its socket is gone; once more does no harm. */
  endPage(at: number): void {
    if (this.isPageDone) return;
    this.isPageClosed = true;
    this.down.push({ kind: "closed", code: 1006, reason: "" }, at);
  }

  /** The server is told, at `at`, that its socket is gone. */
  endServer(at: number): void {
    this.isServerClosed = true;
    this.up.push({ kind: "closed" }, at);
  }

  /** From now on nothing arrives, and nobody is told, but by its own heartbeat. */
  silence(now: number): number {
    if (this.#isSilent) return 0;
    const lost = this.up.keep(0) + this.down.keep(0);
    this.#isSilent = true;
    // An end that closed by itself knows already, and only waits for its own handshake to end.
    if (this.isPageClosed) this.endPage(now);
    this.endServer(now + HEARTBEAT_MILLIS);
    return lost;
  }
}
