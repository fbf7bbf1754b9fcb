import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { MAX_WAITING_ARRIVALS, paceArrivals, ARRIVALS_PER_PAUSE } from "./pace-arrivals.ts";

/** A server whose pauses a test ends, and the numbers of those it heard of. */
class Stage {
  readonly heard: number[] = [];
  readonly #server = new EventEmitter();
  readonly #event: "connection" | "upgrade";
  readonly #numbers = new Map<unknown, number>();
  readonly #pauses: (() => void)[] = [];

  constructor(event: "connection" | "upgrade") {
    this.#event = event;
    this.#server.on(event, (...arrival: unknown[]) => {
      this.heard.push(this.#numbers.get(event === "connection" ? arrival[0] : arrival[1])!);
    });
    paceArrivals(this.#server, event, (task) => this.#pauses.push(task));
  }

  come(number: number): PassThrough {
    const socket = new PassThrough();
    this.#numbers.set(socket, number);
    this.#server.emit(this.#event, ...(this.#event === "connection" ? [socket] : [{}, socket, Buffer.alloc(0)]));
    return socket;
  }

  goOn(): void {
    for (const task of this.#pauses.splice(0)) task();
  }

  get isAtRest(): boolean {
    return this.#pauses.length === 0;
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
describe.each(["connection", "upgrade"] as const)("%s", (event) => {
  test("a few are heard of at once, a crowd with pauses, first come, first served; then it rests", () => {
    const stage = new Stage(event);
    const crowd = numbers(3 * ARRIVALS_PER_PAUSE);
    for (const number of crowd) stage.come(number);
    expect(stage.heard).toEqual(crowd.slice(0, ARRIVALS_PER_PAUSE));
    stage.goOn();
    stage.come(-1); // while others wait
    expect(stage.heard).toEqual(crowd.slice(0, 2 * ARRIVALS_PER_PAUSE));
    stage.goOn();
    expect(stage.heard).toEqual(crowd);
    while (!stage.isAtRest) stage.goOn();
    stage.come(-2);
    expect(stage.heard).toEqual([...crowd, -1, -2]);
  });

  test("whose socket failed while it waited is never heard of, and nobody else notices", async () => {
    const stage = new Stage(event);
    const sockets = numbers(ARRIVALS_PER_PAUSE + 2).map((number) => stage.come(number));
    const closed = new Promise((resolve) => sockets.at(-2)!.once("close", resolve));
    sockets.at(-2)!.destroy(new Error("reset"));
    while (!stage.isAtRest) stage.goOn();
    await closed;
    expect(stage.heard).toEqual(numbers(ARRIVALS_PER_PAUSE + 2).toSpliced(-2, 1));
  });

  test("a socket that has waited has no listener more than one that has not", () => {
    const stage = new Stage(event);
    const sockets = numbers(ARRIVALS_PER_PAUSE + 1).map((number) => stage.come(number));
    expect(sockets.at(-1)!.listenerCount("error")).toBe(sockets[0]!.listenerCount("error") + 1);
    while (!stage.isAtRest) stage.goOn();
    expect(sockets.at(-1)!.listenerCount("error")).toBe(sockets[0]!.listenerCount("error"));
  });

  test("[MAX_WAITING_ARRIVALS] who would wait too long is told when to come back", () => {
    const stage = new Stage(event);
    for (const number of numbers(ARRIVALS_PER_PAUSE + MAX_WAITING_ARRIVALS)) stage.come(number);
    const last = stage.come(-1);
    expect(String(last.read())).toMatch(/^HTTP\/1.1 503 .*\r\nRetry-After: \d+\r\n\r\n$/s);
    stage.goOn();
    stage.come(-2);
    while (!stage.isAtRest) stage.goOn();
    expect(stage.heard).not.toContain(-1);
    expect(stage.heard.at(-1)).toBe(-2);
  });
});
