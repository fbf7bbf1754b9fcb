import { describe, expect, test } from "vitest";
import { CLOSE } from "@sheaf/protocol";
import * as Y from "yjs";
import { textOf, World } from "./testing/world.ts";

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
    expect(ann.provider.state.status).toMatchObject({
      kind: "not-saved",
      changes: 2,
      why: { code: "refused", nack: "foreignClientId" },
    });
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["bread "]);
    expect(world.server.wires.flatMap(({ batches }) => batches)).toHaveLength(1);
    expect(ann.text.toJSON()).toBe("bread milk ");
  });

  test("reconnecting does not make more of what was refused", () => {
    const world = new World();
    const ann = world.join();
    world.server.refuse = () => "foreignClientId";
    ann.text.insert(0, "bread ");
    world.settle();
    world.server.newest.cut(false);
    world.advance(60_000);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", changes: 1 });
    expect(ann.provider.state.refused).toHaveLength(1);
  });

  test("an edit over the server's limit is not sent", () => {
    const world = new World();
    world.server.maxUpdateBytes = 100;
    const ann = world.join();
    ann.text.insert(0, "x".repeat(200));
    world.settle();
    expect(world.server.newest.batches).toEqual([]);
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "refused", nack: "tooLarge" } });
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["x".repeat(200)]);
  });

  test("a reader's early words are offered back, and sent when the reader may write", () => {
    const world = new World();
    world.server.role = "viewer";
    const ann = world.open();
    ann.text.insert(0, "early");
    world.settle();
    expect(ann.provider.state).toMatchObject({ role: "viewer", isWritable: false });
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", why: { code: "refused", nack: "readOnly" } });
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["early"]);
    expect(world.server.newest.batches).toEqual([]);
    world.server.role = "editor";
    world.server.newest.cut(false);
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ isWritable: true, status: { kind: "saved" } });
    expect(world.server.read()).toBe("early");
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
    expect(world.server.read()).toBe("bread");
  });
});

describe("a role that changes while one is there", () => {
  test("to reader: the page says so, what was typed is offered back, and goes on when the role comes back", () => {
    const world = new World();
    const ann = world.join();
    ann.text.insert(0, "saved ");
    world.settle();
    world.server.changeRole("viewer");
    // On its way when the news comes, then in the same turn as the news.
    ann.text.insert(6, "sent ");
    world.clock.endTurn();
    ann.text.insert(11, "typed");
    world.settle();
    expect(ann.provider.state).toMatchObject({
      role: "viewer",
      isWritable: false,
      readOnlyReason: "You can only read this now.",
      status: { kind: "not-saved", changes: 2, why: { code: "refused", nack: "readOnly" } },
    });
    expect(ann.provider.state.refused.map(({ number }) => number)).toEqual([2, 3]);
    expect(world.server.read()).toBe("saved ");
    world.server.changeRole("editor");
    world.settle();
    expect(ann.provider.state).toMatchObject({
      role: "editor",
      isWritable: true,
      refused: [],
      status: { kind: "saved" },
    });
    expect(world.server.read()).toBe("saved sent typed");
    expect(world.server.wires).toHaveLength(1);
  });

  test("to reader while the server could not save: nothing waits for an answer that never comes", () => {
    const world = new World();
    const ann = world.join();
    world.server.failingCommits = 1;
    ann.text.insert(0, "bread ");
    world.settle();
    world.server.changeRole("viewer");
    world.settle();
    expect(ann.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["bread "]);
    world.server.changeRole("editor");
    world.settle();
    world.advance(60_000);
    expect(ann.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread ");
  });

  test("what was on its way to the log before is saved, and nobody is offered it", () => {
    const world = new World();
    const ann = world.join();
    ann.text.insert(0, "bread");
    world.clock.endTurn();
    while (world.server.hear(world.server.newest));
    world.server.changeRole("viewer");
    world.settle();
    expect(ann.provider.state).toMatchObject({ isWritable: false, refused: [], status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread");
  });

  test("a deletion on its way to the log meanwhile is the page's own, though it comes as anybody's: what it took unseen is put back", () => {
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
    line.insert(4, "y");
    world.clock.endTurn();
    server.hear(server.wires[0]!);
    ben.provider.doc.getXmlFragment("page").delete(0, 1);
    world.clock.endTurn();
    server.hear(wire);
    server.changeRole("viewer");
    server.changeRole("editor");
    while (wire.deliverDown());
    while (server.hear(wire)); // what was sent comes again, in a session of its own
    world.settle();
    expect(server.rows).toHaveLength(3);
    expect(ben.provider.lostAndFound.take()).toHaveLength(1);
    expect(ann.provider.lostAndFound.take()).toEqual([]);
  });

  test.each([
    ["removed", 4405],
    ["unknownDocument", 4404],
  ] as const)(
    "to nothing (%s): the page ends and says so, the words are the author's, and are sent when they are let in again",
    (code, number) => {
      const world = new World();
      const ann = world.join();
      ann.text.insert(0, "bread");
      world.clock.endTurn();
      world.server.newest.close(number);
      world.server.newest.loseUp();
      world.settle();
      expect(ann.provider.state.connection).toBe("stopped");
      expect(ann.provider.state.refused.map(({ update, reason }) => [textOf(update), reason])).toEqual([
        ["bread", CLOSE[code].reason],
      ]);
      ann.provider.connect();
      world.settle();
      expect(ann.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
      expect(world.server.read()).toBe("bread");
    },
  );

  test("a tab that is killed after it lost its role leaves its words to the next one", () => {
    const world = new World();
    const ann = world.visit();
    world.settle();
    world.server.changeRole("viewer");
    world.settle();
    ann.text.insert(0, "bread");
    world.settle();
    ann.kill();
    world.settle();
    const again = world.visit();
    world.advance(10_000);
    expect(again.provider.state.refused.map(({ update }) => textOf(update))).toEqual(["bread"]);
    world.server.changeRole("editor");
    world.advance(10_000);
    expect(again.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread");
  });
});

test("refused words that an earlier page leaves between a welcome and its sync are sent as well, and what builds on them", () => {
  const world = new World();
  const ann = world.visit();
  world.settle();
  const wire = world.server.newest;
  world.server.role = "viewer";
  ann.text.insert(0, "bread ");
  world.clock.endTurn();
  ann.text.insert(6, "milk");
  world.clock.endTurn();
  while (world.server.hear(wire));
  wire.deliverDown(); // of two refusals the page hears one
  world.device.settle();
  world.server.role = "editor";
  const again = world.visit();
  world.clock.endTurn();
  world.device.settle();
  const next = world.server.newest;
  next.deliverDown();
  while (world.server.hear(next));
  next.deliverDown();
  expect(again.provider.state).toMatchObject({ role: "editor", isSynced: false });
  ann.kill();
  world.device.settle();
  expect(again.provider.state.refused).toHaveLength(1);
  world.settle();
  expect(again.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
  expect(world.server.read()).toBe("bread milk");
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
    expect(ann.text.toJSON()).toBe("old ");
    expect(ben.text.toJSON().split(" ").toSorted()).toEqual(["", "new", "old"]);
  });

  test("raised to a newer schema while the page is open: told before it gets what it cannot hold", () => {
    const world = new World();
    const ann = world.join();
    const wire = world.server.newest;
    const ben = world.join({ schemaVersion: 2 });
    ann.text.insert(0, "old ");
    world.clock.endTurn();
    world.server.schemaVersion = 2;
    world.server.welcome(wire);
    ben.text.insert(0, "new ");
    world.settle();
    expect(ann.provider.state.status).toEqual({ kind: "stopped", changes: 0, why: { code: "outdated" } });
    expect(ann.text.toJSON()).toBe("old ");
    expect(world.server.read().split(" ").toSorted()).toEqual(["", "new", "old"]);
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
    expect(ann.text.toJSON()).toBe("hello");
    ann.text.insert(0, "x");
    world.settle();
    expect(world.server.newest.batches).toEqual([]);
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

  test("what Yjs tidied for a reader reaches the log once the reader may write: its replica was another than everybody's", () => {
    const world = new World();
    const ann = world.join();
    const cat = world.join();
    world.server.role = "viewer";
    const ben = world.join();
    world.server.role = "editor";
    ann.text.insert(0, "abcdef");
    world.settle();
    ann.text.format(1, 2, { bold: true });
    cat.text.delete(1, 5);
    world.clock.endTurn();
    // Both leave before they hear of each other, so only the reader tidies.
    for (const { provider } of [ann, cat]) provider.disconnect();
    const tidied: Uint8Array[] = [];
    ben.provider.doc.on("update", (update: Uint8Array, origin) => {
      if (origin !== ben.provider) tidied.push(update);
    });
    world.settle();
    expect(tidied.length).toBeGreaterThan(0);
    const rows = world.server.rows.length;
    ben.provider.disconnect();
    ben.provider.connect();
    world.settle();
    expect(world.server.rows.length).toBe(rows + 1);
    const stored = deletionsIn(world.server.rows.at(-1)!.update);
    expect(stored).toEqual(expect.arrayContaining(tidied.flatMap(deletionsIn)));
    expect(ben.provider.state.status).toEqual({ kind: "saved" });
  });
});

/** `client:clock` of everything the update deletes. */
const deletionsIn = (update: Uint8Array): string[] =>
  [...Y.decodeUpdate(update).ds.clients].flatMap(([client, ranges]) =>
    ranges.flatMap(({ clock, len }) => Array.from({ length: len }, (_, at) => `${client}:${clock + at}`)),
  );
