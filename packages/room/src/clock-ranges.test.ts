import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { type ClientRanges, ClockRanges, encodeDeletions } from "./clock-ranges.ts";

const range = fc.tuple(fc.nat(3), fc.nat(40), fc.integer({ min: 1, max: 8 }));
const ranges = fc.array(range, { maxLength: 30 });

const toRanges = (list: readonly (readonly [number, number, number])[]): ClientRanges[] =>
  list.map(([client, from, length]) => ({ client, ranges: [from, from + length] }));

/** The same set, one clock at a time. */
function clocks(entries: readonly ClientRanges[]): Set<string> {
  const all = new Set<string>();
  for (const { client, ranges } of entries) {
    for (let i = 0; i < ranges.length; i += 2)
      for (let c = ranges[i]!; c < ranges[i + 1]!; c++) all.add(`${client}:${c}`);
  }
  return all;
}

test("[R13] known deletions are a set: sorted, merged, and exactly what was added", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const known = new ClockRanges();
      known.addAll(toRanges(list));
      expect(clocks(known.entries())).toEqual(clocks(toRanges(list)));
      for (const { ranges } of known.entries()) {
        for (let i = 1; i < ranges.length; i++) expect(ranges[i]!).toBeGreaterThan(ranges[i - 1]!);
      }
      for (const [client, from, length] of list) expect(known.contains(client, from, from + length)).toBe(true);
    }),
  );
});

test("[R13] what is missing is the difference, and the very same array when nothing is known", () => {
  fc.assert(
    fc.property(ranges, ranges, (list, others) => {
      const known = new ClockRanges();
      known.addAll(toRanges(list));
      const sorted = new ClockRanges();
      sorted.addAll(toRanges(others));
      const asked = sorted.entries();
      const missing = known.missing(asked);
      const already = clocks(known.entries());
      const expected = new Set([...clocks(asked)].filter((clock) => !already.has(clock)));
      expect(clocks(missing)).toEqual(expected);
      if (expected.size === clocks(asked).size) expect(missing).toBe(asked);
    }),
  );
});

test("[R13] a rewritten delete set is byte for byte what Yjs writes", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const known = new ClockRanges();
      known.addAll(toRanges(list));
      const encoded = encodeDeletions(known.entries());
      expect(encoded).toEqual(Y.mergeUpdates([encoded, Uint8Array.of(0, 0)]));
    }),
  );
});

test("[R42] a clone does not follow its original", () => {
  const known = new ClockRanges();
  known.add(1, 0, 5);
  const clone = known.clone();
  known.add(1, 5, 9);
  known.add(2, 0, 1);
  expect(clone.entries()).toEqual([{ client: 1, ranges: [0, 5] }]);
});
