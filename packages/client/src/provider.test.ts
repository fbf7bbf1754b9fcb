import { expect, test } from "vitest";
import { World } from "./testing/world.ts";

test("two people who write at once end with the same text", () => {
  const world = new World();
  const ann = world.join();
  const ben = world.join();
  ann.text.insert(0, "bread ");
  ben.text.insert(0, "milk ");
  world.settle();
  expect(ann.text.toString()).toBe(ben.text.toString());
  expect(ann.text.toString()).toContain("bread ");
  expect(ann.text.toString()).toContain("milk ");
  expect(ann.provider.state.status).toEqual({ kind: "saved" });
  expect(ann.provider.state.isSynced).toBe(true);
});
