import type { Message } from "@sheaf/editor/chat";
import { expect, test } from "vitest";
import { formatMarks, isRead, NOTHING_READ, parseMarks, readAll } from "./read-marks.ts";

const message = (client: number, clock: number): Message => ({
  client,
  clock,
  by: { name: "Ana", colour: "" },
  at: 1,
  text: "words",
  mentions: [],
});

test("what was read stays read after being kept; what comes later, or from others, is not", () => {
  const marks = parseMarks(formatMarks(readAll([message(1, 0), message(2, 7), message(1, 4)], NOTHING_READ)));
  expect([message(1, 0), message(1, 4), message(2, 7)].every((each) => isRead(each, marks))).toBe(true);
  expect([message(1, 5), message(2, 8), message(3, 0)].some((each) => isRead(each, marks))).toBe(false);
});

test("a message that arrives before one that was read, because its author was offline, is not read", () => {
  const marks = readAll([message(2, 0)], NOTHING_READ);
  expect([message(1, 0), message(2, 0)].map((each) => isRead(each, marks))).toEqual([false, true]);
});

test("what another tab has read and this one does not have yet stays read", () => {
  const marks = readAll([message(1, 0)], parseMarks(formatMarks(readAll([message(2, 3)], NOTHING_READ))));
  expect(isRead(message(2, 3), marks)).toBe(true);
});

test("of a thousand visits only those are kept whose messages are shown", () => {
  const visits = Array.from({ length: 1_001 }, (_, client) => message(client, 0));
  const marks = readAll(visits.slice(500), readAll(visits.slice(0, 500), NOTHING_READ));
  expect(marks.size).toBe(501);
  expect(isRead(message(0, 0), marks)).toBe(false);
});

test.each(["", "{", "7", "null", '[["1",2],[1],[1,2.5],null]'])("nothing is read where %o is kept", (text) => {
  expect(parseMarks(text).size).toBe(0);
});
