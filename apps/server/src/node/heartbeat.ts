import type { ServerSocket } from "./server-socket.ts";

/** A peer that answered no ping for this long is gone, whatever TCP says: 20 s to ask, 20 s to answer. */
export const PING_MILLIS = 20_000;

/** Pings every socket from one timer and ends the ones that did not answer since the last round. */
export class Heartbeat {
  readonly #sockets = new Set<ServerSocket>();
  readonly #timer: NodeJS.Timeout;

  constructor(intervalMillis: number = PING_MILLIS) {
    this.#timer = setInterval(() => this.#round(), intervalMillis);
    this.#timer.unref();
  }

  watch(socket: ServerSocket): void {
    this.#sockets.add(socket);
  }

  forget(socket: ServerSocket): void {
    this.#sockets.delete(socket);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    for (const socket of this.#sockets) {
      // A half-open connection would never finish a closing handshake.
      if (socket.isPingOpen) socket.terminate();
      else {
        socket.isPingOpen = true;
        socket.ping();
      }
    }
  }
}
