import * as Y from "yjs";
import type { SessionId } from "../event.ts";
import type { RoomDriver } from "./room-driver.ts";

/** A replica that speaks like a stock client, or with batch numbers like ours, over a network that delays both ways. */
export class Replica {
  readonly doc: Y.Doc;
  readonly #driver: RoomDriver;
  readonly #isNumbered: boolean;
  #session: SessionId | undefined;
  #up: (() => void)[] = [];
  #down: (() => void)[] = [];
  #unacked = new Map<number, Uint8Array>();
  #lastNumber = 0;
  static #lastSession = 0;

  constructor(driver: RoomDriver, clientId: number, isNumbered: boolean) {
    this.#driver = driver;
    this.#isNumbered = isNumbered;
    this.doc = new Y.Doc({ gc: clientId % 2 === 0 });
    this.doc.clientID = clientId;
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== driver && this.#session !== undefined) this.#send(update, false);
    });
    this.connect();
  }

  connect(): void {
    if (this.#session !== undefined) return;
    const session = (this.#session = this.#driver.enter(1e6 + ++Replica.#lastSession));
    this.#up.push(() => this.#driver.sync(session, Y.encodeStateVector(this.doc)));
  }

  disconnect(): void {
    if (this.#session === undefined) return;
    this.#driver.leave(this.#session);
    this.#session = undefined;
    this.#up = [];
    this.#down = [];
    this.#unacked.clear();
  }

  /** Lets some of what is under way arrive. */
  pump(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#up.shift()?.();
      for (const message of this.#session === undefined ? [] : this.#driver.take(this.#session)) {
        this.#down.push(() => {
          if (message.kind === "update") Y.applyUpdate(this.doc, message.update, this.#driver);
          else if (message.kind === "welcome" || message.kind === "ask") {
            this.#send(Y.encodeStateAsUpdate(this.doc, message.vector), true);
          } else if (message.kind === "ack") this.#unacked.delete(message.number);
          else if (message.kind === "nack") {
            if (message.code !== "storage") throw new Error(`nack: ${message.code}`);
            const update = this.#unacked.get(message.number);
            this.#unacked.delete(message.number);
            if (update !== undefined) this.#send(update, false);
          }
        });
      }
      this.#down.shift()?.();
    }
  }

  get isQuiet(): boolean {
    return this.#up.length === 0 && this.#down.length === 0;
  }

  #send(update: Uint8Array, answer: boolean): void {
    const session = this.#session!;
    const number = this.#isNumbered ? ++this.#lastNumber : undefined;
    if (number !== undefined) this.#unacked.set(number, update);
    this.#up.push(() => {
      this.#driver.tell({ kind: "update", session, number, base: undefined, update, answer });
    });
  }
}
