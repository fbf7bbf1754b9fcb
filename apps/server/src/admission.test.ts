import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

class Stage {
  now = 0;
  load = { loopDelayMillis: 0, memoryBytes: 0 };
  readonly admission: Admission;

  constructor(quota: { sockets: number; newPerSecond: number } | "none" = { sockets: 3, newPerSecond: 2 }) {
    this.admission = new Admission({
      quota: quota === "none" ? undefined : quota,
      marks: { loopDelayMillis: 100, memoryBytes: 1000 },
      load: () => this.load,
      now: () => this.now,
      random: () => 0.5,
    });
  }

  /** @returns How to let go, or the status of the refusal. */
  admit(address = "203.0.113.9"): (() => void) | number {
    const admitted = this.admission.admit(address);
    return "release" in admitted ? admitted.release : admitted.status;
  }
}

const isIn = expect.any(Function) as unknown;

test("[MAX_NEW_SOCKETS] an address may open so many a second, and other addresses do not notice", () => {
  const stage = new Stage();
  expect([stage.admit(), stage.admit(), stage.admit()]).toEqual([isIn, isIn, 429]);
  expect(stage.admit("203.0.113.10")).toEqual(isIn);
  stage.now += 500;
  expect([stage.admit(), stage.admit()]).toEqual([isIn, 429]);
});

test("[MAX_SOCKETS_PER_ADDRESS] an address may hold so many, however slowly it opened them, and gets back what it lets go, once", () => {
  const stage = new Stage();
  const held: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    stage.now += 10_000;
    held.push(stage.admit());
  }
  expect(held).toEqual([isIn, isIn, isIn, 429]);
  const [release] = held as [() => void];
  release();
  release();
  stage.now += 10_000;
  expect([stage.admit(), stage.admit()]).toEqual([isIn, 429]);
});

test("all of an IPv6 network count as one", () => {
  const stage = new Stage();
  expect([1, 2, 3].map((host) => stage.admit(`2001:db8:1:2::${host}`))).toEqual([isIn, isIn, 429]);
});

test("a refusal says when to come back", () => {
  const { admission } = new Stage({ sockets: 0, newPerSecond: 10 });
  expect(admission.admit("203.0.113.9")).toMatchObject({ status: 429, code: "too-many", retryAfterSeconds: 3 });
});

test.each([
  { loopDelayMillis: 101, memoryBytes: 0 },
  { loopDelayMillis: 0, memoryBytes: 1001 },
])("[MAX_LOOP_DELAY] [MAX_MEMORY] above a mark nobody is let in, and it is said: %o", (load) => {
  const stage = new Stage("none");
  expect(stage.admission.overload()).toBeUndefined();
  stage.load = load;
  expect(stage.admission.overload()).toMatch(/\.$/);
  expect(stage.admission.admit("203.0.113.9")).toMatchObject({ status: 503, retryAfterSeconds: 11 });
  stage.load = { loopDelayMillis: 100, memoryBytes: 1000 };
  expect(stage.admit()).toEqual(isIn);
});

test("where all come from this machine there is no quota", () => {
  const stage = new Stage("none");
  for (let i = 0; i < 10_000; i++) expect(stage.admit()).not.toBe(429);
});
