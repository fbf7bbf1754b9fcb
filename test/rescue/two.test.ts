import { describe, expect, test } from "vitest";
import { tellMany } from "./tell-many.ts";

const RUNS = 2_000;
const FEWER_RUNS = 400;

describe("two people, one typing, the other at the menus and keys", () => {
  test("every word is there once, unless somebody took it away before whose eyes it stood", () => {
    const total = tellMany(RUNS, { cast: "two", isRescuing: true, hasCuts: false }, (outcome) => {
      expect(outcome.lost).toEqual([]);
      expect(outcome.doubled).toEqual([]);
    });
    expect(total.rescues).toBeGreaterThan(RUNS / 2);
  });

  test("without anyone putting words back, the same stories lose some", () => {
    const total = tellMany(FEWER_RUNS, { cast: "two", isRescuing: false, hasCuts: false }, () => {});
    expect(total.lost).toBeGreaterThan(FEWER_RUNS);
  });
});
