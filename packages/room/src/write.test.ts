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
    const before = author.vector;
    const last = author.type("!");
    const answer = author.beyond(before);
    expect(Y.decodeUpdate(answer).ds.clients.size).toBe(1);
    expect(appended(driver.answer(a, answer))).toEqual([last]);
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
    driver.catchUp();
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

  test("[R20] a numbered answer that does not connect is stored and acked", () => {
    const driver = new RoomDriver();
    const a = driver.join(1, { schemaVersion: 1 });
    const author = new Author(10);
    const [one, , three] = [author.type("1"), author.type("2"), author.type("3")];
    driver.take(a);
    driver.update(a, three, 1, 0);
    expect(driver.kinds(a)).toEqual(["ask"]);
    driver.answer(a, new Author(11).apply(one).apply(three).whole, 2);
    driver.commit();
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 2, seq: 1 }]);
  });

  test("[R20] what connects while the question is open does not close it: the next gap is not asked for again", () => {
    const driver = new RoomDriver();
    const a = driver.join(1, { schemaVersion: 1 });
    const author = new Author(10);
    author.type("1");
    driver.take(a);
    driver.update(a, author.type("2"), 1, 0);
    driver.update(a, new Author(11).type("x"), 2, 0);
    driver.update(a, author.type("3"), 3, 0);
    driver.commit();
    expect(driver.kinds(a)).toEqual(["ask", "ack"]);
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
    driver.answer(a, author.whole, 3);
    driver.commit();
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 3, seq: 1 }]);
  });
});
