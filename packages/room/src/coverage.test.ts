import { expect, test } from "vitest";
import { decodeCoverage, encodeCoverage } from "./coverage.ts";
import { Author } from "./testing/author.ts";

test("[R68] a coverage says how far rows reach, waiting structs included, and all that they delete", () => {
  const [ann, ben] = [new Author(10), new Author(20)];
  const updates = [ann.type("abc"), ann.erase(1, 1), ben.type("lost"), ben.type("orphan"), ann.erase(0, 1)];
  updates.splice(2, 1);
  const { reach, deletions } = decodeCoverage(encodeCoverage(updates))!;
  expect([...reach]).toEqual([
    [10, 3],
    [20, 10],
  ]);
  expect(deletions).toEqual([{ client: 10, ranges: [0, 2] }]);
});

test("[R68] what is no update adds nothing, and what is no coverage is not read", () => {
  const bytes = encodeCoverage([Uint8Array.of(7)]);
  expect(decodeCoverage(bytes)).toEqual({ reach: new Map(), deletions: [] });
  const full = encodeCoverage([new Author(10).type("abc")]);
  for (let length = 0; length < full.length; length++) expect(decodeCoverage(full.subarray(0, length))).toBeUndefined();
  expect(decodeCoverage(Uint8Array.of(...full, 0))).toBeUndefined();
});
