import { spawn } from "node:child_process";
import { join } from "node:path";
import { delay } from "../../support/until.ts";
import { Contender, cpuMillisOf, LOAD_CPU, machineCpuMillis } from "./contender.ts";
import type { Order } from "./generator.ts";
import { goFirst } from "./go-first.ts";
import { busyThreads, topFunctions } from "./profile.ts";
import type { ServerSpec } from "./servers.ts";
import type { Cost, Questions, Said } from "./stage.ts";
import type { Case, Figures, Workload } from "./workload.ts";

/** Longest a run may take; what hangs is ended and counts as failed. */
const LIMIT_MILLIS = 240_000;

/** Longest a run waits for the machine to be free of other work, and what counts as free. */
const CALM_MILLIS = 2_000;
const LOOK_MILLIS = 500;
const MOST_OTHER_CORES = 0.2;
/** The same of a server that is at rest. */
const SETTLE_MILLIS = 20_000;
const AT_REST_CORES = 0.03;
/** It must be at rest for so long: some things are done once nobody wrote for three seconds. */
const REST_MILLIS = 4_000;

export interface Run {
  readonly figures: Figures;
  /** Lines of a profile of the window, where one was asked for. */
  readonly profile: readonly string[];
}

/** Does one case of a workload once, at a server that is started for it. */
export async function run(
  spec: ServerSpec,
  workload: Workload,
  its: Case,
  { fixtures, isProfiled }: { readonly fixtures: string; readonly isProfiled: boolean },
): Promise<Run> {
  await quietMachine();
  const contender = await Contender.start(spec, { isInspected: isProfiled || workload.isInspected === true });
  try {
    const order: Order = { target: contender.target, workload: workload.name, case: its.name, fixtures };
    return await load(contender, order, isProfiled);
  } finally {
    await contender.end();
  }
}

/** Others may be at work on the machine: waits for a calmer moment, but not for ever. */
async function quietMachine(): Promise<void> {
  for (let waited = 0; waited < CALM_MILLIS; waited += LOOK_MILLIS) {
    const before = machineCpuMillis();
    await delay(LOOK_MILLIS);
    if ((machineCpuMillis() - before) / LOOK_MILLIS < MOST_OTHER_CORES) return;
  }
}

async function load(contender: Contender, order: Order, isProfiled: boolean): Promise<Run> {
  const script = join(import.meta.dirname, "generator.ts");
  const child = spawn("taskset", ["-c", LOAD_CPU, process.execPath, script, JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Figures may be no numbers, which JSON does not have.
    serialization: "advanced",
    detached: true,
  });
  goFirst(child.pid!);
  const profile: string[] = [];
  let threads: ReadonlyMap<string, number> = new Map();
  let window = { at: 0, cpu: 0, load: 0, machine: 0 };
  const answers: { [Q in keyof Questions]: () => Promise<Questions[Q]> } = {
    settled: () => settled(contender),
    async begin() {
      if (isProfiled) {
        await contender.inspector!.startProfiles();
        threads = contender.threadMillis;
      }
      window = look();
    },
    async end() {
      const now = look();
      if (isProfiled) {
        profile.push(...busyThreads(threads, contender.threadMillis));
        profile.push(...topFunctions(await contender.inspector!.stopProfiles()));
      }
      return costBetween(window, now, contender.rssBytes);
    },
    heap: async () => (await contender.inspector!.heldBytes()).reduce((sum, bytes) => sum + bytes, 0),
    rss: async () => contender.rssBytes,
    async restart() {
      await contender.restart();
      return contender.target;
    },
  };
  const look = () => ({
    at: performance.now(),
    cpu: contender.cpuMillis,
    load: cpuMillisOf(child.pid!) + cpuMillisOf("self"),
    machine: machineCpuMillis(),
  });

  let patience: NodeJS.Timeout | undefined;
  try {
    const figures = await new Promise<Figures>((resolve, reject) => {
      patience = setTimeout(() => reject(new Error(`not done after ${LIMIT_MILLIS / 1000} s`)), LIMIT_MILLIS);
      child.on("message", (message: Said) => {
        if ("figures" in message) resolve(message.figures);
        else if ("failure" in message) reject(new Error(message.failure));
        else answers[message.question]().then((answer) => child.send({ answer }), reject);
      });
      child.once("exit", (code, signal) => reject(new Error(`the load ended with ${signal ?? code}`)));
    });
    return { figures, profile };
  } finally {
    clearTimeout(patience);
    child.kill("SIGKILL");
  }
}

/** A server that packs and compacts what was written does so for some seconds; at rest all use a little. */
async function settled(contender: Contender): Promise<void> {
  let rested = 0;
  for (let waited = 0; waited < SETTLE_MILLIS && rested < REST_MILLIS; waited += LOOK_MILLIS) {
    const before = contender.cpuMillis;
    await delay(LOOK_MILLIS);
    rested = (contender.cpuMillis - before) / LOOK_MILLIS < AT_REST_CORES ? rested + LOOK_MILLIS : 0;
  }
}

type Look = { readonly at: number; readonly cpu: number; readonly load: number; readonly machine: number };

function costBetween(from: Look, to: Look, rssBytes: number): Cost {
  const seconds = (to.at - from.at) / 1000;
  const cpuMillis = to.cpu - from.cpu;
  const others = to.machine - from.machine - cpuMillis - (to.load - from.load);
  return { seconds, cpuMillis, rssBytes, otherCores: Math.max(0, others / 1000 / seconds) };
}
