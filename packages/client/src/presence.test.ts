import { decodePresence, encodePresence, GONE, isGone } from "@sheaf/protocol";
import { expect, test } from "vitest";
import { type Page, World } from "./testing/world.ts";
import type { Wire } from "./testing/wire.ts";

const nameSeenBy = (page: Page, other: Page): unknown =>
  page.provider.awareness.getStates().get(other.provider.awareness.clientID)?.["name"];

const presenceIn = (wire: Wire) =>
  wire.sent.filter((frame) => frame.kind === "presence").map(({ payload }) => decodePresence(payload)![0]!);

function twoPages(): { readonly world: World; readonly ann: Page; readonly ben: Page; readonly wire: Wire } {
  const world = new World();
  const ann = world.join();
  const wire = world.server.newest;
  const ben = world.join();
  world.advance(1000);
  return { world, ann, ben, wire };
}

test("people see each other, also who was there before them", () => {
  const world = new World();
  const ann = world.join();
  ann.provider.awareness.setLocalState({ name: "Ann" });
  world.advance(100);
  const ben = world.join();
  ben.provider.awareness.setLocalState({ name: "Ben" });
  world.advance(100);
  expect([nameSeenBy(ben, ann), nameSeenBy(ann, ben)]).toEqual(["Ann", "Ben"]);
});

test("the first move is sent in its turn, the next at most every 50 ms, and the last one wins", () => {
  const { world, ann, wire } = twoPages();
  const from = presenceIn(wire).length;
  for (let i = 0; i < 100; i++) {
    ann.provider.awareness.setLocalState({ caret: i });
    world.advance(10);
  }
  world.advance(100);
  const carets = presenceIn(wire)
    .slice(from)
    .map(({ state }) => JSON.parse(new TextDecoder().decode(state)).caret);
  expect(carets[0]).toBe(0);
  expect(carets.at(-1)).toBe(99);
  expect(carets.length).toBeGreaterThanOrEqual(20);
  expect(carets.length).toBeLessThanOrEqual(21);
});

test("words leave before the caret that stands in them", () => {
  const { world, ann, wire } = twoPages();
  const from = wire.sent.length;
  ann.provider.awareness.setLocalState({ caret: 5 });
  ann.text.insert(0, "bread");
  world.clock.endTurn();
  expect(wire.sent.slice(from).map(({ kind }) => kind)).toEqual(["batch", "presence"]);
});

test("an unchanged state that is renewed is sent again", () => {
  const { world, ann, wire } = twoPages();
  const from = presenceIn(wire).length;
  ann.provider.awareness.setLocalState(ann.provider.awareness.getLocalState());
  world.settle();
  expect(presenceIn(wire)).toHaveLength(from + 1);
});

test("offline there is nobody else; back again everybody is, with what they last said", () => {
  const { world, ann, ben } = twoPages();
  ann.provider.awareness.setLocalState({ name: "Ann" });
  ben.provider.awareness.setLocalState({ name: "Ben" });
  world.advance(100);
  ann.provider.disconnect();
  world.settle();
  expect([nameSeenBy(ann, ben), nameSeenBy(ben, ann)]).toEqual([undefined, undefined]);
  expect(ann.provider.awareness.getLocalState()).toEqual({ name: "Ann" });
  ann.provider.connect();
  world.advance(100);
  expect([nameSeenBy(ann, ben), nameSeenBy(ben, ann)]).toEqual(["Ben", "Ann"]);
});

test("every welcome raises the clock, because the server forgot us", () => {
  const { world, ann, wire } = twoPages();
  ann.provider.disconnect();
  ann.provider.connect();
  world.advance(100);
  const [before, after] = [presenceIn(wire).at(-1)!, presenceIn(world.server.newest).at(-1)!];
  expect(after.clock).toBeGreaterThan(before.clock);
});

test("a page put away is gone at once for the others, and there again when shown", () => {
  const { world, ann, ben } = twoPages();
  ann.provider.awareness.setLocalState({ name: "Ann" });
  world.advance(100);
  ann.signal("hidden");
  world.advance(100);
  expect(nameSeenBy(ben, ann)).toBeUndefined();
  ann.signal("shown");
  world.advance(100);
  expect(nameSeenBy(ben, ann)).toBe("Ann");
});

test("clearing the local state tells the others", () => {
  const { world, ann, wire } = twoPages();
  ann.provider.awareness.setLocalState(null);
  world.settle();
  expect(isGone(presenceIn(wire).at(-1)!.state)).toBe(true);
});

test("told by somebody else that we are gone, we say that we are not", () => {
  const { world, ann, ben, wire } = twoPages();
  const { awareness } = ann.provider;
  const from = presenceIn(wire).length;
  const payload = encodePresence([
    { clientId: awareness.clientID, clock: awareness.meta.get(awareness.clientID)!.clock + 1, state: GONE },
  ]);
  wire.send({ kind: "presence", channel: 0, payload });
  world.advance(100);
  expect(presenceIn(wire).length).toBeGreaterThan(from);
  expect(ben.provider.awareness.getStates().has(awareness.clientID)).toBe(true);
});

test("a malformed presence frame harms nobody", () => {
  const { world, ann, wire } = twoPages();
  wire.send({ kind: "presence", channel: 0, payload: Uint8Array.of(1, 5, 9, 1, 0x7b) });
  ann.text.insert(0, "bread");
  world.settle();
  expect(ann.provider.state.status).toEqual({ kind: "saved" });
});

test("a state too large for the wire is not sent", () => {
  const { world, ann, wire } = twoPages();
  const from = presenceIn(wire).length;
  ann.provider.awareness.setLocalState({ note: "x".repeat(10_000) });
  world.advance(100);
  expect(presenceIn(wire)).toHaveLength(from);
});
