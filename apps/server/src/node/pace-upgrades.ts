import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Handshakes in one turn of the event loop: one of them takes up to half a millisecond. */
export const UPGRADES_PER_TURN = 4;
/** Who comes after so many would wait longer than our client does. */
export const MAX_WAITING_UPGRADES = 10_000;

const FULL = [
  "HTTP/1.1 503 Service Unavailable",
  "Connection: close",
  "Content-Length: 0",
  "Retry-After: 20",
  "\r\n",
].join("\r\n");

/**
 * Has a server's listeners hear of upgrades a few at a time, first come, first served. When thousands come at once, one
 * turn of the event loop would be all of theirs, and whoever is in would wait for each of them.
 *
 * @param nextTurn - Calls back in the next turn of the event loop, after others were heard.
 */
export function paceUpgrades(server: EventEmitter, nextTurn: (task: () => void) => void = setImmediate): void {
  const listeners = server.listeners("upgrade") as ((...upgrade: Upgrade) => void)[];
  const waiting: Upgrade[] = [];
  let begun = 0;
  let isTurning = false;

  server.removeAllListeners("upgrade");
  server.on("upgrade", (...upgrade: Upgrade) => {
    const [, socket] = upgrade;
    if (begun < UPGRADES_PER_TURN) begin(upgrade);
    else if (waiting.length >= MAX_WAITING_UPGRADES) socket.on("error", ignore).end(FULL);
    else {
      // Node listens no longer, and Hono not yet: nobody else would hear of a reset.
      socket.on("error", ignore);
      waiting.push(upgrade);
    }
    turnLater();
  });

  function begin(upgrade: Upgrade): void {
    begun++;
    for (const listener of listeners) listener.apply(server, upgrade);
  }

  function turnLater(): void {
    if (isTurning) return;
    isTurning = true;
    nextTurn(() => {
      isTurning = false;
      begun = 0;
      for (const upgrade of waiting.splice(0, UPGRADES_PER_TURN)) {
        const [, socket] = upgrade;
        if (!socket.destroyed) begin(upgrade);
      }
      if (begun > 0 || waiting.length > 0) turnLater();
    });
  }
}

type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

const ignore = (): void => {};
