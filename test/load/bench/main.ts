// How fast the server is, beside others that do the same: each round goes through all of them, in turns, each a process
// on a processor of its own. Linux, two processors, `taskset`.
//
//   npm run bench                                         everything, three rounds; rewrites test/load/RESULTS.md
//   npm run bench -- fan-out idle                         these workloads
//   npm run bench -- fan-out --case "50 x 20/s" --rounds 1 --only sheaf,y-websocket
//   npm run bench -- fan-out --only sheaf --profile       where its time went, by function
//   npm run bench -- rooms --before /tmp/server.mjs       beside another build of Sheaf
//
// RESULTS.md is left alone by runs of some servers or cases only, by profiles and comparisons.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LOAD_CPU } from "./contender.ts";
import { mayGoFirst } from "./go-first.ts";
import { prepareFixtures } from "./fixtures.ts";
import { describe, Results } from "./results.ts";
import { run } from "./run.ts";
import { PEERS, readServers } from "./servers.ts";
import { isTraceReal } from "../../support/trace.ts";
import { WORKLOADS } from "./workloads.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    before: { type: "string" },
    case: { type: "string" },
    profile: { type: "boolean", default: false },
  },
});
const names = positionals.length > 0 ? positionals : WORKLOADS.map(({ name }) => name);
const unknown = names.filter((name) => !WORKLOADS.some((workload) => workload.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}; there are ${WORKLOADS.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

if (!existsSync(join(PEERS, "node_modules"))) {
  spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: PEERS, stdio: "inherit" });
}
// This process looks on from where the load is.
spawnSync("taskset", ["-a", "-p", "-c", LOAD_CPU, String(process.pid)]);
if (!mayGoFirst()) {
  console.log("Only root may let it go before other work: on a machine that is busy, figures are of little use.");
}

if (!isTraceReal()) {
  console.log("The trace does not lie beside the repository: its keystrokes are made up, and say little of opening.");
}

const servers = readServers(options.before).filter(({ name }) => options.only?.split(",").includes(name) ?? true);
const fixtures = mkdtempSync(join(tmpdir(), "sheaf-bench-fixtures-"));
process.once("exit", () => rmSync(fixtures, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
prepareFixtures(fixtures);

for (const name of names) {
  const workload = WORKLOADS.find((one) => one.name === name)!;
  const cases = workload.cases.filter((its) => options.case === undefined || its.name === options.case);
  const contenders = servers.filter((server) => workload.without?.includes(server.name) !== true);
  const results = new Results(workload, contenders);
  for (let round = 1; round <= Number(options.rounds); round++) {
    for (const its of cases) {
      for (const server of contenders) {
        const what = `${name} ${its.name}, round ${round}, ${server.name}`;
        try {
          const { figures, profile } = await run(server, workload, its, { fixtures, isProfiled: options.profile });
          results.add(its, server, figures);
          console.log(`${what}: ${describe(workload, figures)}`);
          if (profile.length > 0) console.log(profile.join("\n"));
        } catch (cause) {
          results.fail(its, server, (cause as Error).message);
          console.log(`${what}: FAILED, ${(cause as Error).message}`);
        }
      }
    }
  }
  console.log(`\n${results.section()}`);
  const isWhole =
    [options.only, options.case, options.before].every((option) => option === undefined) && !options.profile;
  if (isWhole) results.write();
}
