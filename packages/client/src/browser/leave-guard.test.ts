import { expect, test } from "vitest";
import { World } from "../testing/world.ts";
import { guardLeaving, type WindowLike } from "./leave-guard.ts";

class Page implements WindowLike {
  readonly listeners = new Set<(event: { preventDefault(): void }) => void>();
  addEventListener(_type: "beforeunload", listener: (event: { preventDefault(): void }) => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: "beforeunload", listener: (event: { preventDefault(): void }) => void): void {
    this.listeners.delete(listener);
  }
  /** True when the browser would ask first. */
  asks(): boolean {
    let isAsking = false;
    for (const listener of this.listeners) listener({ preventDefault: () => (isAsking = true) });
    return isAsking;
  }
}

test("without a device the browser asks before closing exactly while something is not acknowledged", () => {
  const world = new World();
  const { provider, text } = world.join();
  const page = new Page();
  guardLeaving(provider, page);
  expect(page.listeners.size).toBe(0);
  text.insert(0, "bread");
  expect(page.asks()).toBe(true);
  world.settle();
  expect(page.listeners.size).toBe(0);
});

test("nobody is asked about words the device keeps, from the moment it does", () => {
  const world = new World();
  const { provider, text } = world.visit();
  const page = new Page();
  guardLeaving(provider, page);
  world.server.isRefusing = true;
  world.settle();
  text.insert(0, "bread");
  expect(page.asks()).toBe(true);
  world.settle();
  expect(provider.state.status.kind).toBe("not-saved");
  expect(page.listeners.size).toBe(0);
});

test("words the server refused keep the guard up", () => {
  const world = new World();
  const { provider, text } = world.join();
  const page = new Page();
  guardLeaving(provider, page);
  world.server.refuse = () => "malformed";
  text.insert(0, "bread");
  world.settle();
  expect(page.asks()).toBe(true);
});

test("taken away, the guard is gone also while something is pending", () => {
  const world = new World();
  const { provider, text } = world.join();
  const page = new Page();
  const remove = guardLeaving(provider, page);
  text.insert(0, "bread");
  remove();
  expect(page.listeners.size).toBe(0);
  text.insert(0, "milk");
  expect(page.listeners.size).toBe(0);
});
