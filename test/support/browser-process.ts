import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { BROWSER_ARGS, BROWSER_PATH } from "./browser.ts";

/** A browser with a profile on disk that can be killed, put to sleep and started again, as a person's is. */
export class BrowserProcess {
  /** The person's own windows, not a private one. */
  readonly context: BrowserContext;
  readonly #child: ChildProcess;

  private constructor(context: BrowserContext, child: ChildProcess) {
    this.context = context;
    this.#child = child;
  }

  static newProfile = (): string => mkdtempSync(join(tmpdir(), "sheaf-profile-"));

  static async start(profile: string): Promise<BrowserProcess> {
    const own = ["--headless=new", "--remote-debugging-port=0", "--no-first-run", `--user-data-dir=${profile}`];
    const child = spawn(BROWSER_PATH, [...BROWSER_ARGS, ...own, "about:blank"], {
      // A group of its own, so that a signal reaches all its processes.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const address = await addressIn(child.stderr.setEncoding("utf8") as AsyncIterable<string>);
    child.stderr.resume();
    const browser = await chromium.connectOverCDP(address);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("the browser has no profile");
    return new BrowserProcess(context, child);
  }

  signal(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && this.#isRunning) process.kill(-this.#child.pid, name);
  }

  async kill(): Promise<void> {
    if (!this.#isRunning) return;
    const exited = once(this.#child, "exit");
    this.signal("SIGKILL");
    await exited;
  }

  get #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  let said = "";
  for await (const text of lines) {
    said += text;
    const address = /ws:\/\/\S+\/devtools\/browser\/\S+/.exec(said)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`the browser did not start:\n${said}`);
}
