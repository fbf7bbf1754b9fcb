import { encodeDown, type UpFrame } from "@sheaf/protocol";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { type Page, World } from "./testing/world.ts";

const batchesIn = (frames: readonly UpFrame[]) => frames.filter((frame) => frame.kind === "batch");

function textOf(update: Uint8Array): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText("text").toString();
}

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
    expect(ann.text.toString()).toBe(ben.text.toString());
    expect(ann.text.toString().split(" ").toSorted()).toEqual(["", "bread", "milk"]);
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
    const batches = batchesIn(world.server.newest.sent);
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
    expect(batchesIn(annsWire.sent).map(({ base }) => base)).toEqual([0, 1]);
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
    expect(ben.text.toString()).toBe("bread");
  });

  test("a document filled before the page connected is sent, deletions and all", () => {
    const world = new World();
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "bread and butter");
    doc.getText("text").delete(5, 11);
    world.join({ doc });
    expect(world.server.read().getText("text").toString()).toBe("bread");
    expect(world.server.rows).toHaveLength(1);
  });

  test("words typed before the first welcome are sent with it", () => {
    const world = new World();
    const ann = world.open();
    ann.text.insert(0, "early");
    world.settle();
    expect(world.server.read().getText("text").toString()).toBe("early");
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });
});

describe("losing the connection", () => {
  test("batches cut off on their way are sent again, unchanged, and land exactly once", () => {
    const world = new World();
    const ann = world.join();
    const first = world.server.newest;
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    ann.text.insert(6, "milk ");
    world.clock.endTurn();
    world.server.hear(first); // the first arrives, its ack never will
    first.cut(false);
    world.settle();
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", changes: 2, why: { code: "offline" } });

    world.advance(1000);
    expect(batchesIn(world.server.newest.sent)).toEqual(batchesIn(first.sent));
    expect(world.server.rows).toHaveLength(2);
    expect(world.server.read().getText("text").toString()).toBe("bread milk ");
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("what is written offline is sent as one batch", () => {
    const world = new World();
    const ann = world.join();
    ann.provider.disconnect();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ann.text.insert(0, word);
      world.settle();
    }
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", changes: 3 });
    ann.provider.connect();
    world.settle();
    expect(batchesIn(world.server.newest.sent)).toHaveLength(1);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("the late close of an earlier socket does not end the present one", () => {
    const world = new World();
    const ann = world.join();
    const old = world.server.newest;
    ann.provider.disconnect(); // its close is on the way
    ann.provider.connect();
    world.server.newest.deliverDown();
    old.deliverDown();
    expect(ann.provider.state.connection).toBe("open");
    world.settle();
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("a late frame of an earlier socket is not applied", () => {
    const world = new World();
    const ann = world.join();
    const old = world.server.newest;
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "ghost");
    old.send({ kind: "update", channel: 0, seq: 9, base: 0, update: Y.encodeStateAsUpdate(doc) });
    ann.provider.disconnect();
    ann.provider.connect();
    world.server.newest.deliverDown();
    expect(ann.provider.state.connection).toBe("open");
    old.deliverDown();
    world.settle();
    expect(ann.text.toString()).toBe("");
  });

  test("a silent socket is found dead by a ping, sooner while words wait behind it", () => {
    const world = new World();
    const ann = world.join();
    world.server.newest.isSilent = true;
    ann.text.insert(0, "bread");
    world.advance(5000);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "overdue" } });
    expect(world.server.newest.sent.at(-1)?.kind).toBe("ping");
    world.advance(4999);
    expect(world.server.wires).toHaveLength(1);
    world.advance(2000);
    expect(world.server.wires).toHaveLength(2);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
    expect(world.server.read().getText("text").toString()).toBe("bread");
  });

  test("a reader behind a silent socket is back within half a minute and a wait", () => {
    const world = new World();
    const ann = world.join();
    world.server.newest.isSilent = true;
    world.advance(29_999);
    expect(world.server.wires).toHaveLength(1);
    world.advance(600);
    expect(world.server.wires).toHaveLength(2);
    expect(ann.provider.state.isSynced).toBe(true);
  });

  test("the network coming back ends a wait at once", () => {
    const world = new World();
    const ann = world.join();
    world.server.isRefusing = true;
    world.server.newest.cut(false);
    world.settle();
    world.advance(60_000);
    world.server.isRefusing = false;
    const before = world.server.wires.length;
    ann.signal("online");
    world.settle();
    expect(world.server.wires).toHaveLength(before + 1);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("a handshake refused for good stops the page, with the reason asked over HTTP", async () => {
    const world = new World();
    world.server.isRefusing = true;
    const reason = { code: "unauthorized", reason: "You are not signed in." } as const;
    const ann = world.join({}, { whyRefused: () => Promise.resolve(reason) });
    await Promise.resolve();
    await Promise.resolve();
    world.advance(120_000);
    expect(ann.provider.state.status).toEqual({ kind: "stopped", changes: 0, why: { code: "stopped", reason } });
    expect(world.server.wires).toHaveLength(1);

    world.server.isRefusing = false;
    ann.provider.connect();
    world.settle();
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("a probe that fails itself changes nothing", async () => {
    const world = new World();
    world.server.isRefusing = true;
    const ann = world.join({}, { whyRefused: () => Promise.reject(new Error("unreachable")) });
    await new Promise(setImmediate);
    world.server.isRefusing = false;
    world.advance(10_000);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });
});

describe("a server that lacks something", () => {
  test("another log than last time gets everything beyond its vector, in one batch", () => {
    const world = new World();
    const ann = world.join();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ann.text.insert(0, word);
      world.settle();
    }
    ann.text.delete(0, 5);
    world.settle();
    world.server.restore(1);
    world.advance(1000);
    expect(world.server.read().getText("text").toString()).toBe("milk bread ");
    expect(batchesIn(world.server.newest.sent).map(({ number }) => number)).toEqual([5]);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("the same log, but without what it had acknowledged, gets that again", () => {
    const world = new World();
    const ann = world.join();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ann.text.insert(0, word);
      world.settle();
    }
    world.server.lose(1);
    ann.text.insert(0, "tea ");
    world.advance(1000);
    expect(world.server.read().getText("text").toString()).toBe("tea eggs milk bread ");
    expect(batchesIn(world.server.newest.sent)).toHaveLength(1);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("asked, a page sends one batch that stands for all that was pending", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    ann.text.insert(0, "bread ");
    world.settle();
    ann.text.insert(0, "milk ");
    world.clock.endTurn();
    wire.send({ kind: "ask", channel: 0, vector: Uint8Array.of(0) });
    wire.deliverDown();
    expect(batchesIn(wire.sent).map(({ number, update }) => [number, textOf(update)])).toEqual([
      [1, "bread "],
      [2, ""], // builds on the first, so it is nothing alone
      [3, "milk bread "],
    ]);
    world.settle();
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
    expect(world.server.read().getText("text").toString()).toBe("milk bread ");
  });

  test("an ack for a superseded batch does not count for what superseded it", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    ann.text.insert(0, "bread");
    world.clock.endTurn();
    wire.send({ kind: "ask", channel: 0, vector: Uint8Array.of(0) });
    wire.send({ kind: "ack", channel: 0, number: 1, seq: 1 });
    while (wire.deliverDown());
    expect(ann.provider.state.status).toEqual({ kind: "saving", changes: 1 });
  });
});

describe("a server that cannot save", () => {
  test("holds back, says so, tries again with growing waits and recovers without losing a word", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join();
    world.server.failingCommits = 3;
    ann.text.insert(0, "bread ");
    world.settle();
    expect(ann.provider.state.status).toMatchObject({
      kind: "not-saved",
      changes: 1,
      why: { code: "held", reason: "The server's disk is full." },
    });
    ann.text.insert(6, "milk ");
    world.settle();
    const failed = (): number => 3 - world.server.failingCommits;
    const after = [999, 1, 1999, 1].map((millis) => {
      world.advance(millis);
      return failed();
    });
    expect(after).toEqual([1, 2, 2, 3]);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", changes: 2, why: { code: "held" } });

    world.advance(4000);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
    expect(ben.text.toString()).toBe("bread milk ");
  });

  test("an acknowledgement of anything ends the wait", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    ann.text.insert(0, "milk ");
    world.clock.endTurn();
    wire.send({ kind: "nack", channel: 0, number: 2, code: "storage", reason: "Full." });
    wire.deliverDown();
    expect(ann.provider.state.status).toMatchObject({ why: { code: "held" } });
    wire.send({ kind: "ack", channel: 0, number: 1, seq: 1 });
    wire.deliverDown();
    expect(ann.provider.state.status).toEqual({ kind: "saving", changes: 1 });
    expect(batchesIn(wire.sent).map(({ number }) => number)).toEqual([1, 2, 2]);
  });

  test("a draining server is asked again at once, then with waits", () => {
    const world = new World();
    const ann = world.join();
    world.server.refuse = () => "draining";
    ann.text.insert(0, "bread");
    world.settle();
    const sends = [0, 1000, 1000, 1000].map((millis) => {
      world.advance(millis);
      return batchesIn(world.server.newest.sent).length;
    });
    expect(sends).toEqual([2, 2, 3, 3]);
    world.server.refuse = () => undefined;
    world.advance(4000);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });
});

describe("a server that refuses for good", () => {
  test("the words stay with their author, and nothing that builds on them is sent", () => {
    const world = new World();
    const ann = world.join();
    world.server.refuse = () => "foreignClientId";
    ann.text.insert(0, "bread ");
    world.settle();
    ann.text.insert(6, "milk ");
    world.settle();
    world.server.newest.cut(false);
    world.advance(60_000);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", changes: 2, why: { code: "refused", nack: "foreignClientId" } });
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["bread "]);
    expect(world.server.wires.flatMap(({ sent }) => batchesIn(sent))).toHaveLength(1);
    expect(ann.text.toString()).toBe("bread milk ");
  });

  test("an edit over the server's limit is not sent", () => {
    const world = new World();
    world.server.maxUpdateBytes = 100;
    const ann = world.join();
    ann.text.insert(0, "x".repeat(200));
    world.settle();
    expect(batchesIn(world.server.newest.sent)).toEqual([]);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "refused", nack: "tooLarge" } });
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["x".repeat(200)]);
  });

  test("a reader's early words wait, and are sent when the reader may write", () => {
    const world = new World();
    world.server.role = "viewer";
    const ann = world.open();
    ann.text.insert(0, "early");
    world.settle();
    expect(ann.provider.state).toMatchObject({ role: "viewer", isWritable: false });
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "read-only" } });
    world.server.role = "editor";
    world.server.newest.cut(false);
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ isWritable: true, status: { kind: "saved" } });
    expect(world.server.read().getText("text").toString()).toBe("early");
  });

  test("what a demoted writer was refused is sent once they may write again", () => {
    const world = new World();
    const ann = world.join();
    world.server.role = "viewer";
    ann.text.insert(0, "bread");
    world.settle();
    expect(ann.provider.state.refused).toHaveLength(1);
    world.server.role = "editor";
    world.server.newest.cut(false);
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    expect(world.server.read().getText("text").toString()).toBe("bread");
  });
});

describe("a document this page cannot handle", () => {
  test("written by a newer schema: nothing more is applied, and what was typed is still saved", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join({ schemaVersion: 2 });
    world.server.schemaVersion = 2;
    world.server.wires[0]?.cut(false);
    ann.text.insert(0, "old ");
    ben.text.insert(0, "new ");
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ isOutdated: true, isWritable: false });
    expect(ann.provider.state.status).toEqual({ kind: "stopped", changes: 0, why: { code: "outdated" } });
    expect(ann.text.toString()).toBe("old ");
    expect(ben.text.toString().split(" ").toSorted()).toEqual(["", "new", "old"]);
  });

  test.each([
    { ours: 1, theirs: 0 },
    { ours: 0, theirs: 3 },
  ])("of another kind (ours $ours, theirs $theirs): readable, not writable", ({ ours, theirs }) => {
    const world = new World();
    world.join().text.insert(0, "hello");
    world.settle();
    world.server.schemaVersion = theirs;
    const ann = world.join({ schemaVersion: ours });
    expect(ann.provider.state).toMatchObject({ kind: "foreign", isWritable: false, isOutdated: false });
    expect(ann.text.toString()).toBe("hello");
    ann.text.insert(0, "x");
    world.settle();
    expect(batchesIn(world.server.newest.sent)).toEqual([]);
  });

  test("an update Yjs cannot read stops the page, keeps the words and says what to do", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    ann.text.insert(0, "bread");
    world.clock.endTurn();
    wire.send({ kind: "update", channel: 0, seq: 1, base: 0, update: Uint8Array.of(1, 1, 1, 0, 99) });
    while (wire.deliverDown());
    world.settle();
    expect(ann.provider.state.connection).toBe("stopped");
    expect(ann.provider.state.status).toMatchObject({
      kind: "not-saved",
      changes: 1,
      why: { code: "stopped", reason: { code: "unreadableUpdate" } },
    });
  });

  test("a frame of no known kind stops the page", () => {
    const world = new World();
    const ann = world.join();
    world.server.newest.sendBytes(Uint8Array.of(99));
    world.settle();
    expect(ann.provider.state.status).toMatchObject({ kind: "stopped", why: { reason: { code: "unreadableFrame" } } });
  });

  test("a reader's page does not call Yjs's own tidying unsaved work", () => {
    const world = new World();
    const ann = world.join();
    const cat = world.join();
    world.server.role = "viewer";
    const ben = world.join();
    world.server.role = "editor";
    ann.text.insert(0, "abcdef");
    world.settle();
    // Formatting text that is deleted at the same moment leaves marks around nothing, which every replica removes.
    ann.text.format(1, 2, { bold: true });
    cat.text.delete(1, 5);
    let tidied = 0;
    ben.provider.doc.on("update", (_update, origin) => {
      if (origin !== ben.provider) tidied += 1;
    });
    world.settle();
    expect(tidied).toBeGreaterThan(0);
    expect(ben.provider.state.status).toEqual({ kind: "saved" });
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
    expect(world.server.read().getText("text").toString()).toBe("last words");
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
