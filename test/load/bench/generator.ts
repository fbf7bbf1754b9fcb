// A load in a process of its own: does one workload at one server and says what it found. Started by run.ts.
import { type Said, Stage } from "./stage.ts";
import type { Target } from "./participant.ts";
import { WORKLOADS } from "./workloads.ts";

/** What it is told, as JSON in its only argument. */
export interface Order {
  readonly target: Target;
  readonly workload: string;
  readonly case: string;
  readonly fixtures: string;
}

// Whoever started it was ended.
process.once("disconnect", () => process.exit());

const order = JSON.parse(process.argv[2]!) as Order;
const workload = WORKLOADS.find(({ name }) => name === order.workload)!;
const its = workload.cases.find(({ name }) => name === order.case)!;

const stage = new Stage(order.target, order.fixtures, (question) => {
  say({ question });
  return new Promise((resolve) => process.once("message", ({ answer }: { answer: never }) => resolve(answer)));
});
process.once("uncaughtException", ({ message }) => say({ failure: message }));
workload.run(stage, its).then(
  (figures) => say({ figures }),
  (cause: Error) => say({ failure: cause.message }),
);

function say(what: Said): void {
  process.send!(what);
}
