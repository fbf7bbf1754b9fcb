import { expect, test } from "vitest";
import { tell } from "./story.ts";

/**
 * Stories that ended badly once, by what went wrong. A new fault or person changes what a seed tells, so each mistake
 * also has a test where it was; a story that no longer shows its mistake may be replaced by one that does.
 */
const SEEDS = [
  [379, "words kept on the device were lost, whose block others had deleted before another page took them over"],
  [575, "a stock reader was closed for good because its Yjs deleted something by itself"],
  [1615, "what Yjs tidied for a reader was not sent when the reader could write again"],
  [20722, "a word was put back that its author had moved: an ack overtook the rows before it, to a slow reader"],
  [8000535, "a word was put back that its author had moved: an ack came before the row that carried the batch"],
  [8002551, "words were lost because a deletion was not known again in the log, where it was in part held before"],
] as const;

test.each(SEEDS)("seed %i ends well, in which %s", { timeout: 60_000 }, async (seed) => {
  const { counts } = await tell({ seed });
  expect(counts.get("run")).toBe(1);
});
