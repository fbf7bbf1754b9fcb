import { expect, test } from "vitest";
import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import { Readiness } from "./readiness.ts";

/** A disk that answers when told, on a clock that moves when told. */
class Stage {
  now = 0;
  objection: string | undefined;
  readonly probes: ((result: Result<void, LogError>) => void)[] = [];
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  readonly readiness = new Readiness({
    probe: () => new Promise((resolve) => this.probes.push(resolve)),
    objection: () => this.objection,
    now: () => this.now,
    sleep: (millis) => new Promise((wake) => this.#sleepers.push({ until: this.now + millis, wake })),
  });

  advance(millis: number): void {
    this.now += millis;
    for (const { until, wake } of this.#sleepers) if (until <= this.now) wake();
  }
}

test("ready is who could commit, and the answer holds for two seconds however often it is asked for", async () => {
  const stage = new Stage();
  const asked = [stage.readiness.ask(), stage.readiness.ask()];
  stage.probes[0]!(ok(undefined));
  expect(await Promise.all(asked)).toEqual([ok(undefined), ok(undefined)]);
  stage.advance(1_999);
  expect(await stage.readiness.ask()).toEqual(ok(undefined));
  expect(stage.probes).toHaveLength(1);
  stage.advance(1);
  const again = stage.readiness.ask();
  stage.probes[1]!(err({ code: "full", reason: "database or disk is full" }));
  expect(await again).toEqual(err("The disk is full."));
});

test("a disk that does not answer is not ready after three seconds, and is not asked again while it has not", async () => {
  const stage = new Stage();
  const first = stage.readiness.ask();
  stage.advance(3_000);
  expect(await first).toMatchObject({ ok: false });
  const second = stage.readiness.ask();
  stage.advance(1);
  expect(await second).toMatchObject({ ok: false });
  expect(stage.probes).toHaveLength(1);
  stage.probes[0]!(ok(undefined));
  await Promise.resolve();
  await Promise.resolve();
  const third = stage.readiness.ask();
  stage.probes[1]!(ok(undefined));
  expect(await third).toEqual(ok(undefined));
});

test("who goes away is not ready, and the disk is not asked", async () => {
  const stage = new Stage();
  stage.objection = "The server is stopping.";
  expect(await stage.readiness.ask()).toEqual(err("The server is stopping."));
  expect(stage.probes).toHaveLength(0);
});
