import { expect, test } from "vitest";
import { whenWords } from "./when-words.ts";

const NOON = new Date(2026, 2, 12, 12, 0).getTime();

test.each([
  ["Just now", new Date(2026, 2, 12, 11, 59, 30)],
  // A device's clock may be behind the server's.
  ["Just now", new Date(2026, 2, 12, 12, 3)],
  ["1 minute ago", new Date(2026, 2, 12, 11, 58, 30)],
  ["59 minutes ago", new Date(2026, 2, 12, 11, 1)],
  ["2 hours ago", new Date(2026, 2, 12, 9, 30)],
  ["12 hours ago", new Date(2026, 2, 12, 0, 0)],
  ["Yesterday", new Date(2026, 2, 11, 23, 59)],
  ["Yesterday", new Date(2026, 2, 11, 0, 0)],
  ["2 days ago", new Date(2026, 2, 10, 23, 59)],
  ["6 days ago", new Date(2026, 2, 6, 12, 0)],
  ["5 March", new Date(2026, 2, 5, 12, 0)],
  ["31 December 2025", new Date(2025, 11, 31, 12, 0)],
])("%s", (words, at) => {
  expect(whenWords(at.getTime(), NOON)).toBe(words);
});

test("half an hour before midnight is 30 minutes ago, not yesterday", () => {
  expect(whenWords(new Date(2026, 2, 11, 23, 45).getTime(), new Date(2026, 2, 12, 0, 15).getTime())).toBe(
    "30 minutes ago",
  );
});
