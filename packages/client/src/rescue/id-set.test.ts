import fc from "fast-check";
import { expect, test } from "vitest";
import { type IdRange, IdSet } from "./id-set.ts";

const ranges = fc.array(fc.record({ client: fc.nat(2), clock: fc.nat(40), length: fc.integer({ min: 1, max: 12 }) }), {
  maxLength: 12,
});

const idsOf = (list: readonly IdRange[]): Set<string> =>
  new Set(list.flatMap(({ client, clock, length }) => Array.from({ length }, (_, at) => `${client}:${clock + at}`)));

test("holds every id of its ranges and no other, and cuts a range into what it holds and what not", () => {
  fc.assert(
    fc.property(ranges, ranges, (held, asked) => {
      const set = new IdSet(held);
      const ids = idsOf(held);
      expect(idsOf(set.ranges())).toEqual(ids);
      expect(set.isEmpty).toBe(ids.size === 0);
      for (const range of asked) {
        const inside = idsOf(set.within(range));
        const outside = idsOf(set.outside(range));
        expect(new Set([...inside, ...outside])).toEqual(idsOf([range]));
        expect([...inside].every((id) => ids.has(id))).toBe(true);
        expect([...outside].some((id) => ids.has(id))).toBe(false);
        for (let at = 0; at < range.length; at++)
          expect(set.has(range.client, range.clock + at)).toBe(ids.has(`${range.client}:${range.clock + at}`));
      }
    }),
  );
});

test("a set holds another when it has all of its ids, however they were given", () => {
  const whole = new IdSet([{ client: 1, clock: 0, length: 10 }]);
  const same = new IdSet([
    { client: 1, clock: 4, length: 6 },
    { client: 1, clock: 0, length: 5 },
  ]);
  expect([whole.holds(same), same.holds(whole)]).toEqual([true, true]);
  const less = new IdSet([{ client: 1, clock: 0, length: 9 }]);
  expect([whole.holds(less), less.holds(whole)]).toEqual([true, false]);
  expect(whole.holds(new IdSet([{ client: 2, clock: 0, length: 10 }]))).toBe(false);
});
