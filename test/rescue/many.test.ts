import { describe, expect, test } from "vitest";
import type { Outcome } from "./story.ts";
import { tellMany } from "./tell-many.ts";

const RUNS = 400;

const allThere = ({ lost }: Outcome): void => expect(lost).toEqual([]);

/** Three people's edits that cross may each put a word back: seen in 1 of 12,000 stories. */
const MOST_DOUBLED = 2;

describe("two to four people, everyone doing everything", () => {
  test("no word is lost, and in hardly any story is one there more often than people put it there", () => {
    let doubled = 0;
    const total = tellMany(RUNS, { cast: "many", isRescuing: true, hasCuts: false }, (outcome) => {
      allThere(outcome);
      if (outcome.doubledByRescue.length > 0) doubled += 1;
    });
    expect(doubled).toBeLessThanOrEqual(MOST_DOUBLED);
    expect(total.rescues).toBeGreaterThan(RUNS / 2);
  });

  // Whose turn it was is not always known after a lost ack, so a word may then be put back twice.
  test("no word is lost either when wires are cut and acks are lost", () => {
    const total = tellMany(RUNS, { cast: "many", isRescuing: true, hasCuts: true }, allThere);
    expect(total.cuts).toBeGreaterThan(RUNS);
  });
});
