import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INSPECTED, Inspector } from "../../support/inspector.ts";
import { goFirst } from "./go-first.ts";
import type { Target } from "./participant.ts";
import type { ServerSpec } from "./servers.ts";

/** Servers have this processor to themselves, as far as we can say; the load has the other. */
const SERVER_CPU = "0";
export const LOAD_CPU = "1";

/** A server in a process of its own. */
export class Contender {
  readonly spec: ServerSpec;
  inspector: Inspector | undefined;
  readonly #isInspected: boolean;
  readonly #dataDir = mkdtempSync(join(tmpdir(), "sheaf-bench-"));
  /** Nothing is left of it when the bench is ended in the middle. */
  readonly #abort = (): void => {
    this.#child.kill("SIGKILL");
    rmSync(this.#dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  #child!: ChildProcess;
  #url = "";
  #stderr = "";

  private constructor(spec: ServerSpec, isInspected: boolean) {
    this.spec = spec;
    this.#isInspected = isInspected;
  }

  static async start(spec: ServerSpec, { isInspected = false } = {}): Promise<Contender> {
    const contender = new Contender(spec, isInspected);
    process.once("exit", contender.#abort);
    await contender.#start();
    return contender;
  }

  get target(): Target {
    return { url: this.#url, dialect: this.spec.dialect, holdsDocuments: this.spec.name !== "relay" };
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** What it has used so far. */
  get cpuMillis(): number {
    return processTree(this.#child.pid!).reduce((sum, pid) => sum + cpuMillisOf(pid), 0);
  }

  /** The same of each thread of its main process, by number and name. */
  get threadMillis(): ReadonlyMap<string, number> {
    const tasks = `/proc/${this.#child.pid}/task`;
    const named = (thread: string): string => `${thread} ${readFileSync(`${tasks}/${thread}/comm`, "utf8").trim()}`;
    return new Map(readdirSync(tasks).map((thread) => [named(thread), ranMillis(`${tasks}/${thread}`)]));
  }

  get rssBytes(): number {
    return processTree(this.#child.pid!).reduce((sum, pid) => sum + rssBytesOf(pid), 0);
  }

  /** Stops it as its operator would, and starts it on what it has stored. */
  async restart(): Promise<void> {
    await this.#stop();
    await this.#start();
  }

  async end(): Promise<void> {
    await this.#stop();
    process.off("exit", this.#abort);
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { script, args: own = [], env, isDurable } = this.spec;
    const args = [...own, ...(this.#isInspected ? INSPECTED : []), script];
    const child = spawn("taskset", ["-c", SERVER_CPU, process.execPath, ...args], {
      env: { PATH: process.env["PATH"], ...(isDurable ? { DATA_DIR: this.#dataDir } : {}), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    goFirst(child.pid!);
    this.#child = child;
    this.#stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    child.stdout.setEncoding("utf8");
    for await (const greeting of child.stdout) {
      const url = /http:\/\/\S+/.exec(String(greeting))?.[0];
      if (url === undefined) continue;
      this.#url = url;
      if (this.#isInspected) this.inspector = await Inspector.attach(this);
      return;
    }
    throw new Error(`${this.spec.name} did not start:\n${this.#stderr}`);
  }

  async #stop(): Promise<void> {
    this.inspector?.close();
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    // Some wait for their clients to say goodbye.
    const patience = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await exited;
    clearTimeout(patience);
  }
}

function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

export function cpuMillisOf(pid: number | "self"): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((millis, thread) => millis + ranMillis(`${tasks}/${thread}`), 0);
}

/** Kept in nanoseconds, where /proc/pid/stat counts in hundredths of a second. */
const ranMillis = (task: string): number => Number(readFileSync(`${task}/schedstat`, "utf8").split(" ")[0]) / 1e6;

function rssBytesOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

/** What all processors did, and what was taken from them by other machines on this one. */
export function machineCpuMillis(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const TICK_MILLIS = 10;
  return (user + nice + system + irq + softirq + steal) * TICK_MILLIS;
}
