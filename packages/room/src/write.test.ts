import { MAX_UPDATE_BYTES } from "@sheaf/protocol";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { RoomEffect } from "./effect.ts";
import { Author } from "./testing/author.ts";
import { RoomDriver } from "./testing/room-driver.ts";

const appended = (effects: readonly RoomEffect[]) =>
  effects.flatMap((effect) => (effect.kind === "append" ? [effect.row.update] : []));

describe("what is appended", () => {
  test("[R13] bytes in are bytes out", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    const update = author.type("hello");
    expect(appended(driver.update(a, update))).toEqual([update]);
  });

  test("[R13] deletions already known are taken out of a whole delete set (trap 1)", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    for (const update of [author.type("hello world"), author.erase(0, 3)]) driver.update(a, update);
    const last = author.type("!");
    const answer = author.beyond(new Author(10).apply(driver.rows[0]?.update ?? author.whole).vector);
    expect(Y.decodeUpdate(answer).ds.clients.size).toBe(1);
    const withAll = Y.mergeUpdates([last, answer]);
    expect(appended(driver.answer(a, withAll))).toEqual([last]);
  });

  test("[R13] of structs that are stored only the new deletions are appended (trap 21)", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    driver.update(a, author.type("hello world"));
    driver.update(a, author.erase(0, 3));
    author.erase(2, 2);
    const [update] = appended(driver.answer(a, author.whole));
    const { structs, ds } = Y.decodeUpdate(update!);
    expect(structs).toEqual([]);
    expect(ds.clients.get(10)).toMatchObject([{ clock: 5, len: 2 }]);
  });

  test("[R14] an update of which all is stored appends nothing", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    const author = new Author(10);
    driver.update(a, author.type("hello"));
    const cleanUp = author.erase(1, 2);
    expect(appended(driver.update(a, cleanUp))).toHaveLength(1);
    expect(driver.update(b, cleanUp)).toEqual([]);
    expect(driver.answer(b, author.whole)).toEqual([]);
    expect(driver.answer(b, Uint8Array.of(0, 0))).toEqual([]);
  });

  test("[R24] base is what the batch says but never past the log, else what its session was sent", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const late = driver.enter(2);
    const author = new Author(10);
    driver.update(a, author.type("1"), 1, 99);
    driver.commit();
    driver.update(a, author.type("2"), 2, 0);
    driver.update(a, author.type("3"));
    driver.update(late, author.type("4"));
    driver.commit();
    expect(driver.rows.map(({ base }) => base)).toEqual([0, 0, 1, 0]);
  });
});

describe("gaps", () => {
  test("[R18] typing before the answer to the welcome is dropped in silence, and nothing is lost (trap 2)", () => {
    const driver = new RoomDriver();
    const a = driver.enter(1);
    const author = new Author(10);
    author.type("offline ");
    expect(driver.update(a, author.type("w"))).toEqual([]);
    expect(driver.update(a, author.type("o"))).toEqual([]);
    driver.answer(a, author.whole);
    driver.commit();
    const reader = new Author(11);
    for (const { update } of driver.rows) reader.apply(update);
    expect(reader.text).toBe("offline wo");
  });

  test("[R18] a later gap is asked for once, with what is durable, and asked again only after the answer", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    driver.answer(a, author.whole);
    const [lost, next, third] = [author.type("a"), author.type("b"), author.type("c")];
    driver.take(a);
    driver.update(a, next);
    driver.update(a, third);
    expect(driver.take(a)).toEqual([{ kind: "ask", vector: Uint8Array.of(0) }]);
    expect(appended(driver.answer(a, author.whole))).toHaveLength(1);
    expect(lost.length).toBeGreaterThan(0);
    author.type("d");
    driver.update(a, author.type("e"));
    expect(driver.kinds(a)).toEqual(["ask"]);
  });

  test("[R11] an origin, a parent or a deletion that is not held is a gap (traps 8 and 26)", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const [beside, author] = [new Author(10), new Author(11)];
    author.apply(beside.type("from another tab"));
    driver.answer(a, Uint8Array.of(0, 0));
    driver.take(a);
    expect(appended(driver.update(a, author.type("x", 3)))).toEqual([]);
    expect(driver.kinds(a)).toEqual(["ask"]);
    expect(appended(driver.update(a, author.erase(0, 2)))).toEqual([]);
    expect(appended(driver.answer(a, author.whole))).toHaveLength(1);
  });

  test("[R11] a Skip over what is not held is a gap, over what is held it is not (trap 4)", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.answer(a, Uint8Array.of(0, 0));
    const author = new Author(10);
    const [one, two, three] = [author.type("1"), author.type("2"), author.type("3")];
    const holed = Y.mergeUpdates([one, three]);
    driver.take(a);
    expect(appended(driver.update(a, holed))).toEqual([]);
    expect(driver.kinds(a)).toEqual(["ask"]);
    driver.answer(a, Y.mergeUpdates([one, two]));
    expect(appended(driver.update(a, holed))).toHaveLength(1);
  });

  test("[R12] structs that need each other in a circle are never accepted", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.answer(a, Uint8Array.of(0, 0));
    // Client 6 and 5, one character each, each with the other's as its origin.
    const circle = Uint8Array.of(2, 1, 6, 0, 0x84, 5, 0, 1, 0x61, 1, 5, 0, 0x84, 6, 0, 1, 0x62, 0);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, circle);
    expect(doc.store.pendingStructs).not.toBeNull();
    expect(appended(driver.update(a, circle))).toEqual([]);
  });

  test("[R17] an answer that does not connect is stored, held up to the hole, and held whole once it is filled (traps 9 and 10)", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    const [one, two, three] = [author.type("1"), author.type("2"), author.type("3")];
    const holder = new Author(11).apply(one).apply(three);
    expect(appended(driver.answer(a, holder.whole))).toHaveLength(1);
    driver.commit();
    const vector = () => Y.decodeStateVector(driver.takeOnly(driver.enter(9), "welcome")[0]!.vector);
    expect(vector()).toEqual(new Map([[10, 1]]));
    driver.answer(driver.join(2), two);
    driver.commit();
    expect(vector()).toEqual(new Map([[10, 3]]));
  });

  test("[R17] a joiner whose vector equals ours still gets what waits", () => {
    const driver = new RoomDriver([], 400);
    const a = driver.join(1);
    const author = new Author(10);
    const [one, two, three] = [author.type("1"), author.type("2"), author.type("3")];
    driver.answer(a, new Author(11).apply(one).apply(three).whole);
    driver.commit();
    const other = new Author(12);
    for (let i = 0; i < 6; i++) driver.update(a, other.type("row"));
    driver.commit();
    const joiner = new Author(13).apply(one).apply(other.whole);
    const session = driver.enter(5);
    driver.sync(session, joiner.vector);
    driver.answerRead();
    driver.answer(driver.join(6), two);
    driver.commit();
    for (const { update } of driver.takeOnly(session, "update")) joiner.apply(update);
    expect(joiner.doc.store.pendingStructs).toBeNull();
    expect(Y.decodeStateVector(joiner.vector).get(10)).toBe(3);
  });

  test("[R14] the same waiting structs, brought again at every reconnect, are stored once", () => {
    const driver = new RoomDriver();
    const author = new Author(10);
    const [one, , three] = [author.type("1"), author.type("2"), author.type("3")];
    const holder = new Author(11).apply(one).apply(three);
    expect(appended(driver.answer(driver.join(1), holder.whole))).toHaveLength(1);
    expect(appended(driver.answer(driver.join(2), holder.whole))).toEqual([]);
  });

  test("[R19] a session whose answer did not connect is not asked again, and nothing it sends is lost", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    const [one, two, three] = [author.type("1"), author.type("2"), author.type("3")];
    driver.answer(a, new Author(11).apply(one).apply(three).whole);
    driver.take(a);
    const stranger = new Author(12);
    stranger.type("a");
    expect(appended(driver.update(a, stranger.type("b")))).toHaveLength(1);
    expect(driver.take(a)).toEqual([]);
    driver.answer(driver.join(2), two);
    driver.commit();
    const reader = new Author(13);
    for (const { update } of driver.rows) reader.apply(update);
    expect(reader.text).toBe("123");
  });

  test("[R20] a numbered answer that does not connect is stored and acked, though batches do not say they answer", () => {
    const driver = new RoomDriver();
    const a = driver.join(1, { schemaVersion: 1 });
    const author = new Author(10);
    const [one, , three] = [author.type("1"), author.type("2"), author.type("3")];
    driver.take(a);
    driver.update(a, three, 1, 0);
    expect(driver.kinds(a)).toEqual(["ask"]);
    driver.update(a, new Author(11).apply(one).apply(three).whole, 2, 0);
    driver.commit();
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 2, seq: 1 }]);
  });

  test("[R18] numbered batches are asked for even right after the welcome, which they do not answer", () => {
    const driver = new RoomDriver();
    const a = driver.join(1, { schemaVersion: 1 });
    const author = new Author(10);
    author.type("1");
    driver.take(a);
    driver.update(a, author.type("2"), 1, 0);
    driver.update(a, author.type("3"), 2, 0);
    expect(driver.kinds(a)).toEqual(["ask"]);
    driver.update(a, author.whole, 3, 0);
    driver.commit();
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 3, seq: 1 }]);
  });
});

describe("refusals", () => {
  const text = () => new Author(10).type("hello");

  test("[R23] a numbered batch is nacked with a code and a sentence, and the session stays", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.take(a);
    driver.update(a, Uint8Array.of(1, 2, 3), 7, 0);
    expect(driver.take(a)).toMatchObject([{ kind: "nack", number: 7, code: "malformed", reason: expect.any(String) }]);
    expect(driver.closed.size).toBe(0);
    driver.update(a, text(), 8, 0);
    expect(driver.inFlight).toBe(1);
  });

  test.each([
    ["malformedUpdate", Uint8Array.of(1, 2, 3)],
    ["tooLarge", new Uint8Array(MAX_UPDATE_BYTES + 1)],
  ] as const)("[R23] without a number the session is closed: %s", (reason, update) => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.update(a, update);
    expect(driver.closed.get(a)).toBe(reason);
  });

  test("[R15] the role comes before the structure, the size before the role", () => {
    const driver = new RoomDriver();
    const viewer = driver.join(1, { role: "viewer" });
    driver.take(viewer);
    driver.update(viewer, Uint8Array.of(1, 2, 3), 1, 0);
    driver.update(viewer, new Uint8Array(MAX_UPDATE_BYTES + 1), 2, 0);
    expect(driver.takeOnly(viewer, "nack").map(({ code }) => code)).toEqual(["readOnly", "tooLarge"]);
  });

  test.each(["viewer", "commenter"] as const)("[R21] a %s writes nothing, but may repeat what is stored", (role) => {
    const driver = new RoomDriver();
    const author = new Author(10);
    driver.update(driver.join(1), author.type("hello"));
    driver.commit();
    const numbered = driver.join(2, { role });
    driver.take(numbered);
    driver.update(numbered, author.whole, 1, 0);
    expect(driver.take(numbered)).toMatchObject([{ kind: "nack", code: "readOnly" }]);
    const stock = driver.join(3, { role });
    expect(driver.answer(stock, author.whole)).toEqual([]);
    expect(driver.answer(stock, Uint8Array.of(0, 0))).toEqual([]);
    driver.update(stock, author.type("!"));
    expect(driver.closed.get(stock)).toBe("forbidden");
    expect(driver.inFlight).toBe(0);
  });

  test("[R22] the first row makes a document foreign or Sheaf's, and the other kind may only read it", () => {
    for (const [first, second] of [[0, 1], [2, 0]] as const) {
      const driver = new RoomDriver();
      const author = new Author(10);
      driver.update(driver.join(1, { schemaVersion: first }), author.type("mine"));
      // In flight is enough: two kinds in one commit would be one document with both.
      const other = driver.join(2, { schemaVersion: second });
      driver.take(other);
      driver.update(other, new Author(11).type("mine too"), 1, 0);
      expect(driver.take(other)).toMatchObject([{ kind: "nack", code: "otherSchema" }]);
      expect(driver.answer(other, author.whole)).toEqual([]);
      driver.update(other, new Author(11).type("mine too"));
      expect(driver.closed.get(other)).toBe("forbidden");
      driver.commit();
      expect(driver.takeOnly(driver.enter(3), "welcome")[0]?.schemaVersion).toBe(first);
    }
  });

  test("[R16] a client id belongs to the principal that used it first, and stored structs may be repeated by anyone", () => {
    const driver = new RoomDriver();
    const author = new Author(10);
    driver.update(driver.join(1, { principal: "ann" }), author.type("ann's"));
    driver.commit();
    const again = new RoomDriver(driver.rows);
    for (const room of [driver, again]) {
      const bob = room.join(2, { principal: "bob" });
      room.take(bob);
      room.update(bob, author.whole, 1, 0);
      room.update(bob, new Author(11).apply(author.whole).type("bob's"), 2, 0);
      expect(room.kinds(bob)).toEqual(["ack"]);
      const forged = new Author(10).apply(author.whole);
      room.update(bob, forged.type(" forged"), 3, 0);
      expect(room.take(bob)).toMatchObject([{ kind: "nack", number: 3, code: "foreignClientId" }]);
      room.update(bob, forged.type("!"));
      expect(room.closed.get(bob)).toBe("foreignClientId");
      expect(room.inFlight).toBe(1);
    }
  });

  test("[R16] all sessions without credentials are one principal", () => {
    const driver = new RoomDriver();
    const author = new Author(10);
    driver.update(driver.join(1), author.type("a"));
    expect(appended(driver.update(driver.join(2), author.type("b")))).toHaveLength(1);
  });

  test("[R64] a closed session is not heard, and hears nothing, before it leaves", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.update(a, Uint8Array.of(9));
    driver.take(a);
    expect(driver.update(a, text())).toEqual([]);
    driver.sync(a);
    driver.update(b, text());
    driver.commit();
    expect(driver.take(a)).toEqual([]);
    driver.leave(a);
  });
});
