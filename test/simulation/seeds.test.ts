import { expect, test } from "vitest";
import { tell } from "./story.ts";

/**
 * Stories that ended badly once, by what went wrong. A new fault or person changes what a seed tells, so each mistake
 * also has a test where it was; a story that no longer shows its mistake may be replaced by one that does.
 */
const SEEDS = [
  [94, "a stock reader was closed for good because its Yjs deleted something by itself"],
  [710, "words were lost because an ack overtook the rows before it, to a slow reader"],
  [1042, "words kept on the device were lost, whose block others had deleted before another page took them over"],
  [4863, "words were lost because a deletion was not known again in the log, where it was in part held before"],
  [55639811, "words were lost because a slow reader took its own deletion, behind its ack, for somebody else's"],
  [56875613, "a batch that stood for older ones said that it was written with all that had come since"],
  [
    96452237,
    "words were lost because a block was taken to be gone in the log, which only this page's own batch deleted",
  ],
  [
    96439001,
    "words were lost because a page took its own deletion, before an ack that named no row, for somebody else's",
  ],
  [98636176, "words stayed refused because the device had not taken a part of their batch, which the log had long had"],
  [108838343, "words were put back twice because a page took somebody else's deletion of a part for its own"],
  [101930594, "words were put back twice because a page took somebody else's deletion of the very same for its own"],
  [117502988, "words were put back twice because a page forgot that its own deletion was in the log before them"],
  [
    118426240,
    "a word was lost because somebody else took its client id while the log could not take the first under it",
  ],
] as const;

test.each(SEEDS)("seed %i ends well, in which %s", async (seed) => {
  const { counts } = await tell({ seed });
  expect(counts.get("run")).toBe(1);
});
