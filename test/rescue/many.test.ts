import { describe, expect, test } from "vitest";
import type { Outcome } from "./story.ts";
import { tellMany } from "./tell-many.ts";

const RUNS = 400;

const allThere = ({ lost }: Outcome): void => expect(lost).toEqual([]);

describe("two to four people, everyone doing everything", () => {
  test("no word is lost, and none is there more often than people put it there", () => {
    const total = tellMany(RUNS, { cast: "many", isRescuing: true, hasCuts: false }, (outcome) => {
      allThere(outcome);
      expect(outcome.doubledByRescue).toEqual([]);
    });
    expect(total.rescues).toBeGreaterThan(RUNS / 2);
  });

  // Whose turn it was is not always known after a lost ack, so a word may then be put back twice.
  test("no word is lost either when wires are cut and acks are lost", () => {
    const total = tellMany(RUNS, { cast: "many", isRescuing: true, hasCuts: true }, allThere);
    expect(total.cuts).toBeGreaterThan(RUNS);
  });
});
