import { expect, test } from "vitest";
import { canSettle, enqueue, settle, type Waiting } from "./settle.ts";
import type { Link } from "./walker.ts";

const link = (client: number, from: number, to: number, ...needs: number[]): Link => ({ client, from, to, needs });

function settled(links: readonly Link[]) {
  const state = new Map<number, number>();
  const waiting: Waiting = new Map();
  enqueue(waiting, links);
  settle(state, waiting);
  expect(canSettle(state, waiting)).toBe(false);
  return { vector: [...state].sort(([a], [b]) => a - b), waiting: [...waiting.values()].flat().length };
}

test("[R11] structs that need each other by turns are all held", () => {
  const links = [link(1, 0, 1), link(1, 1, 2, 2, 1), link(2, 0, 1, 1, 1), link(2, 1, 2, 1, 2)];
  expect(settled(links)).toEqual({
    vector: [
      [1, 2],
      [2, 2],
    ],
    waiting: 0,
  });
});

test("[R12] structs in a circle are not held, nor what needs them", () => {
  const circle = [link(1, 0, 1, 2, 1), link(2, 0, 1, 1, 1), link(3, 0, 1, 1, 1)];
  expect(settled(circle)).toEqual({ vector: [], waiting: 3 });
});

test("[R11] a struct that is held already, sent again with a forged origin, let through what Yjs then kept pending", () => {
  const vector = new Map([[1, 4]]);
  const waiting: Waiting = new Map();
  enqueue(waiting, [link(1, 0, 1), link(1, 1, 4, 9, 1), link(1, 4, 8)]);
  settle(vector, waiting);
  expect([...vector]).toEqual([[1, 4]]);
  expect(waiting.get(1)).toHaveLength(2);
});

test("[R17] everything before a hole is held, everything after it waits", () => {
  expect(settled([link(1, 0, 3), link(1, 5, 6), link(2, 0, 2, 1, 3), link(2, 2, 3, 1, 6)])).toEqual({
    vector: [
      [1, 3],
      [2, 2],
    ],
    waiting: 2,
  });
});

test("[R17] what waited is held once the hole is filled", () => {
  const vector = new Map([[1, 3]]);
  const waiting: Waiting = new Map([
    [1, [link(1, 5, 6)]],
    [2, [link(2, 0, 1, 1, 6)]],
  ]);
  expect(canSettle(vector, waiting)).toBe(false);
  vector.set(1, 5);
  expect(canSettle(vector, waiting)).toBe(true);
  settle(vector, waiting);
  expect([...vector]).toEqual([
    [1, 6],
    [2, 1],
  ]);
  expect(waiting.size).toBe(0);
});

test("[R65] a chain through 100,000 clients, in the worst order, and a dense tangle take no time to speak of", () => {
  const chain = Array.from({ length: 100_000 }, (_, client) => link(client, 0, 1, client + 1, 1));
  const started = performance.now();
  expect(settled([...chain, link(100_000, 0, 1)]).waiting).toBe(0);
  expect(settled(chain).waiting).toBe(100_000);
  const tangle: Link[] = [];
  for (let clock = 0; clock < 50_000; clock++) {
    tangle.push(link(1, clock, clock + 1, 2, clock), link(2, clock, clock + 1, 1, clock + 1));
    if (clock % 2 === 0) tangle.push(link(3 + clock, 0, 1, 1, clock, 2, clock));
  }
  expect(settled(tangle.sort((a, b) => a.client - b.client || a.from - b.from)).waiting).toBe(0);
  expect(performance.now() - started).toBeLessThan(30_000);
});
