/**
 * Tells stories from seeds, fresh ones unless told otherwise, and says what happened in them.
 *
 *   npm run test:simulation -- --minutes 20
 *   npm run test:simulation -- --seed 17 --runs 1     one story again, with its trace
 */
import { parseArgs } from "node:util";
import { describe, type Failure, replayOf, tellMany } from "./fleet.ts";
import { tell } from "./story.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string" },
    minutes: { type: "string" },
  },
});
const seed = Number(values.seed ?? Date.now() % 1e9);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const runs = Number(values.runs ?? (minutes === undefined ? 2_000 : Number.POSITIVE_INFINITY));

if (runs === 1) await replay(seed);
else {
  console.log(`seeds from ${seed} on`);
  const millis = minutes === undefined ? undefined : minutes * 60_000;
  const { tally, failures } = await tellMany({ first: seed, runs, millis });
  console.log(describe(tally));
  for (const failure of failures) tellOf(failure);
  console.log(`${tally.counts.get("run") ?? 0} runs, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

async function replay(seed: number): Promise<void> {
  const trace: string[] = [];
  try {
    const tally = await tell({ seed, trace });
    console.log(`${trace.join("\n")}\n\n${describe(tally)}\n\nseed ${seed} ends well`);
  } catch (cause) {
    console.log(trace.join("\n"), "\n");
    console.error(`seed ${seed}:`, cause);
    process.exitCode = 1;
  }
}

function tellOf(failure: Failure): void {
  console.error(`seed ${failure.seed}: ${failure.reason}\n  ${replayOf(failure)}`);
}
