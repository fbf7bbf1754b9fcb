import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BUNDLE = join(import.meta.dirname, "../../apps/server/dist/server.mjs");

export interface ServerOptions {
  readonly dataDir?: string | undefined;
  readonly port?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly nodeArgs?: readonly string[] | undefined;
  /** Everybody needs a key; still on loopback only. */
  readonly isShared?: boolean | undefined;
  readonly cwd?: string | undefined;
}

/** The production bundle in a process of its own. */
export class ServerProcess {
  /** Where people reach it: behind a proxy that is the proxy's. */
  readonly url: string;
  /** Where it listens itself. */
  readonly port: number;
  readonly dataDir: string;
  /** What it said when it had started. */
  readonly greeting: string;
  readonly #child: ChildProcess;
  readonly #stderr: string[];

  private constructor(
    { port, dataDir, greeting }: { readonly port: number; readonly dataDir: string; readonly greeting: string },
    url: string,
    child: ChildProcess,
    stderr: string[],
  ) {
    this.url = url;
    this.greeting = greeting;
    this.port = port;
    this.dataDir = dataDir;
    this.#child = child;
    this.#stderr = stderr;
  }

  /** Starts a server on a free port (or the one given) and waits until it says where it is. */
  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? makeFolder();
    const { child, stdout, stderr } = spawnServer({ ...options, dataDir });
    for await (const greeting of stdout) {
      const url = /https?:\/\/\S+/.exec(greeting)?.[0];
      if (url !== undefined) {
        child.stdout?.resume();
        const port = options.port ?? Number(new URL(url).port);
        return new ServerProcess({ port, dataDir, greeting }, url, child, stderr);
      }
    }
    throw new Error(`the server did not start:\n${stderr.join("")}`);
  }

  /** Key of the owner's link, where it is shared. */
  get ownerKey(): string {
    return new URL(/https?:\S+\/join#\S+/.exec(this.greeting)![0]).hash.slice(1);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get stderr(): string {
    return this.#stderr.join("");
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** @returns The exit code, or the signal that ended it. */
  async end(name: NodeJS.Signals = "SIGTERM"): Promise<number | NodeJS.Signals> {
    if (this.isRunning) {
      const exited = once(this.#child, "exit");
      this.#child.kill(name);
      await exited;
    }
    return this.#child.exitCode ?? this.#child.signalCode!;
  }
}

/** Starts a server that is expected to give up. */
export async function failToStart(
  options: ServerOptions,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { child, stderr } = spawnServer(options);
  child.stdout?.resume();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr: stderr.join("") };
}

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), "sheaf-"));

function spawnServer(options: ServerOptions): { child: ChildProcess; stdout: AsyncIterable<string>; stderr: string[] } {
  const args = options.isShared === true ? ["--share"] : [];
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), BUNDLE, ...args], {
    cwd: options.cwd,
    env: {
      PATH: process.env["PATH"],
      PORT: String(options.port ?? 0),
      DATA_DIR: options.dataDir ?? makeFolder(),
      // This machine may be slower than one that serves people may be.
      MAX_LOOP_DELAY: "60000",
      ...(options.isShared === true ? { HOST: "127.0.0.1" } : {}),
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
  child.stdout.setEncoding("utf8");
  return { child, stdout: child.stdout as AsyncIterable<string>, stderr };
}
