// Measures the first promise a newcomer meets: from `npm start` being typed in a fresh clone, with an empty
// home and empty caches, to a second window showing what was typed in the first. Run it by hand:
//
//   npm run test:first-run
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { launchBrowser, Window } from "../support/browser.ts";
import { makeFolder } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const LIMITS = { first: 60_000, second: 5_000 };
const repository = join(import.meta.dirname, "../..");
const folder = makeFolder();
const clone = join(folder, "sheaf");
const home = join(folder, "home");
mkdirSync(home);
execFileSync("git", ["clone", "--quiet", repository, clone]);

const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
const env = {
  PATH: path.join(delimiter),
  HOME: home,
  XDG_CACHE_HOME: join(home, "cache"),
  XDG_DATA_HOME: join(home, "data"),
  npm_config_cache: join(home, "npm"),
  PORT: "0",
};
console.log(
  `node ${execFileSync("node", ["--version"], { env }).toString().trim()}, npm ${execFileSync("npm", ["--version"], { env }).toString().trim()}`,
);

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Runs `npm start` until it prints its address. */
async function start(): Promise<Started> {
  const child = spawn("npm", ["start"], { cwd: clone, env, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout as AsyncIterable<string>) {
    const url = /http:\/\/127\S+/.exec(text)?.[0];
    if (url !== undefined) {
      child.stdout.resume();
      return { url, child };
    }
  }
  throw new Error("npm start ended without an address");
}

/** Ends npm as an impatient supervisor does, and waits until the server behind it has gone too. */
async function stop({ url, child }: Started): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
  const isGone = (): Promise<boolean> =>
    fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    );
  console.log(`stopped, the server ${Math.round(await until("the server is gone", isGone))} ms after npm`);
}

const browser = await launchBrowser();
let began = performance.now();
const first = await start();
const listening = performance.now() - began;
const ana = await (await Window.open(browser, first.url)).ready();
await ana.type("Hello from the first window");
const ben = await (await Window.open(browser, ana.page.url())).ready();
await ben.shows("Hello from the first window");
const shown = performance.now() - began;
await ana.close();
await ben.close();
await browser.close();
await stop(first);

began = performance.now();
const second = await start();
const again = performance.now() - began;
await stop(second);
rmSync(folder, { recursive: true, force: true });

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`;
console.log(
  `first npm start: address after ${seconds(listening)}, second window shows the text after ${seconds(shown)} (limit ${seconds(LIMITS.first)})`,
);
console.log(`second npm start: address after ${seconds(again)} (limit ${seconds(LIMITS.second)})`);
process.exitCode = shown < LIMITS.first && again < LIMITS.second ? 0 : 1;
