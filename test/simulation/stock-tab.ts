import type { OpenSocket, SocketLike } from "@sheaf/client";
import { decodeYWebsocket, encodeYWebsocket, retryAfterClose, type YWebsocketFrame } from "@sheaf/protocol";
import * as Y from "yjs";
import { openPaper } from "./open-paper.ts";
import type { Paper } from "./paper.ts";
import { Tab, type TabOptions } from "./tab.ts";

const RETRY_MILLIS = 2_500;
/** A stock client gives a silent socket up after so long. */
const SILENCE_MILLIS = 30_000;

/** A tab of another application, with what a stock y-websocket provider says and does. */
export class StockTab extends Tab {
  readonly dialect = "y-websocket";
  readonly paper: Paper;
  isSynced = false;
  /** Closed for good, as stock clients do on 4400 to 4499. */
  isStopped = false;
  readonly #openSocket: OpenSocket;
  #socket: SocketLike | undefined;
  #isOpen = false;
  #heardAt = 0;

  constructor(options: TabOptions, openSocket: (tab: StockTab) => OpenSocket) {
    super(options);
    this.paper = openPaper(this.doc, options.schemaVersion, null);
    this.#openSocket = openSocket(this);
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#send({ kind: "update", update });
    });
    this.#connect();
    this.#watch();
  }

  /** Stock clients only read what has a schema (D5). */
  override get mayWrite(): boolean {
    return !this.hasSchema;
  }

  override isByOthers(origin: unknown): boolean {
    return origin === this;
  }

  #connect(): void {
    this.#heardAt = this.machine.now();
    this.#isOpen = false;
    const socket: SocketLike = this.#openSocket({
      opened: () => {
        this.#isOpen = true;
        this.#send({ kind: "step1", vector: Y.encodeStateVector(this.doc) });
      },
      message: (bytes) => this.#receive(bytes),
      closed: (code) => {
        this.#isOpen = false;
        this.isSynced = false;
        if (retryAfterClose(code) === "never") this.isStopped = true;
        else this.machine.after(RETRY_MILLIS, () => this.#connect());
      },
    });
    this.#socket = socket;
  }

  #watch(): void {
    this.machine.after(SILENCE_MILLIS / 10, () => {
      if (this.machine.now() - this.#heardAt > SILENCE_MILLIS) this.#socket?.close();
      this.#watch();
    });
  }

  #receive(bytes: Uint8Array): void {
    this.#heardAt = this.machine.now();
    const decoded = decodeYWebsocket(bytes);
    if (!decoded.ok) throw new Error("the server wrote a frame that a stock client cannot read");
    const frame = decoded.value;
    if (frame.kind === "step1") {
      this.#send({ kind: "step2", update: Y.encodeStateAsUpdate(this.doc, frame.vector) });
    } else if (frame.kind === "step2" || frame.kind === "update") {
      Y.applyUpdate(this.doc, frame.update, this);
      if (frame.kind === "step2") this.isSynced = true;
    }
  }

  #send(frame: YWebsocketFrame): void {
    if (this.#isOpen) this.#socket?.send(encodeYWebsocket(frame));
  }
}
