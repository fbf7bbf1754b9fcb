import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { FAULTS } from "./faults.ts";
import { describe as describeTally, replayOf, tellMany } from "./fleet.ts";
import { DROPPED } from "./network-faults.ts";
import { FETCH_FAILED, FETCH_SILENT, FETCHED, FETCHED_LATE, FETCHED_OLD } from "./snapshot-fetches.ts";
import { STRUCTURAL, tell, UNDO } from "./story.ts";
import { SENT_AGAIN } from "./tally.ts";
import { ANSWER_LOST, COMMIT_LOST, KEPT, RESCUE } from "./world.ts";

const RUNS = 2_000;
/** Ends what hangs. The stories are meant to take 90 s on a machine that does nothing else; how long they took is printed. */
const GIVE_UP_MILLIS = 360_000;
const LEAST_OF_EACH_FAULT = 200;
const LEAST_SHARE_OF_EDITS = 0.3;

test(
  "whatever breaks, nothing typed is lost, nothing unsaved is shown or called saved, and all replicas end the same",
  async () => {
    const began = process.cpuUsage();
    const { tally, failures } = await tellMany({ first: 1, runs: RUNS });
    const { user, system } = process.cpuUsage(began);
    // What other work the machine has is not counted against the stories.
    const seconds = (user + system) / 1e6 / availableParallelism();
    console.log(`${describeTally(tally)}\n${seconds.toFixed(1)} s of every core`);
    expect(failures.map((failure) => `${failure.reason}: ${replayOf(failure)}`)).toEqual([]);
    const { counts } = tally;
    expect(counts.get("run")).toBe(RUNS);
    expect(counts.get("edit")! / counts.get("step")!).toBeGreaterThanOrEqual(LEAST_SHARE_OF_EDITS);
    const befallen = FAULTS.map(({ name }) => `fault: ${name}`);
    const fetches = [FETCHED, FETCHED_OLD, FETCHED_LATE, FETCH_FAILED, FETCH_SILENT];
    const faults = [...befallen, ...fetches, DROPPED, ANSWER_LOST, COMMIT_LOST, SENT_AGAIN, KEPT];
    const rare = [...faults, STRUCTURAL, UNDO, RESCUE].filter(
      (fault) => (counts.get(fault) ?? 0) < LEAST_OF_EACH_FAULT,
    );
    expect(rare, `fewer than ${LEAST_OF_EACH_FAULT} times`).toEqual([]);
  },
  GIVE_UP_MILLIS,
);

test("a seed tells the same story every time", async () => {
  for (const seed of [1, 2, 3]) {
    const [once, again] = [[], []] as [string[], string[]];
    await tell({ seed, trace: once });
    await tell({ seed, trace: again });
    expect(once.length).toBeGreaterThan(10);
    expect(again).toEqual(once);
  }
});
