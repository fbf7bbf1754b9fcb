// The scenarios in windows once more, over https through a proxy that is set up as `deploy/` has it. Run it by hand:
//
//   npm run test:behind -- nginx
//   npm run test:behind -- caddy keeping writing     only files with these in their names
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PROXIES } from "../support/deployed-proxy.ts";

/** What is not on a stage, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "device.test.ts": "is about the browser's storage, without a server",
  "joining.test.ts": "turns the calendar of a server in its own process, and looks at links of plain http",
  "newcomer.test.ts": "weighs what comes over plain http",
  "opening.test.ts": "writes to the data folder of a server that it starts itself",
};

const [behind, ...names] = process.argv.slice(2);
if (PROXIES.find((name) => name === behind) === undefined) {
  console.error(`Which proxy? One of ${PROXIES.join(", ")}.`);
  process.exit(2);
}
const scenarios = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts"));
for (const [name, why] of Object.entries(LEFT_OUT)) {
  if (!scenarios.includes(name)) throw new Error(`there is no ${name} to leave out`);
  console.log(`without ${name}: it ${why}`);
}
const run = scenarios.filter(
  (scenario) => !(scenario in LEFT_OUT) && (names.length === 0 || names.some((name) => scenario.includes(name))),
);
const { status } = spawnSync("vitest", ["run", "--project", "e2e", ...run.map((name) => `test/e2e/${name}`)], {
  cwd: join(import.meta.dirname, "../.."),
  env: { ...process.env, BEHIND: behind },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
