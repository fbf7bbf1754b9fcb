import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../support/deployed-proxy.ts";
import { BUNDLE, makeFolder } from "../support/server-process.ts";

const ROOT = join(import.meta.dirname, "../..");
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** What was built, copied into a folder with nothing else around it, and a folder for data. */
function install(): { readonly app: string; readonly data: string } {
  const folder = makeFolder();
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const [app, data] = [join(folder, "app"), join(folder, "data")];
  cpSync(dirname(BUNDLE), app, { recursive: true });
  mkdirSync(data);
  return { app, data };
}

/** Runs a command line until it says where it listens. */
async function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  closing.push(() => child.exitCode === null && child.kill("SIGKILL"));
  for await (const said of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    if (said.includes("Sheaf is at")) return child;
  }
  throw new Error("it ended without a word");
}

async function stop(child: ChildProcess): Promise<number | null> {
  const exited = once(child, "exit") as Promise<[number | null]>;
  child.kill("SIGTERM");
  return (await exited)[0];
}

test("the image holds what was built and nothing else, which runs alone, as nobody special, and says when it is well", async () => {
  const text = readFileSync(join(ROOT, "deploy/Dockerfile"), "utf8").replace(/\\\n/g, "");
  const lines = [...text.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, name, rest]) => [name!, rest!] as const);
  const all = (name: string): string[] => lines.filter(([each]) => each === name).map(([, rest]) => rest);
  const [command] = all("CMD").map((json) => JSON.parse(json) as string[]);
  const check = JSON.parse(/CMD (\[.+\])$/.exec(all("HEALTHCHECK")[0]!)![1]!) as string[];
  const env = Object.fromEntries(all("ENV").flatMap((rest) => rest.split(" ").map((pair) => pair.split("="))));

  // An image of the default registry, whichever that is.
  for (const from of all("FROM")) expect(from).toMatch(/^node:\d+-slim( AS build)?$/);
  const copied = all("COPY").flatMap((rest) => /^--from=build \/sheaf\/(\S+) \.\/$/.exec(rest)?.[1] ?? []);
  expect(copied.map((path) => existsSync(join(ROOT, path)))).toEqual([true]);
  expect(join(ROOT, copied[0]!)).toBe(dirname(BUNDLE));
  expect(all("USER")).toEqual(["node"]);
  expect(all("VOLUME")).toEqual([env.DATA_DIR]);
  expect(all("EXPOSE")).toEqual([env.PORT]);
  expect([command![0], check[0]]).toEqual(["node", "node"]);

  const { app, data } = install();
  const before = readdirSync(app);
  const settings = { ...env, PORT: String(await freePort()), DATA_DIR: data, HOST: "127.0.0.1" };
  const isWell = (): boolean => spawnSync(process.execPath, check.slice(1), { env: settings }).status === 0;
  expect(isWell()).toBe(false);
  const server = await run(command!.slice(1), app, { ...settings, PUBLIC_URL: "https://notes.example.org" });
  expect(isWell()).toBe(true);
  expect(await stop(server)).toBe(0);
  expect(isWell()).toBe(false);
  expect(readdirSync(app)).toEqual(before);
  expect(readdirSync(data)).toContain("sheaf.db");
});

test("systemd finds nothing wrong with the unit, which gives the service little, and its command line starts and ends in time", async () => {
  const { app, data } = install();
  const unit = readFileSync(join(ROOT, "deploy/sheaf.service"), "utf8");
  const values = (name: string): string[] => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, v]) => v!);
  const [program, ...line] = values("ExecStart")[0]!.split(" ");
  const bundle = line.find((part) => basename(part) === basename(BUNDLE));
  expect(bundle).toBeDefined();

  // Where the programs are here.
  const file = join(dirname(app), "sheaf.service");
  writeFileSync(file, unit.replaceAll(program!, process.execPath).replaceAll(dirname(bundle!), app));
  const analyze = (...command: string[]): string =>
    execFileSync("systemd-analyze", command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  expect(analyze("verify", file)).toBe("");
  // From 0 to 100; a service that was given nothing special has 96.
  expect(analyze("security", "--offline=yes", "--threshold=20", file)).toContain("OK");

  const env = Object.fromEntries(
    values("Environment").map((pair) => pair.replace(`%S/${values("StateDirectory")[0]}`, data).split("=")),
  );
  expect(env.DATA_DIR).toBe(data);
  const args = line.map((part) => (part === bundle ? join(app, basename(bundle)) : part));
  const server = await run(args, app, { ...env, PORT: String(await freePort()) });
  const began = performance.now();
  expect(await stop(server)).toBe(0);
  expect(performance.now() - began).toBeLessThan(Number(values("TimeoutStopSec")[0]) * 1_000);
  expect(readdirSync(data)).toContain("sheaf.db");
});
