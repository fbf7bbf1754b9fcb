import type { DocumentId } from "@sheaf/protocol";
import { expect, test } from "vitest";
import type { SessionId } from "./event.ts";
import { NOBODY } from "./log.ts";
import { isIdle, openRoom, receivers, step } from "./room.ts";
import { Author } from "./testing/author.ts";
import { RoomDriver } from "./testing/room-driver.ts";

test("[R60] a room is idle without sessions, appends in flight and reads", () => {
  const driver = new RoomDriver([], 300);
  expect(isIdle(driver.room)).toBe(true);
  const a = driver.join(1);
  expect(isIdle(driver.room)).toBe(false);
  const author = new Author(10);
  for (let i = 0; i < 5; i++) driver.update(a, author.type("x"));
  driver.leave(a);
  expect(isIdle(driver.room)).toBe(false);
  driver.commit();
  expect(isIdle(driver.room)).toBe(true);
  const late = driver.join(2);
  driver.leave(late);
  expect(isIdle(driver.room)).toBe(false);
  driver.catchUp();
  expect(isIdle(driver.room)).toBe(true);
  expect(driver.kinds(late)).toEqual(["welcome"]);
});

test("[R37] receivers are the sessions whose join was answered", () => {
  const driver = new RoomDriver();
  const a = driver.enter(1);
  expect(receivers(driver.room).size).toBe(0);
  driver.sync(a);
  expect([...receivers(driver.room)]).toEqual([a]);
  driver.leave(a);
  expect(receivers(driver.room).size).toBe(0);
});

test("[R61] events of sessions the room does not know change nothing", () => {
  const driver = new RoomDriver();
  const session = 99 as SessionId;
  const update = new Author(10).type("x");
  expect(driver.tell({ kind: "sync", session, vector: new Map(), position: undefined })).toEqual([]);
  expect(driver.tell({ kind: "update", session, number: 1, base: 0, update, answer: false })).toEqual([]);
  expect(driver.tell({ kind: "presence", session, entries: [] })).toEqual([]);
  expect(driver.tell({ kind: "query-presence", session })).toEqual([]);
  expect(driver.tell({ kind: "leave", session })).toEqual([]);
  expect(isIdle(driver.room)).toBe(true);
});

test("[R62] a log with a missing row, or one that is no update, does not open", () => {
  const row = { principal: NOBODY, time: 0, base: 0, schemaVersion: 0, update: new Author(10).type("x") };
  const open = (...rows: { seq: number; update: Uint8Array }[]) =>
    openRoom("doc" as DocumentId, {
      logId: new Uint8Array(16),
      snapshot: undefined,
      rows: rows.map((each) => ({ ...row, ...each })),
    });
  expect(open({ seq: 1, update: row.update }).ok).toBe(true);
  expect(open({ seq: 2, update: row.update })).toMatchObject({ ok: false, error: { code: "corrupt" } });
  expect(open({ seq: 1, update: Uint8Array.of(1, 2) })).toMatchObject({ ok: false, error: { code: "corrupt" } });
  expect(open({ seq: 1, update: row.update.subarray(0, -1) })).toMatchObject({ ok: false, error: { code: "corrupt" } });
});

test("[R63] a commit nobody asked for is a broken invariant, and throws", () => {
  const driver = new RoomDriver();
  expect(() => step(driver.room, { kind: "committed", seqs: [1] }, 0)).toThrow("out of order");
});

test("[R10] a room made from the log of another stands where that one stood", () => {
  const driver = new RoomDriver();
  const a = driver.join(1, { schemaVersion: 2 });
  const author = new Author(10);
  for (const update of [author.type("hello"), author.erase(1, 2), author.type("!")]) driver.update(a, update, 1, 0);
  driver.commit();
  const again = new RoomDriver(driver.rows);
  const [before, after] = [driver, again].map((each) => each.takeOnly(each.enter(2), "welcome"));
  expect(after).toEqual(before);
  expect(again.answer(again.join(3), author.whole)).toEqual([]);
});
