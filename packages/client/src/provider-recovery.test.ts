import { describe, expect, test } from "vitest";
import { encodeDown, fragment } from "@sheaf/protocol";
import * as Y from "yjs";
import { MemoryDevice } from "./testing/memory-device.ts";
import { DOCUMENT, textOf, World } from "./testing/world.ts";

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
    expect(world.server.newest.batches).toEqual(first.batches);
    expect(world.server.rows).toHaveLength(2);
    expect(world.server.read()).toBe("bread milk ");
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
    expect(world.server.newest.batches).toHaveLength(1);
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
    expect(ann.text.toJSON()).toBe("");
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
    expect(world.server.read()).toBe("bread");
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
    expect(world.server.read()).toBe("milk bread ");
    expect(world.server.newest.batches.map(({ number }) => number)).toEqual([5]);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });

  test("who had rows of a log that is gone is told; who had none, or is new, is not", () => {
    const world = new World();
    const ann = world.join();
    // Nothing was ever written: its log may have another name after each start.
    world.server.restore(0);
    world.advance(1000);
    expect(ann.provider.state.isRestored).toBe(false);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    world.server.restore(0);
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ isRestored: true, isSynced: true });
    expect(world.join().provider.state.isRestored).toBe(false);
  });

  test("another log that lacks only a deletion gets the deletion", () => {
    const world = new World();
    const ann = world.join();
    ann.text.insert(0, "bread milk ");
    world.settle();
    ann.text.delete(0, 6);
    world.settle();
    world.server.restore(1);
    world.advance(1000);
    expect(world.server.read()).toBe("milk ");
  });

  test("positions of an earlier log mean nothing in another", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ben.text.insert(0, word);
      world.settle();
    }
    ann.provider.disconnect();
    world.server.restore(1);
    world.advance(1000);
    ann.text.insert(0, "tea ");
    ann.provider.connect();
    world.settle();
    expect(world.server.newest.batches.map(({ base }) => base)).toEqual([0]);
  });

  test("a copy brought along from elsewhere, with a deletion nobody sent, is brought up to date both ways", () => {
    const world = new World();
    const ann = world.join();
    ann.text.insert(0, "bread milk ");
    world.settle();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(ann.provider.doc));
    doc.getText("text").delete(0, 6);
    world.join({ doc });
    expect([world.server.read(), ann.text.toJSON()]).toEqual(["milk ", "milk "]);
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
    expect(world.server.read()).toBe("tea eggs milk bread ");
    expect(world.server.newest.batches).toHaveLength(1);
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
    expect(wire.batches.map(({ number, update }) => [number, textOf(update)])).toEqual([
      [1, "bread "],
      [2, ""], // builds on the first, so it is nothing alone
      [3, "milk bread "],
    ]);
    world.settle();
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
    expect(world.server.read()).toBe("milk bread ");
  });

  test("a resend says where it left off: only rows after that come again, its own too", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join();
    ben.text.insert(0, "bread ");
    world.settle();
    ann.text.insert(6, "milk ");
    world.settle();
    world.server.wires[0]!.cut(false);
    ben.text.insert(0, "eggs ");
    world.advance(5_000);
    const join = world.server.newest.joins.at(-1);
    expect(join?.position).toEqual({ logId: expect.any(Uint8Array), seq: 2 });
    expect(world.server.newest.updates.map(({ seq }) => seq)).toEqual([3]);
    expect(ann.text.toJSON()).toBe("eggs bread milk ");
  });

  test("a position never passes a row that has not come, though a later one was acknowledged", () => {
    const world = new World();
    const ann = world.join();
    const ben = world.join();
    const wire = world.server.wires[0]!;
    ben.text.insert(0, "bread ");
    world.clock.endTurn();
    world.server.hear(world.server.newest);
    world.server.commit(); // ben's row is on its way to ann, and is lost with her socket
    wire.loseDown();
    ann.text.insert(0, "milk ");
    world.clock.endTurn();
    world.server.hear(wire);
    world.server.commit();
    while (wire.deliverDown());
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
    wire.cut(false);
    world.advance(5_000);
    expect(world.server.newest.joins.at(-1)?.position?.seq).toBe(0);
    expect(ann.text.toJSON()).toBe(ben.text.toJSON());
  });

  test("a frame that comes in fragments is put together; pieces that do not fit stop the page with a reason", () => {
    const world = new World();
    const ann = world.join();
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "x".repeat(5 * 1024 * 1024));
    const wire = world.server.newest;
    const update = encodeDown({ kind: "update", channel: 0, seq: 1, base: 0, update: Y.encodeStateAsUpdate(doc) });
    const pieces = fragment(update);
    expect(pieces.length).toBe(2);
    for (const piece of pieces) wire.sendBytes(piece);
    while (wire.deliverDown());
    expect(ann.text.length).toBe(5 * 1024 * 1024);
    for (const piece of [pieces[0]!, pieces[0]!]) wire.sendBytes(piece);
    while (wire.deliverDown());
    expect(ann.provider.state.status).toMatchObject({ kind: "stopped" });
  });

  test("a position that promises more than the document holds is given up for the vector, which never lies", () => {
    const world = new World();
    const ben = world.join();
    ben.text.insert(0, "bread ");
    world.settle();
    const device = new MemoryDevice();
    const logId = new Uint8Array(16).fill(1);
    device.open().store.write(DOCUMENT, [{ kind: "copy", logId, position: 1, rows: [] }], () => {});
    device.settle();
    const ann = world.open({}, { device: device.open() });
    device.settle();
    world.settle();
    expect(world.server.newest.joins.map(({ position }) => position?.seq)).toEqual([1, undefined]);
    expect(ann.text.toJSON()).toBe("bread ");
    expect(ann.provider.state).toMatchObject({ isSynced: true, status: { kind: "saved" } });
  });

  test("letters sent one by one before the connection broke, into a block that was deleted, come back as one", () => {
    const world = new World();
    const ann = world.join();
    const block = new Y.XmlElement("block");
    const line = new Y.XmlText("milk");
    block.insert(0, [line]);
    ann.provider.doc.getXmlFragment("page").insert(0, [block]);
    world.settle();
    const ben = world.join();
    const wire = world.server.newest;
    const bens = (ben.provider.doc.getXmlFragment("page").get(0) as Y.XmlElement).get(0) as Y.XmlText;
    for (const [index, letter] of ["y", "!"].entries()) {
      bens.insert(4 + index, letter);
      world.clock.endTurn();
    }
    ann.provider.doc.getXmlFragment("page").delete(0, 1);
    world.clock.endTurn();
    world.server.hear(world.server.wires[0]!);
    world.server.commit();
    wire.cut(true); // what was sent arrives, and ben is not told
    while (world.server.hear(wire)) world.server.commit();
    const found: string[][] = [];
    ben.provider.lostAndFound.subscribe(() => {
      found.push(
        ben.provider.lostAndFound.take().map(({ lost }) =>
          lost
            .ranges()
            .map(({ length }) => length)
            .join(),
        ),
      );
    });
    world.advance(5_000);
    expect(found).toEqual([["2"]]);
  });

  test("words that come behind the ack of the deletion that took them come back: the server had passed over a slow reader", () => {
    const world = new World();
    const ann = world.join();
    const block = new Y.XmlElement("block");
    const line = new Y.XmlText("milk");
    block.insert(0, [line]);
    ann.provider.doc.getXmlFragment("page").insert(0, [block]);
    world.settle();
    const ben = world.join();
    const { server } = world;
    const wire = server.newest;
    wire.isJoined = false;
    line.insert(4, "y");
    world.settle();
    ben.provider.doc.getXmlFragment("page").delete(0, 1);
    world.settle();
    expect(ben.provider.state.status).toEqual({ kind: "saved" });
    expect(ben.provider.lostAndFound.take()).toEqual([]);
    wire.send({ kind: "update", channel: 0, seq: 2, ...server.rows[1]! });
    wire.send({ kind: "synced", channel: 0, seq: 3 });
    while (wire.deliverDown());
    expect(ben.provider.lostAndFound.take()).toHaveLength(1);
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
    expect(ann.provider.state.status).toMatchObject({ kind: "saving", changes: 1 });
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
    expect(ben.text.toJSON()).toBe("bread milk ");
  });

  test("one failed commit is one failure, however many batches were in it, and success forgets it", () => {
    const world = new World();
    const ann = world.join();
    for (const word of ["bread ", "milk "]) {
      world.server.failingCommits = 1;
      ann.text.insert(0, word);
      world.clock.endTurn();
      ann.text.insert(0, "and ");
      world.settle();
      expect(ann.provider.state.status.kind).toBe("not-saved");
      world.advance(1000);
      expect(ann.provider.state.status).toEqual({ kind: "saved" });
    }
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
    expect(ann.provider.state.status).toMatchObject({ kind: "saving", changes: 1 });
    expect(wire.batches.map(({ number }) => number)).toEqual([1, 2, 2]);
  });

  test("a draining server is asked again at once, then with waits", () => {
    const world = new World();
    const ann = world.join();
    world.server.refuse = () => "draining";
    ann.text.insert(0, "bread");
    world.settle();
    const sends = [0, 1000, 1000, 1000].map((millis) => {
      world.advance(millis);
      return world.server.newest.batches.length;
    });
    expect(sends).toEqual([2, 2, 3, 3]);
    world.server.refuse = () => undefined;
    world.advance(4000);
    expect(ann.provider.state.status).toEqual({ kind: "saved" });
  });
});
