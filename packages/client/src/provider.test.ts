import { encodeDown } from "@sheaf/protocol";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { type Page, textOf, World } from "./testing/world.ts";

const statusKinds = (page: Page): string[] => {
  const kinds: string[] = [page.provider.state.status.kind];
  page.provider.subscribe(() => kinds.push(page.provider.state.status.kind));
  return kinds;
};

describe("writing together", () => {
  test("two people who write at once end with the same text", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join();
    ann.text.insert(0, "bread ");
    ben.text.insert(0, "milk ");
    world.settle();
    expect(ann.text.toJSON()).toBe(ben.text.toJSON());
    expect(ann.text.toJSON().split(" ").toSorted()).toEqual(["", "bread", "milk"]);
  });

  test("hello and join leave together when the socket opens", () => {
    const world = new World();
    world.open();
    world.server.newest.deliverDown();
    expect(world.server.newest.sent.map(({ kind }) => kind)).toEqual(["hello", "join", "ping"]);
  });

  test("what one turn writes is one batch, sent at the end of that turn", () => {
    const world = new World();
    const ann = world.join();
    ann.text.insert(0, "a");
    ann.text.insert(1, "b");
    world.clock.endTurn();
    const batches = world.server.newest.batches;
    expect(batches.map(({ number, update }) => [number, textOf(update)])).toEqual([[1, "ab"]]);
  });

  test("a batch names the position its author had applied, also when a remote edit arrives in the same turn", () => {
    const world = new World();
    const ann = world.join();
    const annsWire = world.server.newest;
    const ben = world.join();
    ben.text.insert(0, "milk ");
    world.clock.endTurn();
    world.server.hear(world.server.newest);
    world.server.commit();
    ann.text.insert(0, "before ");
    annsWire.deliverDown();
    ann.text.insert(0, "after ");
    world.settle();
    expect(annsWire.batches.map(({ base }) => base)).toEqual([0, 1]);
  });

  test("deletions gathered for a joiner have no position and move none", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    const ben = world.join();
    ben.text.insert(0, "milk ");
    world.settle();
    wire.send({ kind: "update", channel: 0, seq: 0, base: 0, update: Uint8Array.of(0, 0) });
    wire.deliverDown();
    ann.text.insert(0, "bread ");
    world.settle();
    expect(wire.batches.map(({ base }) => base)).toEqual([1]);
  });

  test("somebody who comes later reads it all and knows when", async () => {
    const world = new World();
    world.join().text.insert(0, "bread");
    world.settle();
    const ben = world.open();
    expect(ben.provider.state.isSynced).toBe(false);
    world.settle();
    await ben.provider.whenSynced;
    expect(ben.provider.state.isSynced).toBe(true);
    expect(ben.text.toJSON()).toBe("bread");
  });

  test("history is applied a thousand rows at once and more, in however many frames it comes", () => {
    const world = new World();
    const ann = world.join();
    for (let row = 0; row < 1_300; row++) {
      ann.text.insert(row, String(row % 10));
      world.settle();
    }
    world.server.rowsInFrame = 300;
    const doc = new Y.Doc();
    let transactions = 0;
    doc.on("afterTransaction", () => transactions++);
    const ben = world.join({ doc });
    expect(ben.text.toJSON()).toBe(ann.text.toJSON());
    expect(transactions).toBe(2);
  });

  test("what others wrote is not one’s own from the beginning of its transaction, whether many rows come at once or one", () => {
    const world = new World();
    const ann = world.join();
    for (const word of ["bread ", "milk "]) {
      ann.text.insert(ann.text.length, word);
      world.settle();
    }
    const doc = new Y.Doc();
    const areLocal: boolean[] = [];
    doc.on("beforeTransaction", ({ local }: Y.Transaction) => areLocal.push(local));
    const ben = world.join({ doc });
    expect(areLocal).toEqual([false]);
    ann.text.insert(0, "eggs ");
    world.settle();
    ben.text.insert(0, "tea ");
    expect(areLocal).toEqual([false, false, true]);
  });

  test("history that came before the connection broke is not asked for again", () => {
    const world = new World();
    const ann = world.join();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ann.text.insert(ann.text.length, word);
      world.settle();
    }
    world.server.rowsInFrame = 2;
    const ben = world.open();
    const wire = world.server.newest;
    wire.deliverDown();
    while (world.server.hear(wire));
    // Welcome and two of three rows.
    for (let frames = 0; frames < 2; frames++) wire.deliverDown();
    expect(ben.text.toJSON()).toBe("");
    wire.cut(false);
    while (wire.deliverDown());
    expect(ben.text.toJSON()).toBe("bread milk ");
    world.advance(10_000);
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([2]);
    expect(ben.text.toJSON()).toBe("bread milk eggs ");
  });

  test("a document filled before the page connected is sent, deletions and all", () => {
    const world = new World();
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "bread and butter");
    doc.getText("text").delete(5, 11);
    world.join({ doc });
    expect(world.server.read()).toBe("bread");
    expect(world.server.rows).toHaveLength(1);
  });

  test("words typed before the first welcome are sent with it", () => {
    const world = new World();
    const ann = world.open();
    ann.text.insert(0, "early");
    world.settle();
    expect(world.server.read()).toBe("early");
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });
});

describe("status", () => {
  test("is never saved between a keystroke and its ack", () => {
    const world = new World();
    const ann = world.join();
    const kinds = statusKinds(ann);
    ann.text.insert(0, "b");
    expect(kinds).toEqual(["saved", "saving"]);
    world.settle();
    expect(kinds).toEqual(["saved", "saving", "saved"]);
  });

  test("is the same object while nothing changes", () => {
    const world = new World();
    const ann = world.join();
    const { state } = ann.provider;
    const ben = world.join();
    ben.text.insert(0, "x");
    world.settle();
    expect(ann.provider.state).toBe(state);
  });
});

describe("leaving", () => {
  test("destroy sends what was just typed, says goodbye and is done, once", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    ann.provider.awareness.setLocalState({ name: "Ann" });
    world.advance(100);
    const from = wire.sent.length;
    ann.text.insert(0, "last words");
    ann.provider.destroy();
    ann.provider.destroy();
    expect(wire.sent.slice(from).map(({ kind }) => kind)).toEqual(["batch", "presence", "leave"]);
    world.settle();
    expect(world.server.read()).toBe("last words");
    expect(world.clock.timers).toBe(0);
    ann.text.insert(0, "unheard ");
    ann.signal("online");
    world.settle();
    expect(world.server.wires).toHaveLength(1);
  });

  test("a destroyed document takes its provider along", () => {
    const world = new World();
    const ann = world.join();
    ann.provider.doc.destroy();
    world.settle();
    expect(world.server.newest.isClosed).toBe(true);
    expect(world.clock.timers).toBe(0);
  });
});

test("a frame for a channel that is not ours is ignored", () => {
  const world = new World();
  const ann = world.join();
  ann.text.insert(0, "x");
  world.clock.endTurn();
  const bytes = encodeDown({ kind: "ack", channel: 3, number: 1, seq: 1 });
  world.server.newest.sendBytes(bytes);
  world.server.newest.deliverDown();
  expect(ann.provider.state.status.kind).toBe("saving");
});
