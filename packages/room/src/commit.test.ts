import { describe, expect, test } from "vitest";
import { Author } from "./testing/author.ts";
import { RoomDriver } from "./testing/room-driver.ts";

describe("durable before visible", () => {
  test("[R40] nobody hears of an update before it is committed; then its author an ack, the others the row", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    const update = new Author(10).type("hello");
    driver.take(a);
    driver.take(b);
    driver.update(a, update, 5, 0);
    expect([driver.take(a), driver.take(b)]).toEqual([[], []]);
    driver.commit();
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 5, seq: 1 }]);
    expect(driver.take(b)).toEqual([{ kind: "update", seq: 1, base: 0, update }]);
  });

  test("[R40] part of what is in flight may be committed first", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    for (const number of [1, 2, 3]) driver.update(a, author.type("x"), number, 0);
    driver.take(a);
    driver.commit(2);
    expect(driver.takeOnly(a, "ack").map(({ number }) => number)).toEqual([1, 2]);
    driver.commit(1);
    expect(driver.take(a)).toEqual([{ kind: "ack", number: 3, seq: 3 }]);
  });

  test("[R41] a batch brought twice is acked at once when durable, else not before it is", () => {
    const driver = new RoomDriver();
    const [a, again] = [driver.join(1), driver.join(2)];
    const update = new Author(10).type("hello");
    driver.take(again);
    driver.update(a, update, 1, 0);
    driver.update(again, update, 1, 0);
    expect(driver.take(again)).toEqual([]);
    driver.commit();
    const row = { kind: "update", seq: 1, base: 0, update };
    expect(driver.take(again), "behind the row, or it would be taken for later").toEqual([
      row,
      { kind: "ack", number: 1, seq: 0 },
    ]);
    driver.update(a, new Author(11).type("other"), 2, 0);
    driver.update(again, update, 2, 0);
    expect(driver.take(again)).toEqual([{ kind: "ack", number: 2, seq: 0 }]);
  });

  test("[R44] what a session leaves in flight is committed and broadcast", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.update(a, new Author(10).type("hello"), 1, 0);
    driver.leave(a);
    driver.take(a);
    driver.take(b);
    driver.commit();
    expect(driver.kinds(b)).toEqual(["update"]);
    expect(driver.take(a)).toEqual([]);
  });
});

describe("when a commit fails", () => {
  test("[R42] every numbered batch in flight is nacked, and may be sent again as it was (trap 15)", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    const author = new Author(10);
    const updates = [author.type("a"), author.type("b")];
    for (const [index, update] of updates.entries()) driver.update(a, update, index + 1, 0);
    driver.take(a);
    driver.take(b);
    driver.failCommit();
    expect(driver.take(a)).toMatchObject([1, 2].map((number) => ({ kind: "nack", number, code: "storage" })));
    expect(driver.take(b)).toEqual([]);
    for (const [index, update] of updates.entries()) driver.update(a, update, index + 3, 0);
    driver.commit();
    expect(driver.takeOnly(a, "ack").map(({ number }) => number)).toEqual([3, 4]);
    expect(driver.rows.map(({ update }) => update)).toEqual(updates);
  });

  test("[R42] what is durable stays", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    driver.update(a, author.type("kept"), 1, 0);
    driver.update(a, author.type("lost"), 2, 0);
    driver.commit(1);
    driver.failCommit();
    expect(driver.takeOnly(driver.enter(2), "welcome")).toMatchObject([{ seq: 1, vector: Uint8Array.of(1, 10, 4) }]);
  });

  test("[R42] what an author had in flight stays under their id, and comes back as theirs", () => {
    const driver = new RoomDriver();
    const [ann, bob] = [driver.join(1, { principal: "ann" }), driver.join(2, { principal: "bob" })];
    const author = new Author(10);
    driver.update(ann, author.type("ann's"), 1, 0);
    driver.failCommit();
    driver.take(bob);
    driver.update(bob, new Author(10).type("bob's"), 1, 0);
    expect(driver.take(bob)).toMatchObject([{ kind: "nack", number: 1, code: "foreignClientId" }]);
    driver.answer(ann, author.whole, 2);
    driver.commit();
    expect(driver.rows.map(({ principal }) => principal)).toEqual(["ann"]);
  });

  test("[R42] a schema made by failed appends alone is given up", () => {
    const driver = new RoomDriver();
    const ann = driver.join(1, { principal: "ann", schemaVersion: 3 });
    driver.update(ann, new Author(10).type("lost"), 1, 0);
    driver.failCommit();
    const bob = driver.join(2, { principal: "bob", schemaVersion: 0 });
    driver.take(bob);
    driver.update(bob, new Author(11).type("bob's"), 1, 0);
    driver.commit();
    expect(driver.kinds(bob)).toEqual(["ack"]);
    expect(driver.takeOnly(driver.enter(3), "welcome")[0]?.schemaVersion).toBe(0);
  });

  test("[R42] deletions of failed appends are unknown again", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    driver.update(a, author.type("hello"), 1, 0);
    driver.commit();
    const erased = author.erase(0, 2);
    driver.update(a, erased, 2, 0);
    driver.failCommit();
    driver.update(a, erased, 3, 0);
    expect(driver.inFlight).toBe(1);
  });

  test("[R43] numberless authors are asked again, not before 1 s, then 2 s, and never in a loop", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.answer(a, Uint8Array.of(0, 0));
    driver.answer(b, Uint8Array.of(0, 0));
    const author = new Author(10);
    driver.update(a, author.type("lost"));
    driver.failCommit();
    driver.take(a);
    driver.take(b);
    // What builds on the lost update is a gap, and no reason to ask sooner.
    expect(driver.update(a, author.type(" words"))).toEqual([]);
    driver.tick(999);
    expect(driver.take(a)).toEqual([]);
    driver.tick(1);
    expect(driver.take(a)).toEqual([{ kind: "ask", vector: Uint8Array.of(0) }]);
    driver.answer(a, author.whole);
    driver.failCommit();
    driver.tick(1_000);
    expect(driver.take(a)).toEqual([]);
    driver.tick(1_000);
    expect(driver.kinds(a)).toEqual(["ask"]);
    driver.answer(a, author.whole);
    driver.commit();
    expect(driver.kinds(b)).toEqual(["update"]);
    driver.tick(30_000);
    expect(driver.take(a)).toEqual([]);
  });

  test("[R43] the pause doubles to 30 s at most, however often people type into it, and is over with the first commit", () => {
    const driver = new RoomDriver();
    const [a, b] = [driver.join(1), driver.join(2)];
    driver.answer(a, Uint8Array.of(0, 0));
    const author = new Author(10);
    author.type("never");
    const pauses: number[] = [];
    for (let round = 0; round < 7; round++) {
      driver.answer(a, author.whole);
      for (let i = 0; i < 3; i++) {
        driver.update(b, new Author(20).type("x"), 1, 0);
        driver.failCommit();
      }
      driver.take(a);
      const from = driver.now;
      while (driver.takeOnly(a, "ask").length === 0) driver.tick();
      pauses.push(driver.now - from);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    driver.answer(a, author.whole);
    driver.commit();
    author.type("!");
    driver.update(a, author.type("?"));
    expect(driver.kinds(a)).toContain("ask");
  });

  test("[R43] a tab reconnected while its old session had text in flight, which then failed, and was never asked", () => {
    const driver = new RoomDriver();
    const author = new Author(10);
    const before = driver.join(1);
    driver.update(before, author.type("text"));
    driver.leave(before);
    const after = driver.join(2);
    driver.answer(after, author.whole);
    driver.failCommit();
    driver.take(after);
    driver.tick(1_000);
    expect(driver.kinds(after)).toEqual(["ask"]);
  });

  test("[R43] a numbered batch resent after a nack hid that another had been dropped, which was then never asked for", () => {
    const driver = new RoomDriver();
    const a = driver.join(1);
    const author = new Author(10);
    const [first, second] = [author.type("a"), author.type("b")];
    driver.update(a, first, 1, 0);
    driver.failCommit();
    driver.update(a, second, 2, 0);
    driver.update(a, first, 3, 0);
    driver.commit();
    driver.take(a);
    driver.tick(1_000);
    expect(driver.take(a)).toEqual([{ kind: "ask", vector: Uint8Array.of(1, 10, 1) }]);
  });
});
