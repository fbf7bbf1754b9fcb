import { MAX_UPDATE_BYTES } from "@sheaf/protocol";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { NOBODY } from "./log.ts";
import { Author } from "./testing/author.ts";
import { RoomDriver } from "./testing/room-driver.ts";

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

test("[R15] [MAX_UPDATE_BYTES] the longest update is taken, a byte more is refused in words", () => {
  const length = MAX_UPDATE_BYTES - (new Author(10).type("x".repeat(MAX_UPDATE_BYTES)).length - MAX_UPDATE_BYTES);
  for (const [extra, answers] of [
    [0, []],
    [1, [{ kind: "nack", code: "tooLarge", reason: expect.stringMatching(/\.$/) }]],
  ] as const) {
    const driver = new RoomDriver();
    const a = driver.join(1);
    driver.take(a);
    const update = new Author(10).type("x".repeat(length + extra));
    expect(update).toHaveLength(MAX_UPDATE_BYTES + extra);
    driver.update(a, update, 1, 0);
    expect(driver.take(a)).toMatchObject(answers);
    expect(driver.inFlight).toBe(1 - extra);
  }
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

test("[R25] a role that changes is told at once, and holds from the next update on", () => {
  const driver = new RoomDriver();
  const author = new Author(10);
  const a = driver.join(1);
  const b = driver.join(2);
  driver.take(a);
  driver.take(b);
  driver.update(a, author.type("be"), 1, 0);
  driver.tell({ kind: "role", session: a, role: "viewer" });
  expect(driver.take(a)).toEqual([{ kind: "role", role: "viewer" }]);
  driver.update(a, author.type("fore"), 2, 0);
  expect(driver.take(a)).toMatchObject([{ kind: "nack", number: 2, code: "readOnly" }]);
  driver.commit();
  expect(driver.take(a)).toEqual([{ kind: "ack", number: 1, seq: 1 }]);
  expect(driver.kinds(b)).toEqual(["update"]);
  driver.tell({ kind: "role", session: a, role: "editor" });
  driver.update(a, author.type(" and after"), 3, 0);
  expect(driver.inFlight).toBe(0); // it builds on what was refused
  driver.update(a, author.whole, 4, 0);
  driver.commit();
  expect(driver.kinds(a)).toEqual(["role", "ask", "ack"]);
});

test.each(["entered", "catching up", "outdated"])("[R25] a session that is %s is told of its role, too", (state) => {
  const driver = new RoomDriver([], 0);
  driver.update(driver.join(1, { schemaVersion: 2 }), text());
  driver.commit();
  const session = driver.enter(2, { schemaVersion: state === "outdated" ? 1 : 2 });
  if (state === "catching up") driver.sync(session);
  driver.take(session);
  driver.tell({ kind: "role", session, role: "viewer" });
  expect(driver.take(session)).toEqual([{ kind: "role", role: "viewer" }]);
});

test("[R21] a stock reader stays when its Yjs deletes the losing value of an attribute that two people set at once", () => {
  const driver = new RoomDriver();
  const people = [10, 11].map((clientId) => {
    const { doc } = new Author(clientId);
    doc.getMap("attributes").set("align", clientId);
    return Y.encodeStateAsUpdate(doc);
  });
  people.forEach((update, at) => driver.update(driver.join(at), update));
  driver.commit();
  const reader = new Author(12);
  for (const { update } of driver.rows) reader.apply(update);
  const session = driver.join(100, { role: "viewer" });
  expect(driver.answer(session, reader.beyond(reader.vector))).toEqual([]);
  expect(driver.closed.has(session)).toBe(false);
  expect(driver.inFlight).toBe(0);
  driver.update(session, reader.type("!"));
  expect(driver.closed.get(session)).toBe("forbidden");
});

test("[R22] the first row makes a document foreign or Sheaf's, and the other kind may only read it", () => {
  for (const [first, second] of [
    [0, 1],
    [2, 0],
  ] as const) {
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
    const forged = new Author(12).apply(author.whole).as(10);
    room.update(bob, forged.type(" forged"), 3, 0);
    expect(room.take(bob)).toMatchObject([{ kind: "nack", number: 3, code: "foreignClientId" }]);
    room.update(bob, forged.type("!"));
    expect(room.closed.get(bob)).toBe("foreignClientId");
    expect(room.inFlight).toBe(1);
  }
});

test("[R16] what the log lost comes back with whoever has it, and its author goes on under the same id", () => {
  const ann = new Author(10);
  const [kept, lost] = [ann.type("kept "), ann.type("lost ")];
  const bob = new Author(11).apply(kept).apply(lost);
  bob.type("bob's");
  const driver = new RoomDriver();
  driver.update(driver.join(1, { principal: "ann" }), kept);
  driver.commit();
  const witness = driver.join(2, { principal: "bob" });
  driver.take(witness);
  driver.answer(witness, bob.whole, 1);
  driver.commit();
  expect(driver.kinds(witness)).toEqual(["ack"]);
  expect(driver.rows.at(-1)?.principal).toBe(NOBODY);
  for (const room of [driver, new RoomDriver(driver.rows)]) {
    const [again, other] = [room.join(3, { principal: "ann" }), room.join(4, { principal: "bob" })];
    for (const session of [again, other]) room.take(session);
    room.update(again, new Author(10).apply(bob.whole).as(10).type(" back"), 1, 0);
    room.update(other, new Author(11).apply(bob.whole).as(11).type(" too"), 1, 0);
    room.commit();
    expect(room.kinds(again)).toContain("ack");
    expect(room.kinds(other)).toContain("ack");
    room.update(other, new Author(12).apply(bob.whole).as(10).type(" forged"), 2, 0);
    expect(room.kinds(other)).toContain("nack");
  }
});

test("[R16] all sessions without credentials are one principal", () => {
  const driver = new RoomDriver();
  const author = new Author(10);
  driver.update(driver.join(1), author.type("a"));
  driver.update(driver.join(2), author.type("b"));
  expect(driver.inFlight).toBe(2);
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
