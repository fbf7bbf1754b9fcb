import { expect, test } from "vitest";
import { Counter, family, Histogram, render } from "./exposition.ts";

test("each family says what it is and what kind, then its numbers", () => {
  const page = render([
    family("gauge", "rooms", "Live rooms.", [{ value: 3 }]),
    family("gauge", "odd", "All of them.", [{ value: 0.5 }, { value: Number.NaN }, { value: -Infinity }]),
  ]);
  expect(page).toBe(
    "# HELP rooms Live rooms.\n# TYPE rooms gauge\nrooms 3\n# HELP odd All of them.\n# TYPE odd gauge\nodd 0.5\nodd NaN\nodd -Inf\n",
  );
});

test("nothing in a label or a description breaks its line", () => {
  const counter = new Counter<"name">("seen_total", "A\nB\\C.");
  counter.add({ name: 'a"b\\c\nd' });
  expect(render([counter])).toBe(
    '# HELP seen_total A\\nB\\\\C.\n# TYPE seen_total counter\nseen_total{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test("a counter grows for each set of labels apart", () => {
  const counter = new Counter<"route" | "status">("answers_total", "Answers.");
  for (const status of ["200", "404", "200"]) counter.add({ route: "page", status });
  expect([...counter.samples()].map(({ value }) => value)).toEqual([2, 1]);
});

test("a histogram's buckets hold what is at most their bound, and all that is below", () => {
  const histogram = new Histogram("took_seconds", "Time.", [1, 2.5]);
  for (const value of [0, 1, 1.5, 2.5, 100]) histogram.observe(value);
  expect(render([histogram]).split("\n").slice(2, -1)).toEqual([
    'took_seconds_bucket{le="1"} 2',
    'took_seconds_bucket{le="2.5"} 4',
    'took_seconds_bucket{le="+Inf"} 5',
    "took_seconds_sum 105",
    "took_seconds_count 5",
  ]);
});
