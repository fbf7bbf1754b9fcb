import type { WebSocket } from "ws";

/** A peer that answered no ping for this long is gone, whatever TCP says: 20 s to ask, 20 s to answer. */
export const PING_MILLIS = 20_000;

/** Pings every socket from one timer and ends the ones that did not answer since the last round. */
export class Heartbeat {
  readonly #awaited = new Map<WebSocket, boolean>();
  readonly #timer: NodeJS.Timeout;

  constructor(intervalMillis: number = PING_MILLIS) {
    this.#timer = setInterval(() => this.#round(), intervalMillis);
    this.#timer.unref();
  }

  watch(ws: WebSocket): void {
    this.#awaited.set(ws, false);
    ws.on("pong", () => this.#awaited.set(ws, false));
    ws.once("close", () => this.#awaited.delete(ws));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    for (const [ws, awaited] of this.#awaited) {
      // A half-open connection would never finish a closing handshake.
      if (awaited) ws.terminate();
      else {
        this.#awaited.set(ws, true);
        ws.ping();
      }
    }
  }
}
