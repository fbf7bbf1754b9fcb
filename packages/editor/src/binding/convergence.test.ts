import fc from "fast-check";
import { describe, test } from "vitest";
import { tellStory } from "../testing/story.ts";

const RUNS = 300;
const ODD_RUNS = 150;
const PARTIAL_RUNS = 300;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("two or three people edit one document with offline windows", () => {
  test("all end with the same document, and each view is what a fresh reading shows", () => {
    fc.assert(
      fc.property(seeds, (seed) => tellStory(seed)),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test("also when the document holds what the schema does not know", () => {
    fc.assert(
      fc.property(seeds, (seed) => tellStory(seed, { isOdd: true })),
      { numRuns: ODD_RUNS, endOnFailure: true },
    );
  });

  test("also when their views begin with a few blocks of it, and the others come while they write", () => {
    fc.assert(
      fc.property(seeds, (seed) => tellStory(seed, { isOdd: true, isPartial: true })),
      { numRuns: PARTIAL_RUNS, endOnFailure: true },
    );
  });
});
