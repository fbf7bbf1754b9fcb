import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { SILENT_FOR_MILLIS } from "./head-start.ts";
import type { FetchedSnapshot, FetchSnapshot, SnapshotListener } from "./ports.ts";
import { DOCUMENT, World } from "./testing/world.ts";

/** A server's snapshots, answered by hand. */
class Desk {
  readonly asked: string[] = [];
  isStopped = false;
  #listener: SnapshotListener | undefined;

  readonly port: FetchSnapshot = (document, listener) => {
    this.asked.push(document);
    this.#listener = listener;
    return () => (this.isStopped = true);
  };

  progress(): void {
    this.#listener!.progressed();
  }

  answer(snapshot: FetchedSnapshot | undefined): void {
    this.#listener!.done(snapshot);
  }
}

/** A document of three rows, written by somebody who stays. */
function written() {
  const world = new World();
  const ann = world.join();
  for (const word of ["bread ", "milk ", "eggs "]) {
    ann.text.insert(ann.text.length, word);
    world.settle();
  }
  return { world, ann, desk: new Desk() };
}

const ALL = "bread milk eggs ";

/** What a page shows of what was kept, before it hears of the server. */
function opened(world: World): string {
  const next = world.visit();
  world.device.settle();
  return next.text.toJSON();
}

describe("a page that has nothing of a document", () => {
  test("fetches a snapshot beside its socket, joins where it ends, and is sent only what came after", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    expect(desk.asked).toEqual([DOCUMENT]);
    world.settle();
    const wire = world.server.newest;
    expect(wire.sent.map(({ kind }) => kind)).toEqual(["hello", "ping"]);
    const snapshot = world.server.snapshot(2);
    desk.answer(snapshot);
    world.settle();
    expect(wire.joins.map(({ position }) => position)).toEqual([snapshot.position]);
    expect(wire.updates.map(({ seq }) => seq)).toEqual([3]);
    expect(ben.text.toJSON()).toBe(ALL);
    expect(ben.provider.state).toMatchObject({ isSynced: true, status: { kind: "saved" } });
    expect(wire.batches).toEqual([]);
  });

  test("joins at once when the snapshot is there before the socket", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(world.server.snapshot());
    world.server.newest.deliverDown();
    expect(world.server.newest.sent.map(({ kind }) => kind)).toEqual(["hello", "join", "ping"]);
    world.settle();
    expect(world.server.newest.updates).toEqual([]);
    expect(ben.text.toJSON()).toBe(ALL);
    expect(ben.provider.state.isSynced).toBe(true);
  });

  test("shows it as soon as it is there, and is written in by who may: what is typed is sent after the welcome", async () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(world.server.snapshot(2));
    await ben.provider.whenOpened;
    expect(ben.text.toJSON()).toBe("bread milk ");
    expect(ben.provider.state).toMatchObject({ role: "editor", isWritable: true, status: { kind: "opening" } });
    ben.text.insert(0, "new ");
    expect(ben.provider.state).toMatchObject({ isSynced: false, status: { kind: "saving" } });
    world.settle();
    expect(ben.text.toJSON()).toBe(`new ${ALL}`);
    expect(world.server.read()).toBe(`new ${ALL}`);
    expect(world.server.newest.batches.map(({ base }) => base)).toEqual([2]);
  });

  test("joins with nothing when there is none", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    world.settle();
    desk.answer(undefined);
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position)).toEqual([undefined]);
    expect(ben.text.toJSON()).toBe(ALL);
  });

  test("waits for a slow one as long as something comes of it, and not for one that falls silent", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    for (let i = 0; i < 5; i++) {
      world.advance(SILENT_FOR_MILLIS - 1);
      desk.progress();
    }
    expect(world.server.newest.joins).toEqual([]);
    world.advance(SILENT_FOR_MILLIS - 1);
    expect(desk.isStopped).toBe(false);
    world.advance(1);
    expect(desk.isStopped).toBe(true);
    expect(world.server.newest.joins.map(({ position }) => position)).toEqual([undefined]);
    expect(ben.text.toJSON()).toBe(ALL);
  });

  test("what it types meanwhile was written without the snapshot, what it types then with it, and both are there once", () => {
    const { world, ann, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    ben.text.insert(0, "early ");
    world.settle();
    expect(ben.provider.state.status).toMatchObject({ changes: 1 });
    desk.answer(world.server.snapshot(2));
    world.server.newest.deliverDown();
    world.settle();
    ben.text.insert(0, "late ");
    world.settle();
    expect(world.server.newest.batches.map(({ base }) => base)).toEqual([0, 3]);
    expect(ben.text.toJSON()).toBe(ann.text.toJSON());
    expect(ben.text.toJSON().trim().split(" ").toSorted()).toEqual(["bread", "early", "eggs", "late", "milk"]);
    expect(ben.provider.state.status).toEqual({ kind: "saved" });
  });

  test("has read the snapshot when it types before the rest has come", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(world.server.snapshot(2));
    const wire = world.server.newest;
    wire.deliverDown();
    while (world.server.hear(wire));
    wire.deliverDown();
    ben.text.insert(0, "now ");
    world.settle();
    expect(wire.batches.map(({ base }) => base)).toEqual([2]);
    expect(ben.text.toJSON()).toBe(`now ${ALL}`);
  });

  test("is told of deletions that came after, of words that the snapshot holds", () => {
    const { world, ann, desk } = written();
    const snapshot = world.server.snapshot();
    ann.text.delete(0, "bread ".length);
    world.settle();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(snapshot);
    world.settle();
    expect(ben.text.toJSON()).toBe("milk eggs ");
  });

  test("joins there again when the connection broke before the welcome, and goes on from there when it broke after", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    const snapshot = world.server.snapshot(2);
    desk.answer(snapshot);
    world.server.newest.deliverDown();
    world.server.newest.cut(false);
    world.settle();
    world.clock.advance(1_000);
    const wire = world.server.newest;
    wire.deliverDown();
    while (world.server.hear(wire));
    expect(wire.joins.map(({ position }) => position)).toEqual([snapshot.position]);
    wire.deliverDown(); // the welcome, and nothing after it
    expect(ben.text.toJSON()).toBe("bread milk ");
    wire.cut(false);
    world.advance(1_000);
    expect(world.server.newest.joins.map(({ position }) => position)).toEqual([snapshot.position]);
    expect(ben.text.toJSON()).toBe(ALL);
    expect(desk.asked).toHaveLength(1);
  });

  test("lets go of it when it ends first", () => {
    const { world, desk } = written();
    const { timers } = world.clock;
    const ben = world.open({}, { fetchSnapshot: desk.port });
    ben.provider.destroy();
    expect(desk.isStopped).toBe(true);
    expect(world.clock.timers).toBe(timers);
  });
});

describe("a snapshot that is not of this log's past", () => {
  test("of a log that was replaced: as with any page that has more, what was lost comes back", () => {
    const { world, ann, desk } = written();
    ann.provider.disconnect(); // whoever has the rest would bring it back
    const old = world.server.snapshot();
    world.server.restore(1);
    const cat = world.join();
    for (const word of ["jam ", "honey ", "butter "]) {
      cat.text.insert(cat.text.length, word);
      world.settle();
    }
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(old);
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([3]);
    expect(ben.provider.state.isRestored).toBe(true);
    // Which of two that stood at one place comes first is for Yjs to say.
    expect(ben.text.toJSON().split(" ").toSorted()).toEqual(["", "bread", "butter", "eggs", "honey", "jam", "milk"]);
    expect(world.server.read()).toBe(ben.text.toJSON());
  });

  test("farther than the log, which lost its last rows: the same", () => {
    const { world, ann, desk } = written();
    ann.provider.disconnect();
    const old = world.server.snapshot();
    world.server.lose(2);
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(old);
    world.settle();
    expect(ben.text.toJSON()).toBe(ALL);
    expect(world.server.read()).toBe(ALL);
  });

  test("one that lacks what it says to hold: everything is asked for again", () => {
    const { world, desk } = written();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    const { position, ...rest } = world.server.snapshot(1);
    desk.answer({ ...rest, position: { ...position, seq: 3 } });
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([3, undefined]);
    expect(ben.text.toJSON()).toBe(ALL);
    expect(ben.provider.state.isSynced).toBe(true);
  });
});

describe("a snapshot that cannot be read: everything is asked for again", () => {
  const breakOff = (update: Uint8Array, by: number): Uint8Array => update.subarray(0, update.length - by);

  test.each<[string, (update: Uint8Array) => Uint8Array]>([
    ["something else", () => new TextEncoder().encode("<!doctype html><p>Sign in to the airport")],
    ["nothing", () => new Uint8Array()],
    ["one that breaks off among its words", (update) => breakOff(update, update.length >> 1)],
    ["one that breaks off among its deletions", (update) => breakOff(update, 1)],
  ])("%s", (_what, damage) => {
    const { world, ann, desk } = written();
    ann.text.delete(0, "bread ".length);
    world.settle();
    const ben = world.open({}, { fetchSnapshot: desk.port });
    const snapshot = world.server.snapshot();
    desk.answer({ ...snapshot, update: damage(snapshot.update) });
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([0]);
    expect(ben.text.toJSON()).toBe("milk eggs ");
    expect(ben.provider.state).toMatchObject({ isSynced: true, status: { kind: "saved" } });
    expect(world.server.newest.batches).toEqual([]);
  });
});

describe("what kind of document it is", () => {
  test("one of a newer schema is not applied", () => {
    const { world, desk } = written();
    world.server.schemaVersion = 2;
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(world.server.snapshot());
    expect(ben.provider.state).toMatchObject({ isOutdated: true, isWritable: false });
    world.settle();
    expect(ben.provider.state.isOutdated).toBe(true);
    expect(ben.text.toJSON()).toBe("");
  });

  test("one of another application is shown, and not kept", () => {
    const { world, desk } = written();
    world.server.schemaVersion = 0;
    const ben = world.visit({}, { fetchSnapshot: desk.port });
    world.device.settle();
    desk.answer(world.server.snapshot());
    world.advance(1_000);
    expect(ben.text.toJSON()).toBe(ALL);
    expect(ben.provider.state.kind).toBe("foreign");
    ben.kill();
    expect(opened(world)).toBe("");
  });

  test("a reader gets it like anybody, and sends nothing", () => {
    const { world, desk } = written();
    world.server.role = "viewer";
    const ben = world.open({}, { fetchSnapshot: desk.port });
    desk.answer(world.server.snapshot());
    expect(ben.text.toJSON()).toBe(ALL);
    expect(ben.provider.state).toMatchObject({ role: "viewer", isWritable: false });
    world.settle();
    expect(ben.text.toJSON()).toBe(ALL);
    expect(world.server.newest.batches).toEqual([]);
  });
});

describe("on the device", () => {
  test("it is kept with its position: the next page opens without the server, fetches nothing, and goes on from there", () => {
    const { world, ann, desk } = written();
    const ben = world.visit({}, { fetchSnapshot: desk.port });
    world.device.settle();
    desk.answer(world.server.snapshot());
    world.advance(1_000);
    ben.kill();
    ann.text.insert(0, "new ");
    world.settle();
    const next = world.visit({}, { fetchSnapshot: desk.port });
    world.device.settle();
    expect(next.text.toJSON()).toBe(ALL);
    world.settle();
    expect(next.text.toJSON()).toBe(`new ${ALL}`);
    expect(desk.asked).toHaveLength(1);
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([3]);
    expect(world.server.newest.updates.map(({ seq }) => seq)).toEqual([4]);
  });

  test("killed between the snapshot and the rest, the next page has the one and asks for the other", () => {
    const { world, desk } = written();
    const ben = world.visit({}, { fetchSnapshot: desk.port });
    world.device.settle();
    desk.answer(world.server.snapshot(2));
    const wire = world.server.newest;
    wire.deliverDown();
    while (world.server.hear(wire));
    wire.deliverDown();
    wire.loseDown();
    wire.isSilent = true;
    world.clock.advance(1_000, () => world.device.settle());
    ben.kill();
    expect(opened(world)).toBe("bread milk ");
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([2]);
  });

  test("words of an earlier page that was killed before it had the document find their place when it is there", () => {
    const { world, ann, desk } = written();
    const ben = world.visit({}, { fetchSnapshot: desk.port });
    ben.text.insert(0, "early ");
    world.clock.endTurn();
    world.device.settle();
    ben.kill();
    const next = world.visit({}, { fetchSnapshot: desk.port });
    world.device.settle();
    desk.answer(world.server.snapshot(2));
    world.advance(60_000);
    expect(next.text.toJSON()).toBe(ann.text.toJSON());
    expect(next.text.toJSON().trim().split(" ").toSorted()).toEqual(["bread", "early", "eggs", "milk"]);
    expect(next.provider.state.status).toEqual({ kind: "saved" });
  });
});

test("a page that brings something into the document fetches nothing: nobody knows what it builds on", () => {
  const { world, desk } = written();
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "brought ");
  const ben = world.join({ doc }, { fetchSnapshot: desk.port });
  expect(desk.asked).toEqual([]);
  expect(ben.text.toJSON().trim().split(" ").toSorted()).toEqual(["bread", "brought", "eggs", "milk"]);
});
