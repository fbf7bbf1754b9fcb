import type { OpenSocket } from "@sheaf/client";

/** TCP's own patience before it sends again, at the least. */
const LEAST_RESEND_MILLIS = 200;

/**
 * A worse network for the page's socket, as a document's address asks: `/d/plan?latency=200&loss=0.05&seed=7`. `latency` is in
 * milliseconds each way. `loss` is the share of messages that have to be sent again: a socket loses none, but all that
 * is behind one waits for it. In development only; what goes over HTTP is as fast as ever.
 */
export function overBadNetwork(openSocket: OpenSocket, search: string): OpenSocket {
  const asked = new URLSearchParams(search);
  const number = (name: string): number => Math.max(0, Number(asked.get(name)) || 0);
  const [latency, loss] = [number("latency"), number("loss")];
  if (latency === 0 && loss === 0) return openSocket;
  const chance = seeded(number("seed"));

  /** One direction: in order, and nothing sooner than what was sent before it. */
  function lane(): (arrive: () => void) => void {
    const underway: (() => void)[] = [];
    let clearAt = 0;
    return (arrive) => {
      const now = performance.now();
      const resend = chance() < loss ? LEAST_RESEND_MILLIS + 2 * latency : 0;
      clearAt = Math.max(clearAt, now + latency + resend);
      underway.push(arrive);
      // Timers are rounded and may change places; messages may not.
      setTimeout(() => underway.shift()?.(), clearAt - now);
    };
  }

  return (listener) => {
    const [up, down] = [lane(), lane()];
    const socket = openSocket({
      opened: () => down(() => listener.opened()),
      message: (bytes) => down(() => listener.message(bytes)),
      closed: (code, reason) => down(() => listener.closed(code, reason)),
    });
    return { send: (bytes) => up(() => socket.send(bytes)), close: () => up(() => socket.close()) };
  };
}

/** Mulberry32: the same numbers from 0 up to 1 for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
