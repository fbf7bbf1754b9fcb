import { decodeUp, type DownFrame, encodeDown, type Row, type UpFrame } from "@sheaf/protocol";
import type { SocketLike, SocketListener } from "../ports.ts";

/**
 * One socket as a pair of queues, delivered by hand. Each direction keeps its order, as TCP does; nothing else is sure:
 * either end may stop listening while the other still believes in it.
 */
export class Wire {
  readonly #listener: SocketListener;
  readonly #toServer: Uint8Array[] = [];
  readonly #toClient: (() => void)[] = [];
  #isClosed = false;
  /** Every frame the client sent, for tests to look at. */
  readonly sent: UpFrame[] = [];
  /** Every row the server sent. */
  readonly updates: Row[] = [];
  isJoined = false;
  /** Its sessions so far, each begun by a join. */
  session = 0;
  /** The server asked what it lacks and drops gapped batches until answered. */
  isAsked = false;
  /** Nothing arrives in either direction, and nobody is told. */
  isSilent = false;

  constructor(listener: SocketListener) {
    this.#listener = listener;
  }

  /** The client's end. */
  readonly socket: SocketLike = {
    send: (bytes) => {
      if (this.#isClosed) return;
      const frame = decodeUp(bytes);
      if (!frame.ok) throw new Error(`the client sent an unreadable frame: ${frame.error.code}`);
      this.sent.push(frame.value);
      this.#toServer.push(bytes);
    },
    close: () => this.close(1005),
  };

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isQuiet(): boolean {
    return this.isSilent || (this.#toServer.length === 0 && this.#toClient.length === 0);
  }

  get joins(): readonly Extract<UpFrame, { kind: "join" }>[] {
    return this.sent.filter((frame) => frame.kind === "join");
  }

  get batches(): readonly Extract<UpFrame, { kind: "batch" }>[] {
    return this.sent.filter((frame) => frame.kind === "batch");
  }

  open(): void {
    this.#toClient.push(() => this.#listener.opened());
  }

  send(frame: DownFrame): void {
    if (!this.#isClosed && frame.kind === "update") this.updates.push(frame);
    if (!this.#isClosed && frame.kind === "history") this.updates.push(...frame.rows);
    this.sendBytes(encodeDown(frame));
  }

  sendBytes(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#toClient.push(() => {
      const lent = bytes.slice();
      this.#listener.message(lent);
      // As a transport does that reads into one buffer.
      lent.fill(0xff);
    });
  }

  /** The client hears of the end after what is on its way; what it sent still reaches the server. */
  close(code: number, reason = ""): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#toClient.push(() => this.#listener.closed(code, reason));
  }

  /** The connection breaks: what is on its way to the client is lost, and to the server too, unless `arrives`. */
  cut(arrives: boolean): void {
    this.#toClient.length = 0;
    if (!arrives) this.#toServer.length = 0;
    this.close(1006);
  }

  /** Nobody reads any more what the client has sent. */
  loseUp(): void {
    this.#toServer.length = 0;
  }

  /** The server left out what it had for the client, as it does while a socket is congested. */
  loseDown(): void {
    this.#toClient.length = 0;
  }

  /** Delivers the oldest frame to the server. @returns False when there was none. */
  deliverUp(handle: (frame: UpFrame) => void): boolean {
    const bytes = this.isSilent ? undefined : this.#toServer.shift();
    if (bytes === undefined) return false;
    const frame = decodeUp(bytes);
    if (frame.ok) handle(frame.value);
    return true;
  }

  /** Delivers the oldest event to the client. @returns False when there was none. */
  deliverDown(): boolean {
    const deliver = this.isSilent ? undefined : this.#toClient.shift();
    deliver?.();
    return deliver !== undefined;
  }
}
