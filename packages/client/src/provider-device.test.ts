import { describe, expect, test } from "vitest";
import { COPY_EVERY_MILLIS, LOOK_EVERY_MILLIS, OPEN_WITHIN_MILLIS } from "./keeper.ts";
import { statusSentence } from "./status.ts";
import { DOCUMENT, type Tab, textOf, World } from "./testing/world.ts";

/** A page of a world, through its first sync. */
function settled(world: World): Tab {
  const tab = world.visit();
  world.advance(1000);
  return tab;
}

/** The server is gone until `restored`. */
function cutOff(world: World): { readonly restored: () => void } {
  world.server.isRefusing = true;
  for (const wire of world.server.wires) wire.cut(false);
  world.settle();
  return {
    restored: () => {
      world.server.isRefusing = false;
    },
  };
}

describe("a page that ends with words the server has not", () => {
  test("the next page shows them, sends them under their old client id and base, and they are there once", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    const { restored } = cutOff(world);
    ann.text.insert(6, "milk ");
    world.settle();
    ann.kill();
    restored();
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread milk ");
    expect(world.server.read()).toBe("bread milk ");
    expect(world.server.rows.map(({ base }) => base)).toEqual([0, 0]);
    const { clients } = next.provider.doc.store;
    expect(clients.has(ann.provider.doc.clientID)).toBe(true);
    expect(clients.has(next.provider.doc.clientID)).toBe(false);
    expect(next.provider.state.status).toEqual({ kind: "saved" });
    expect(world.device.batchesOf(DOCUMENT)).toBe(0);
  });

  test("which words no log has is known to their page and to the next one, until it has them", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    expect([...ann.provider.pendingFrom]).toEqual([[ann.provider.doc.clientID, 0]]);
    world.advance(1000);
    expect(ann.provider.pendingFrom.size).toBe(0);
    const { restored } = cutOff(world);
    ann.text.insert(6, "milk ");
    world.settle();
    ann.kill();
    const next = settled(world);
    next.text.insert(11, "eggs");
    expect(next.provider.pendingFrom).toEqual(
      new Map([
        [ann.provider.doc.clientID, 6],
        [next.provider.doc.clientID, 0],
      ]),
    );
    restored();
    world.advance(60_000);
    expect(world.server.read()).toBe("bread milk eggs");
    expect(next.provider.pendingFrom.size).toBe(0);
  });

  test("words the server took without the page hearing of it are acknowledged to the next one, not doubled", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    world.device.settle();
    world.server.hear(world.server.newest);
    world.server.commit();
    ann.kill();
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread ");
    expect(world.server.rows).toHaveLength(1);
    expect(next.provider.state.status).toEqual({ kind: "saved" });
  });

  test("with the server still down the next page shows the document and the words, and keeps what is typed then, too", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    const { restored } = cutOff(world);
    ann.text.insert(6, "milk ");
    world.settle();
    ann.kill();
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread milk ");
    next.text.insert(11, "eggs ");
    world.settle();
    next.kill();
    const third = settled(world);
    expect(third.text.toJSON()).toBe("bread milk eggs ");
    restored();
    world.advance(60_000);
    expect(world.server.read()).toBe("bread milk eggs ");
    expect(third.provider.state.status).toEqual({ kind: "saved" });
  });

  test("words in a document the server never heard of open with the server down", async () => {
    const world = new World();
    world.server.isRefusing = true;
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.settle();
    ann.kill();
    const next = settled(world);
    await next.provider.whenOpened;
    expect(next.text.toJSON()).toBe("bread ");
  });

  test("closed by the person in the middle of a write, nothing is missing afterwards", () => {
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    ann.provider.destroy();
    world.device.settle();
    restored();
    expect(settled(world).text.toJSON()).toBe("bread ");
  });
});

describe("opening", () => {
  test("a document read before opens with the server down, and takes what is new from where it stood", async () => {
    const world = new World();
    const ann = settled(world);
    const ben = world.join();
    ben.text.insert(0, "bread ");
    world.advance(1000);
    ann.kill();
    const { restored } = cutOff(world);
    const next = settled(world);
    await next.provider.whenOpened;
    expect(next.text.toJSON()).toBe("bread ");
    expect(next.provider.state.status).toEqual({ kind: "offline", changes: 0 });
    restored();
    world.advance(60_000);
    next.text.insert(0, "new ");
    world.settle();
    expect(world.server.rows.at(-1)?.base).toBe(1);
  });

  test("the copy is no edit: nothing of it is sent, and nothing is unsaved", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    ann.kill();
    const next = settled(world);
    expect(world.server.newest.batches).toEqual([]);
    expect(next.provider.state.status).toEqual({ kind: "saved" });
  });

  test("what is typed before the device answers is kept and sent like anything else", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    ann.kill();
    world.device.isStalled = true;
    const next = world.visit();
    next.text.insert(0, "early ");
    world.settle();
    expect(next.provider.state.status).toMatchObject({ changes: 1, isKept: false });
    world.device.isStalled = false;
    const { restored } = cutOff(world);
    world.settle();
    next.kill();
    restored();
    const third = settled(world);
    expect(third.text.toJSON().split(" ").toSorted()).toEqual(["", "bread", "early"]);
    expect(world.server.read()).toBe(third.text.toJSON());
  });

  test("a device that does not answer is done without, and used when it does", () => {
    const world = new World();
    world.device.isStalled = true;
    const ann = world.visit();
    ann.text.insert(0, "bread ");
    world.advance(OPEN_WITHIN_MILLIS);
    world.advance(1000);
    expect(world.server.read()).toBe("bread ");
    expect(ann.provider.state).toMatchObject({ status: { kind: "saved" }, deviceFailure: "failed" });
    world.device.isStalled = false;
    world.settle();
    expect(ann.provider.state.deviceFailure).toBeUndefined();
    const { restored } = cutOff(world);
    ann.text.insert(6, "milk ");
    world.settle();
    expect(ann.provider.state.status).toMatchObject({ isKept: true });
    ann.kill();
    restored();
    expect(settled(world).text.toJSON()).toBe("bread milk ");
  });

  test("a device that is new is not waited for, and keeps what is typed once it answers", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.settle();
    world.device.isStalled = true;
    const ben = world.open({}, { device: { ...world.device.open(), isNew: true } });
    world.settle();
    expect(ben.text.toJSON()).toBe("bread ");
    ben.text.insert(6, "milk ");
    world.settle();
    expect(world.server.read()).toBe("bread milk ");
    world.device.isStalled = false;
    const { restored } = cutOff(world);
    ben.text.insert(11, "eggs ");
    world.settle();
    expect(ben.provider.state.status).toMatchObject({ isKept: true });
    restored();
  });

  test("words on a device that was said to be new are found and sent all the same", () => {
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    world.settle();
    ann.kill();
    restored();
    const ben = world.open({}, { device: { ...world.device.open(), isNew: true } });
    world.advance(LOOK_EVERY_MILLIS);
    expect(ben.text.toJSON()).toBe("bread ");
    expect(world.server.read()).toBe("bread ");
  });

  test("a backup was restored while nobody looked: what the copy has and the log lost is sent again, and it is said", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.settle();
    ann.text.insert(6, "milk ");
    world.advance(1000);
    ann.kill();
    world.server.restore(1);
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread milk ");
    expect(world.server.read()).toBe("bread milk ");
    expect(next.provider.state.isRestored).toBe(true);
  });

  test("another application's document is not kept: without the server nobody could tell what it is", () => {
    const world = new World();
    world.join({ schemaVersion: 0 }).text.insert(0, "hello");
    world.settle();
    world.server.schemaVersion = 0;
    settled(world).kill();
    cutOff(world);
    expect(settled(world).text.toJSON()).toBe("");
  });
});

describe("several pages of one browser", () => {
  test("five tabs: when two are killed with words unsent, each word is sent once, by one of the others", () => {
    const world = new World();
    const tabs = Array.from({ length: 5 }, () => settled(world));
    const { restored } = cutOff(world);
    tabs.forEach(({ text }, index) => text.insert(0, `tab${index} `));
    world.settle();
    tabs[0]!.kill();
    tabs[3]!.kill();
    world.advance(LOOK_EVERY_MILLIS);
    expect(tabs.map(({ text }) => text.toJSON().includes("tab0"))).toHaveLength(5);
    restored();
    world.advance(60_000);
    const expected = ["tab0", "tab1", "tab2", "tab3", "tab4"];
    for (const { text } of [tabs[1]!, tabs[2]!, tabs[4]!]) {
      expect(text.toJSON().trim().split(" ").toSorted()).toEqual(expected);
    }
    expect(world.server.rows).toHaveLength(5);
    expect(world.device.batchesOf(DOCUMENT)).toBe(0);
  });

  test("what a living tab has not sent yet is left to it", () => {
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    world.settle();
    const other = settled(world);
    world.advance(3 * LOOK_EVERY_MILLIS);
    expect(other.text.toJSON()).toBe("");
    restored();
    world.advance(60_000);
    expect(other.text.toJSON()).toBe("bread ");
    expect(world.server.wires.flatMap(({ batches }) => batches)).toHaveLength(1);
  });

  test("a tab too slow to say that it lives has its words taken; those it writes after that are taken over, too", () => {
    const world = new World();
    const ann = settled(world);
    const ben = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    world.settle();
    ann.lose();
    world.advance(LOOK_EVERY_MILLIS);
    expect(ben.text.toJSON()).toBe("bread ");
    ann.text.insert(6, "milk ");
    world.settle();
    ann.kill();
    world.advance(LOOK_EVERY_MILLIS);
    expect(ben.text.toJSON()).toBe("bread milk ");
    restored();
    world.advance(60_000);
    expect(world.server.read()).toBe("bread milk ");
    expect(world.device.batchesOf(DOCUMENT)).toBe(0);
  });

  test("what a tab too slow to say that it lives writes while its words are taken stays for whoever takes it next", () => {
    // So many calls of the device after the others look for what is left; not all of them are the taker's.
    for (const steps of Array(12).keys()) {
      const world = new World();
      const ann = settled(world);
      const ben = settled(world);
      const { restored } = cutOff(world);
      ann.text.insert(0, "bread ");
      world.settle();
      ann.lose();
      world.clock.advance(LOOK_EVERY_MILLIS);
      for (let step = 0; step < steps; step++) world.device.step();
      ann.text.insert(6, "milk ");
      world.clock.endTurn();
      world.settle();
      ann.kill();
      world.advance(2 * LOOK_EVERY_MILLIS);
      expect(ben.text.toJSON(), `after ${steps} calls`).toBe("bread milk ");
      restored();
      world.advance(60_000);
      expect(world.server.read()).toBe("bread milk ");
      expect(world.device.batchesOf(DOCUMENT)).toBe(0);
    }
  });

  test("a tab that is open adopts words whose beginning has not reached it yet: they are sent when it has", () => {
    const world = new World();
    const ben = settled(world);
    const ann = settled(world);
    const [bens, anns] = world.server.wires;
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    world.device.settle();
    world.server.hear(anns!);
    world.server.commit();
    while (anns!.deliverDown());
    anns!.isSilent = bens!.isSilent = true;
    world.clock.advance(1000, () => world.device.settle());
    expect(world.device.batchesOf(DOCUMENT)).toBe(0);
    ann.text.insert(6, "milk ");
    world.clock.endTurn();
    world.device.settle();
    ann.kill();
    world.clock.advance(LOOK_EVERY_MILLIS, () => world.device.settle());
    expect(ben.text.toJSON()).toBe("");
    bens!.isSilent = false;
    world.advance(1000);
    expect(world.server.read()).toBe("bread milk ");
    expect(ben.provider.state.status).toEqual({ kind: "saved" });
  });

  test("words found during a sync that ends before what they build on are sent, not refused", () => {
    const world = new World();
    const ann = world.visit();
    world.settle();
    const late = world.visit();
    world.clock.endTurn();
    world.device.settle();
    const wire = world.server.newest;
    wire.deliverDown();
    while (world.server.hear(wire));
    // Welcome and sync of an empty document wait at the late page's door; meanwhile the other one goes on.
    const ahead = world.server.wires[0]!;
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    while (world.server.hear(ahead));
    world.server.commit();
    while (ahead.deliverDown());
    world.clock.advance(1000, () => world.device.settle());
    expect(world.device.batchesOf(DOCUMENT)).toBe(0);
    ann.text.insert(6, "milk");
    world.clock.endTurn();
    ahead.loseUp();
    world.device.settle();
    wire.deliverDown();
    ann.kill();
    world.device.settle();
    world.settle();
    expect(late.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread milk");
  });

  test("undo is the undo of one's own words also after another tab's were taken over", async () => {
    const { UndoManager } = await import("yjs");
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    world.settle();
    ann.kill();
    const next = world.visit();
    const undo = new UndoManager(next.text);
    world.advance(LOOK_EVERY_MILLIS);
    next.text.insert(6, "milk ");
    restored();
    world.advance(60_000);
    undo.undo();
    undo.undo();
    world.settle();
    expect(world.server.read()).toBe("bread ");
  });
});

describe("what the server refused for good", () => {
  function refused(world: World): Tab {
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    world.server.refuse = () => "foreignClientId";
    ann.text.insert(6, "milk ");
    world.settle();
    ann.text.insert(11, "eggs ");
    world.settle();
    world.server.refuse = () => undefined;
    return ann;
  }

  test("is offered to the next page, with its reason, but stands in no document; what builds on it is offered, too", () => {
    const world = new World();
    refused(world).kill();
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread ");
    expect(next.provider.state.refused.map(({ code, isInDocument }) => [code, isInDocument])).toEqual([
      ["foreignClientId", false],
      ["unconnected", false],
    ]);
    expect(next.provider.state.status).toMatchObject({ kind: "not-saved", changes: 2, isKept: true });
    expect(world.server.read()).toBe("bread ");
  });

  test("is offered by a tab that is open, too, as soon as it finds it", () => {
    const world = new World();
    const other = settled(world);
    refused(world).kill();
    world.advance(LOOK_EVERY_MILLIS);
    expect(other.provider.state.refused.map(({ code }) => code)).toEqual(["foreignClientId", "unconnected"]);
  });

  test("keeps nobody from writing on: what the next page types is saved", () => {
    const world = new World();
    refused(world).kill();
    const next = settled(world);
    next.text.insert(0, "new ");
    world.settle();
    expect(world.server.read()).toBe("new bread ");
  });

  test("is offered again until it is dismissed, and never afterwards", () => {
    const world = new World();
    refused(world).kill();
    settled(world).kill();
    const third = settled(world);
    expect(third.provider.state.refused).toHaveLength(2);
    third.provider.dismissRefused();
    world.advance(1000);
    expect(third.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    third.kill();
    expect(settled(world).provider.state.refused).toEqual([]);
  });

  test("cannot be dismissed where it was typed, because it still stands there", () => {
    const world = new World();
    const ann = refused(world);
    ann.provider.dismissRefused();
    world.settle();
    expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", isKept: true });
    ann.kill();
    expect(settled(world).provider.state.refused).toHaveLength(2);
  });

  test("a reader's words come back, into the document and the log, when a later page may write", () => {
    const world = new World();
    const ann = settled(world);
    world.server.role = "viewer";
    ann.text.insert(0, "bread ");
    world.settle();
    ann.kill();
    const reader = settled(world);
    expect(reader.text.toJSON()).toBe("");
    reader.kill();
    world.server.role = "editor";
    const next = settled(world);
    expect(next.text.toJSON()).toBe("bread ");
    expect(next.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread ");
  });
});

describe("words refused for a right that was lost and is back", () => {
  test("are sent at once by a tab that finds them, though it was welcomed before", () => {
    const world = new World();
    const other = settled(world);
    const ann = settled(world);
    world.server.role = "viewer";
    ann.text.insert(0, "bread ");
    world.settle();
    expect(ann.provider.state.refused).toMatchObject([{ code: "readOnly" }]);
    ann.kill();
    world.server.role = "editor";
    world.advance(LOOK_EVERY_MILLIS);
    expect(world.server.read()).toBe("bread ");
    expect(other.provider.state).toMatchObject({ refused: [], status: { kind: "saved" } });
  });
});

describe("words that build on what the device lost", () => {
  test("wait for the server's document, and are sent then", () => {
    const world = new World();
    const ann = settled(world);
    const ben = world.join();
    ben.text.insert(0, "bread ");
    world.advance(1000);
    const { restored } = cutOff(world);
    // Cleared while open; no copy is written while words are pending.
    world.device.clear();
    ann.text.insert(6, "milk ");
    world.advance(1000);
    ann.kill();
    const next = settled(world);
    expect(next.text.toJSON()).toBe("");
    expect(next.provider.state.status).toMatchObject({ kind: "not-saved", changes: 1, isKept: true });
    restored();
    world.advance(60_000);
    expect(next.text.toJSON()).toBe("bread milk ");
    expect(world.server.read()).toBe("bread milk ");
    expect(next.provider.state.status).toEqual({ kind: "saved" });
  });
});

describe("a device that keeps nothing", () => {
  test("cleared while the page is open: everything pending is written anew at once, and said to be kept only then", () => {
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    ann.text.insert(0, "bread ");
    world.settle();
    world.device.clear();
    ann.text.insert(6, "milk ");
    world.clock.endTurn();
    expect(ann.provider.state.status).toMatchObject({ isKept: false });
    world.advance(100);
    expect(ann.provider.state.status).toMatchObject({ changes: 2, isKept: true });
    ann.kill();
    restored();
    expect(settled(world).text.toJSON()).toBe("bread milk ");
  });

  test("cleared while the page is open: the copy is whole again once nothing is pending", () => {
    const world = new World();
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    world.device.clear();
    ann.text.insert(6, "milk ");
    world.advance(1000);
    ann.kill();
    cutOff(world);
    expect(settled(world).text.toJSON()).toBe("bread milk ");
  });

  test("full: the page goes on from memory and says so, and tries again until there is room", () => {
    const world = new World();
    const ann = settled(world);
    const { restored } = cutOff(world);
    world.device.writeFailure = { code: "full" };
    ann.text.insert(0, "bread ");
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ deviceFailure: "full", status: { kind: "not-saved", isKept: false } });
    expect(statusSentence(ann.provider.state.status)).toBe(
      "Not saved: 1 change is kept in this page only. The server cannot be reached: keep this page open. This device has no room to keep changes.",
    );
    ann.text.insert(6, "milk ");
    world.settle();
    world.device.writeFailure = undefined;
    world.advance(LOOK_EVERY_MILLIS);
    expect(ann.provider.state).toMatchObject({ deviceFailure: undefined, status: { changes: 2, isKept: true } });
    ann.kill();
    restored();
    expect(settled(world).text.toJSON()).toBe("bread milk ");
  });

  test.each(["missing", "blocked", "failed"] as const)("%s: documents open, words are saved", (code) => {
    const world = new World();
    world.device.failure = { code };
    const ann = settled(world);
    ann.text.insert(0, "bread ");
    world.advance(1000);
    expect(ann.provider.state).toMatchObject({ deviceFailure: code, status: { kind: "saved" } });
    expect(world.server.read()).toBe("bread ");
  });

  test("a copy there is no room for does not keep words from being kept", () => {
    const world = new World();
    const ann = settled(world);
    world.device.writeFailure = { code: "full" };
    ann.text.insert(0, "bread ");
    world.advance(1000);
    world.device.writeFailure = undefined;
    world.advance(LOOK_EVERY_MILLIS);
    const { restored } = cutOff(world);
    ann.text.insert(6, "milk ");
    world.settle();
    expect(ann.provider.state.status).toMatchObject({ isKept: true });
    ann.kill();
    restored();
    expect(settled(world).text.toJSON()).toBe("bread milk ");
  });
});

describe("the position a copy claims", () => {
  function claimed(world: World): number | undefined {
    let position: number | undefined;
    world.device.open().store.readCopy(DOCUMENT, (result) => (position = result.ok ? result.value?.position : -1));
    world.device.settle();
    return position;
  }

  test("is never one whose rows may still fail to be written", () => {
    const world = new World();
    const ann = settled(world);
    const ben = world.join();
    ben.text.insert(0, "bread ");
    world.server.settle();
    world.clock.endTurn();
    world.server.settle();
    world.device.writeFailure = { code: "full" };
    world.clock.advance(COPY_EVERY_MILLIS, () => {});
    world.device.writeFailure = undefined;
    ben.text.insert(0, "milk ");
    world.clock.endTurn();
    world.server.settle();
    world.clock.advance(COPY_EVERY_MILLIS, () => {});
    world.device.writeFailure = { code: "full" };
    world.device.step();
    world.device.writeFailure = undefined;
    world.device.settle();
    ann.kill();
    expect(claimed(world)).toBe(0);
  });

  test("waits while something is pending, because that may be in the log below it", () => {
    const world = new World();
    const ann = settled(world);
    const wire = world.server.newest;
    const ben = world.join();
    ann.text.insert(0, "bread ");
    world.clock.endTurn();
    ben.text.insert(0, "milk ");
    world.clock.endTurn();
    world.server.hear(world.server.newest);
    world.server.commit();
    while (wire.deliverDown());
    expect(ann.text.toJSON()).toContain("milk");
    world.clock.advance(2 * COPY_EVERY_MILLIS, () => world.device.settle());
    expect(claimed(world)).toBe(0);
    world.advance(1000);
    expect(claimed(world)).toBe(2);
  });

  test("is that of the last row without a hole before it, also in an unfinished sync", () => {
    const world = new World();
    const ben = world.join();
    for (const word of ["bread ", "milk ", "eggs "]) {
      ben.text.insert(0, word);
      world.settle();
    }
    const ann = world.visit();
    world.clock.endTurn();
    world.device.settle();
    const wire = world.server.newest;
    world.server.rowsInFrame = 2;
    wire.deliverDown();
    while (world.server.hear(wire));
    // Welcome and two of three rows.
    for (let frames = 0; frames < 2; frames++) wire.deliverDown();
    wire.cut(false);
    while (wire.deliverDown());
    world.clock.advance(COPY_EVERY_MILLIS, () => world.device.settle());
    ann.kill();
    expect(claimed(world)).toBe(2);
  });
});

test("nothing is said to be kept before it is committed", () => {
  const world = new World();
  const ann = settled(world);
  cutOff(world);
  ann.text.insert(0, "bread ");
  expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", isKept: false });
  world.clock.endTurn();
  expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", isKept: false });
  world.device.settle();
  expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", isKept: true });
  ann.text.insert(6, "milk ");
  expect(ann.provider.state.status).toMatchObject({ kind: "not-saved", isKept: false });
});

test("a refused batch says what its words were", () => {
  const world = new World();
  const ann = settled(world);
  world.server.refuse = () => "malformed";
  ann.text.insert(0, "bread");
  world.settle();
  ann.kill();
  expect(settled(world).provider.state.refused.map(({ update }) => textOf(update))).toEqual(["bread"]);
});
