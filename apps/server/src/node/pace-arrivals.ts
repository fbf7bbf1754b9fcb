import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/** One of them takes up to a quarter of a millisecond, so this is half of the loop's time at most. */
export const ARRIVALS_PER_PAUSE = 8;
const PAUSE_MILLIS = 4;
/** Who comes after so many would wait for two and a half seconds. */
export const MAX_WAITING_ARRIVALS = 5_000;

const FULL = [
  "HTTP/1.1 503 Service Unavailable",
  "Connection: close",
  "Content-Length: 0",
  "Retry-After: 20",
  "\r\n",
].join("\r\n");

/**
 * Has a server's listeners hear of new connections or of upgrades a few at a time, first come, first served. When
 * thousands come at once, one turn of the event loop would be all of theirs, and whoever is in would wait for each of
 * them. Both have to be paced: those who connect slowly may ask all together.
 *
 * @param pause - Calls back after others were heard.
 */
export function paceArrivals(
  server: EventEmitter,
  event: "connection" | "upgrade",
  pause: (task: () => void) => void = (task) => setTimeout(task, PAUSE_MILLIS),
): void {
  const listeners = server.listeners(event) as ((...arrival: Arrival) => void)[];
  const waiting: Arrival[] = [];
  let begun = 0;
  let isPausing = false;

  server.removeAllListeners(event);
  server.on(event, (...arrival: Arrival) => {
    if (begun < ARRIVALS_PER_PAUSE) begin(arrival);
    else {
      // Until it begins. Nobody else listens yet, or, at an upgrade, no longer: none would hear of a reset.
      socketOf(arrival).on("error", ignore);
      if (waiting.length < MAX_WAITING_ARRIVALS) waiting.push(arrival);
      else socketOf(arrival).end(FULL);
    }
    goOnLater();
  });

  function begin(arrival: Arrival): void {
    begun++;
    for (const listener of listeners) listener.apply(server, arrival);
  }

  function goOnLater(): void {
    if (isPausing) return;
    isPausing = true;
    pause(() => {
      isPausing = false;
      begun = 0;
      for (const arrival of waiting.splice(0, ARRIVALS_PER_PAUSE)) {
        const socket = socketOf(arrival);
        if (socket.destroyed) continue;
        // Beside those that come now, it would cost every quiet connection a list of listeners with room for twenty.
        socket.off("error", ignore);
        begin(arrival);
      }
      if (begun > 0 || waiting.length > 0) goOnLater();
    });
  }
}

/** What comes with either event: the socket, or a request, its socket and the first bytes. */
type Arrival = [socket: Duplex] | [request: unknown, socket: Duplex, head: Buffer];

const socketOf = ([first, socket]: Arrival): Duplex => socket ?? (first as Duplex);

const ignore = (): void => {};
