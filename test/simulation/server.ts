import { Host, type HostReport, type Transport } from "@sheaf/host";
import type { Chance } from "./chance.ts";
import type { Disk } from "./disk.ts";
import { Machine, type Time } from "./machine.ts";
import type { Wire } from "./wire.ts";

/** What the world hears of a server. */
export interface ServerListener {
  /** Just before messages leave for their socket. */
  written(wire: Wire, messages: readonly Uint8Array[]): void;
  /** The server ends a socket on purpose. */
  closed(code: number): void;
  reported(report: HostReport): void;
}

interface Process {
  readonly machine: Machine;
  readonly host: Host;
  readonly wires: Set<Wire>;
}

/** One server: processes that come and go over the same disk, and the sockets that lead to them. */
export class Server {
  readonly #time: Time;
  readonly #chance: Chance;
  readonly #listener: ServerListener;
  readonly disk: Disk;
  #process: Process | undefined;
  /** What its wall clock shows; it may be set at any time. */
  wallOffset = 1_800_000_000_000;

  constructor(time: Time, chance: Chance, disk: Disk, listener: ServerListener) {
    this.#time = time;
    this.#chance = chance;
    this.disk = disk;
    this.#listener = listener;
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  /** Of the process that runs; undefined while none does. */
  get machine(): Machine | undefined {
    return this.#process?.machine;
  }

  start(): void {
    if (this.#process !== undefined) return;
    const machine = new Machine(this.#time);
    const host = new Host({
      log: this.disk.open(machine),
      now: () => machine.now(),
      wallClock: () => this.wallOffset + this.#time.now,
      after: (millis, task) => machine.after(millis, task),
      defer: (task) => void machine.after(0, task),
      random: this.#chance.next,
      report: (report) => this.#listener.reported(report),
    });
    this.#process = { machine, host, wires: new Set() };
  }

  /** The process ends at once. @returns The sockets it had, and how many commits it waited for in vain. */
  crash(): { readonly wires: readonly Wire[]; readonly commits: number } {
    const process = this.#process;
    if (process === undefined) return { wires: [], commits: 0 };
    this.#process = undefined;
    process.machine.die();
    const commits = this.disk.forget(process.machine);
    for (const wire of process.wires) {
      wire.receiver = undefined;
      wire.up.isPaused = false;
      wire.drainTasks = [];
      wire.isServerClosed = true;
      wire.isServerDone = true;
    }
    return { wires: [...process.wires], commits };
  }

  /** Asks the process to end in good order; `done` is told when it has. */
  drain(done: () => void): void {
    const process = this.#process;
    if (process === undefined) return;
    void process.host.drain().then(() => process === this.#process && done());
  }

  /** Takes what is next on a socket; answers for the process when there is none. */
  deliverUp(wire: Wire): void {
    const event = wire.up.shift();
    if (event === undefined) return;
    if (this.#process === undefined || wire.isServerDone) {
      // Nobody listens there, and the system says so.
      wire.isServerClosed = true;
      wire.isServerDone = true;
      wire.endPage(this.#time.now);
      return;
    }
    const { machine, wires } = this.#process;
    machine.turn(() => {
      if (event.kind === "connect") this.#accept(wire);
      else if (event.kind === "message") receive(wire, event.bytes);
      else {
        wire.isServerClosed = true;
        wire.isServerDone = true;
        wires.delete(wire);
        wire.drainTasks = [];
        wire.receiver?.closed();
      }
    });
  }

  /** Somebody's role has changed. */
  reconsider(): void {
    const process = this.#process;
    process?.machine.after(0, () => process.host.reconsider());
  }

  /** All that was written to a socket has left. */
  drained(wire: Wire): void {
    const tasks = wire.drainTasks.splice(0);
    this.machine?.turn(() => {
      for (const task of tasks) task();
    });
  }

  #accept(wire: Wire): void {
    const { host, wires } = this.#process!;
    const { dialect, person, document } = wire.caller;
    wires.add(wire);
    wire.send({ kind: "opened" });
    const identity = { principal: person.principal, access: () => person.role };
    const transport = this.#transport(wire);
    wire.receiver =
      dialect === "sheaf" ? host.openSheaf(transport, identity) : host.openYWebsocket(transport, identity, document);
  }

  #transport(wire: Wire): Transport {
    return {
      write: (stretches) => {
        const messages = stretches.flatMap(({ of, from, to }) => of.slice(from, to));
        this.#listener.written(wire, messages);
        for (const bytes of messages) wire.send({ kind: "message", bytes });
      },
      close: (code, reason) => {
        this.#listener.closed(code);
        wire.send({ kind: "closed", code, reason });
        wire.endServer(this.#time.now);
      },
      pause: () => (wire.up.isPaused = true),
      resume: () => (wire.up.isPaused = false),
      get unsentBytes() {
        return wire.unsentBytes;
      },
      whenDrained: (task) => void wire.drainTasks.push(task),
    };
  }
}

/** Buffers are reused once `receive` returns, so whoever kept a view of one reads nonsense. */
function receive(wire: Wire, bytes: Uint8Array): void {
  const buffer = bytes.slice();
  wire.receiver?.receive(buffer);
  buffer.fill(0xff);
}
