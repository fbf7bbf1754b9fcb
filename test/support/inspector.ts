import { once } from "node:events";
import WebSocket from "ws";
import { until } from "./until.ts";

/** Give these to a server's process to be able to look into it. */
export const INSPECTED: readonly string[] = ["--inspect=127.0.0.1:0"];

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly message?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Send = (message: string) => void;

/** What V8's sampler saw of one thread. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds from each sample to the next. */
  readonly timeDeltas: readonly number[];
}

/** Looks into the threads of a running server, by the DevTools protocol. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #main: Target;
  readonly #workers = new Map<string, Target>();
  #profiled: readonly Target[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#main = new Target((message) => socket.send(message));
    socket.on("message", (data: Buffer) => this.#hear(JSON.parse(data.toString()) as Message));
  }

  /** @param server - Started with `INSPECTED`. */
  static async attach(server: { readonly stderr: string }): Promise<Inspector> {
    let url: string | undefined;
    await until("the inspector says where it is", () => {
      url = /ws:\/\/\S+/.exec(server.stderr)?.[0];
      return url !== undefined;
    });
    const socket = new WebSocket(url!, { perMessageDeflate: false });
    const inspector = new Inspector(socket);
    await once(socket, "open");
    await inspector.#main.ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
    return inspector;
  }

  /** What each thread holds once its garbage is gone, in bytes: its heap, and buffers outside of it. The main one comes first. */
  async heldBytes(): Promise<readonly number[]> {
    return Promise.all(this.#targets.map((target) => target.heldBytes()));
  }

  async startProfiles(): Promise<void> {
    this.#profiled = this.#targets;
    await Promise.all(this.#profiled.map((target) => target.startProfile()));
  }

  /** Where the time went since then, of each thread there was. */
  async stopProfiles(): Promise<readonly Profile[]> {
    return Promise.all(this.#profiled.map((target) => target.stopProfile()));
  }

  close(): void {
    this.#socket.terminate();
  }

  get #targets(): readonly Target[] {
    return [this.#main, ...this.#workers.values()];
  }

  #hear(message: Message): void {
    const { method, params } = message;
    const sessionId = params?.sessionId;
    if (method === undefined) this.#main.hear(message);
    else if (sessionId === undefined) return;
    else if (method === "NodeWorker.attachedToWorker") {
      const send: Send = (inner) =>
        void this.#main.ask("NodeWorker.sendMessageToWorker", { sessionId, message: inner });
      this.#workers.set(sessionId, new Target(send));
    } else if (method === "NodeWorker.receivedMessageFromWorker") {
      this.#workers.get(sessionId)?.hear(JSON.parse(params!.message!) as Message);
    } else if (method === "NodeWorker.detachedFromWorker") this.#workers.delete(sessionId);
  }
}

/** One thread. */
class Target {
  readonly #send: Send;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    this.#send(JSON.stringify({ id, method, params }));
    return asked.promise;
  }

  hear({ id, result, error }: Message): void {
    const asked = this.#asked.get(id ?? 0);
    this.#asked.delete(id ?? 0);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error.message));
  }

  async startProfile(): Promise<void> {
    await this.ask("Profiler.enable");
    await this.ask("Profiler.start");
  }

  async stopProfile(): Promise<Profile> {
    const { profile } = (await this.ask("Profiler.stop")) as { readonly profile: Profile };
    return profile;
  }

  async heldBytes(): Promise<number> {
    await this.ask("HeapProfiler.collectGarbage");
    const { result } = (await this.ask("Runtime.evaluate", {
      // `external` counts what array buffers hold.
      expression: "(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())",
      returnByValue: true,
    })) as { readonly result: { readonly value: number } };
    return result.value;
  }
}
