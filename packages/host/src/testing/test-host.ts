import { decodeDown, type DocumentId, type DownFrame, encodeUp, PROTOCOL_VERSION, type UpFrame } from "@sheaf/protocol";
import { type Log, NOBODY } from "@sheaf/room";
import { MemoryLog } from "@sheaf/room/testing";
import { Host } from "../host.ts";
import type { HostPorts, HostReport, Identity, Meter, Receiver, Stretch, Transport } from "../ports.ts";

/** A host on a clock that moves only when told, with sockets that remember what was written to them. */
export class TestHost {
  readonly host: Host;
  readonly reports: HostReport[] = [];
  /** What was counted, in order. */
  readonly counted: (readonly [what: keyof Meter, ...facts: (string | number)[]])[] = [];
  now = 0;
  readonly #defer = (task: () => void): void => void this.#timers.push({ at: this.now, task });
  #timers: { at: number; task: () => void }[] = [];

  constructor(log: Log = new MemoryLog(), { maxSessionsPerDocument }: Pick<HostPorts, "maxSessionsPerDocument"> = {}) {
    this.host = new Host({
      log,
      maxSessionsPerDocument,
      now: () => this.now,
      wallClock: () => 1_800_000_000_000 + this.now,
      after: (millis, task) => {
        const timer = { at: this.now + millis, task };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((other) => other !== timer));
      },
      defer: this.#defer,
      random: () => 0.5,
      report: (event) => this.reports.push(event),
      meter: {
        committed: (rows, millis) => this.counted.push(["committed", rows, millis]),
        commitFailed: () => this.counted.push(["commitFailed"]),
        acked: (millis) => this.counted.push(["acked", millis]),
        nacked: (code) => this.counted.push(["nacked", code]),
        closed: (reason) => this.counted.push(["closed", reason]),
      },
    });
  }

  /** Lets everything that is due happen, then `millis` more, a millisecond at a time. */
  async advance(millis = 0): Promise<void> {
    const end = this.now + millis;
    for (;;) {
      // Answers of the log are promises: they come before time moves on.
      for (let i = 0; i < 20; i++) await Promise.resolve();
      const due = this.#timers.find(({ at }) => at <= this.now);
      if (due !== undefined) {
        this.#timers = this.#timers.filter((timer) => timer !== due);
        due.task();
      } else if (this.now < end) this.now += Math.min(1, end - this.now);
      else return;
    }
  }

  connect(identity: Partial<Identity> = {}): TestSocket {
    const socket = new TestSocket(this.#defer);
    socket.receiver = this.host.openSheaf(socket, { ...EDITOR, ...identity });
    return socket;
  }

  connectStock(document: string, identity: Partial<Identity> = {}): TestSocket {
    const socket = new TestSocket(this.#defer);
    socket.receiver = this.host.openYWebsocket(socket, { ...EDITOR, ...identity }, document as DocumentId);
    return socket;
  }
}

const EDITOR: Identity = { principal: NOBODY, access: () => "editor" };

export class TestSocket implements Transport {
  receiver!: Receiver;
  /** Each write with the messages in it. */
  readonly writes: (readonly Uint8Array[])[] = [];
  closedWith: number | undefined;
  isPaused = false;
  /** Set by a test to make the socket slow. */
  unsentBytes = 0;
  #awaitingDrain: (() => void)[] = [];
  readonly defer: (task: () => void) => void;

  constructor(defer: (task: () => void) => void) {
    this.defer = defer;
  }

  write(stretches: readonly Stretch[]): void {
    const messages = stretches.flatMap(({ of, from, to }) => of.slice(from, to));
    this.writes.push(messages.map((message) => message.slice()));
  }

  close(code: number): void {
    this.closedWith = code;
    this.receiver?.closed();
  }

  /** Runs at the next `drain`, or at once while nothing is unsent. */
  whenDrained(task: () => void): void {
    this.#awaitingDrain.push(task);
    if (this.unsentBytes === 0) this.drain();
  }

  /** Everything written has left. */
  drain(): void {
    this.unsentBytes = 0;
    for (const task of this.#awaitingDrain.splice(0)) this.defer(task);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  say(...frames: readonly UpFrame[]): void {
    for (const frame of frames) this.receiver.receive(encodeUp(frame));
  }

  /** Says hello and joins on channel 0. */
  join(document: string, schemaVersion = 1): void {
    this.say(
      { kind: "hello", protocolVersion: PROTOCOL_VERSION },
      {
        kind: "join",
        channel: 0,
        document: document as DocumentId,
        schemaVersion,
        vector: Uint8Array.of(0),
        position: undefined,
      },
    );
  }

  get heard(): DownFrame[] {
    return this.writes.flat().map((bytes) => {
      const frame = decodeDown(bytes);
      if (!frame.ok) throw new Error(`the host wrote a frame that is ${frame.error.code}`);
      return frame.value;
    });
  }

  /** What it was given to apply, in order. */
  get updates(): Uint8Array[] {
    return this.heard.flatMap((frame) => {
      if (frame.kind === "update") return [frame.update];
      return frame.kind === "history" ? frame.rows.map(({ update }) => update) : [];
    });
  }

  kinds(): string[] {
    return this.heard.map(({ kind }) => kind);
  }
}
