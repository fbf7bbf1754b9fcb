import { join } from "node:path";
import { readSettings, type RunningServer, startServer } from "@sheaf/server";
import { makeFolder } from "./server-process.ts";
import { Visitor } from "./visitor.ts";

const WEB = join(import.meta.dirname, "../../apps/server/dist/web");
export const DAY_MILLIS = 24 * 60 * 60 * 1000;

/** A shared server in this process, whose calendar a test can turn. */
export class SharedServer {
  readonly #server: RunningServer;
  readonly #clock: { offset: number };

  private constructor(server: RunningServer, clock: { offset: number }) {
    this.#server = server;
    this.#clock = clock;
  }

  static async start(): Promise<SharedServer> {
    const env = {
      HOST: "127.0.0.1",
      PORT: "0",
      DATA_DIR: makeFolder(),
      // All its visitors come from one address, and faster than people do, on a machine that may be slow.
      MAX_NEW_SOCKETS: "10000",
      MAX_LOOP_DELAY: "60000",
    };
    const settings = readSettings(env, ["--share"]);
    if (!settings.ok) throw new Error(settings.error.join());
    const clock = { offset: 0 };
    const wallClock = (): number => Date.now() + clock.offset;
    const started = await startServer(settings.value, { webFolder: WEB, wallClock, report: () => {} });
    if (!started.ok) throw new Error(started.error);
    return new SharedServer(started.value, clock);
  }

  get url(): string {
    return this.#server.url;
  }

  /** Nothing else passes than days. */
  letPass(millis: number): void {
    this.#clock.offset += millis;
  }

  /** Signs the owner in, on one more device. */
  owner(): Promise<Visitor> {
    return Visitor.join(this.url, keyOf(this.ownerLink), "Olga");
  }

  get ownerLink(): string {
    return this.#server.links!.owner;
  }

  get inviteKey(): string {
    return keyOf(this.#server.links!.invite!);
  }

  /** A new person who comes in by a new invite. */
  async guest(owner: Visitor, document: string, role: "viewer" | "editor", name: string): Promise<Visitor> {
    const { body } = await owner.ask("POST", `/api/documents/${document}/invites`, { role });
    return Visitor.join(this.url, body.key, name);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

export const keyOf = (link: string): string => new URL(link).hash.slice(1);
