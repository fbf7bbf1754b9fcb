import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { MAX_WAITING_UPGRADES, paceUpgrades, UPGRADES_PER_TURN } from "./pace-upgrades.ts";

/** A server whose turns a test takes, and the numbers of those it heard of. */
class Stage {
  readonly heard: number[] = [];
  readonly #server = new EventEmitter();
  readonly #turns: (() => void)[] = [];

  constructor() {
    this.#server.on("upgrade", (number: number) => this.heard.push(number));
    paceUpgrades(this.#server, (task) => this.#turns.push(task));
  }

  come(number: number): PassThrough {
    const socket = new PassThrough();
    this.#server.emit("upgrade", number, socket, Buffer.alloc(0));
    return socket;
  }

  turn(): void {
    for (const task of this.#turns.splice(0)) task();
  }

  get isAtRest(): boolean {
    return this.#turns.length === 0;
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("a few are heard of at once, a crowd in many turns, first come, first served; then it rests", () => {
  const stage = new Stage();
  const crowd = numbers(3 * UPGRADES_PER_TURN);
  for (const number of crowd) stage.come(number);
  expect(stage.heard).toEqual(crowd.slice(0, UPGRADES_PER_TURN));
  stage.turn();
  stage.come(-1); // while others wait
  expect(stage.heard).toEqual(crowd.slice(0, 2 * UPGRADES_PER_TURN));
  stage.turn();
  expect(stage.heard).toEqual(crowd);
  while (!stage.isAtRest) stage.turn();
  stage.come(-2);
  expect(stage.heard).toEqual([...crowd, -1, -2]);
});

test("whose socket failed while it waited is never heard of, and nobody else notices", async () => {
  const stage = new Stage();
  const sockets = numbers(UPGRADES_PER_TURN + 2).map((number) => stage.come(number));
  const closed = new Promise((resolve) => sockets.at(-2)!.once("close", resolve));
  sockets.at(-2)!.destroy(new Error("reset"));
  while (!stage.isAtRest) stage.turn();
  await closed;
  expect(stage.heard).toEqual(numbers(UPGRADES_PER_TURN + 2).toSpliced(-2, 1));
});

test("[MAX_WAITING_UPGRADES] who would wait too long is told before an upgrade when to come back", () => {
  const stage = new Stage();
  for (const number of numbers(UPGRADES_PER_TURN + MAX_WAITING_UPGRADES)) stage.come(number);
  const last = stage.come(-1);
  expect(String(last.read())).toMatch(/^HTTP\/1.1 503 .*\r\nRetry-After: \d+\r\n\r\n$/s);
  stage.turn();
  stage.come(-2);
  while (!stage.isAtRest) stage.turn();
  expect(stage.heard).not.toContain(-1);
  expect(stage.heard.at(-1)).toBe(-2);
});
