import { LOWEST_OWN_ID, type SocketLike, type SocketListener } from "@sheaf/client";
import { MemoryDevice } from "@sheaf/client/testing";
import { wordOf } from "@sheaf/editor/testing/word-edits";
import type { DocumentId } from "@sheaf/protocol";
import { NOBODY, type Principal } from "@sheaf/room";
import { Chance } from "./chance.ts";
import { Disk } from "./disk.ts";
import { Judge } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { Machine, type Time } from "./machine.ts";
import { DROPPED } from "./network-faults.ts";
import { oldRows } from "./old-document.ts";
import { Page } from "./page.ts";
import { newPerson, type Person } from "./person.ts";
import { Scheduler, type Source } from "./scheduler.ts";
import { Server } from "./server.ts";
import { snapshotFetches } from "./snapshot-fetches.ts";
import { StockTab } from "./stock-tab.ts";
import { Tab, type TabOptions } from "./tab.ts";
import { Tally } from "./tally.ts";
import { type Caller, Wire } from "./wire.ts";

/** What happens by the doing of faults, and is counted. */
export const ANSWER_LOST = "commit whose answer died with the process";
export const COMMIT_LOST = "commit that died with the process";
export const KEPT = "edit that its browser kept when the tab died";
export const RESCUE = "words put back";
export const DIED = "edit that died with its tab";

/** One server, some people with their tabs, a network and a disk, and the time in which it all happens. */
export class World {
  readonly time: Time = { now: 0 };
  readonly chance: Chance;
  readonly judge = new Judge();
  readonly tally = new Tally();
  readonly disk: Disk;
  readonly server: Server;
  readonly scheduler: Scheduler;
  readonly ledgers: readonly Ledger[];
  readonly schemaVersion: number;
  /** People also split, join, move and delete blocks, which needs the rescue (D14) to lose nothing. */
  readonly isStructural: boolean;
  /** Also people take back what they did. */
  readonly isUndoing: boolean;
  /** Of its own: stories without it stay what they were. */
  readonly undoing: Chance;
  readonly people: Person[] = [];
  /** Those that live. */
  tabs: Tab[] = [];
  wires: Wire[] = [];
  /** What is to happen by itself later: a restart, a waking, room on the disk. */
  plans: Machine;
  /** Set by a fault: the next commit kills the process that made it, before it can hear of it. */
  killsAtCommit = false;
  readonly #trace: string[] | undefined;
  #lastTab = 0;
  #lastWord = 0;

  constructor(seed: number, options: { readonly trace?: string[] | undefined } = {}) {
    this.#trace = options.trace;
    const chance = (this.chance = new Chance(seed));
    this.plans = new Machine(this.time);
    this.schemaVersion = chance.is(0.4) ? 1 : 0;
    this.isStructural = this.schemaVersion > 0 && chance.is(0.5);
    this.undoing = new Chance(~seed);
    this.isUndoing = this.schemaVersion > 0 && this.undoing.is(0.5);
    this.ledgers = Array.from({ length: chance.is(0.2) ? 2 : 1 }, (_, at) => new Ledger(`document${at}` as DocumentId));
    this.disk = new Disk(this.time, chance, {
      synced: (document, { update, seq }) => {
        this.note(() => `disk: ${document} row ${seq} is durable`);
        this.ledgerOf(document).durable.add(update);
      },
      compacted: (document, { update, seq }) => {
        this.note(() => `disk: ${document} has a snapshot through row ${seq}`);
        this.ledgerOf(document).durable.add(update);
      },
      committed: () => {
        if (!this.killsAtCommit) return;
        this.killsAtCommit = false;
        this.tally.count(ANSWER_LOST);
        this.crashServer();
      },
    });
    this.server = new Server(this.time, chance, this.disk, {
      written: (wire, messages) => this.judge.written(wire, this.ledgerOf(wire.caller.document), messages),
      closed: (code) => this.tally.count(`socket closed with ${code}`),
      reported: (report) => {
        this.note(() => `server: ${JSON.stringify(report)}`);
        this.judge.reported(report);
      },
    });
    this.scheduler = new Scheduler(
      this.time,
      chance,
      () => this.#sources(),
      () => this.check(),
    );
    if (chance.is(0.2)) this.#preload();
    this.server.start();
    // Without accounts everybody is one principal (D9).
    const hasAccounts = chance.is(0.5);
    for (const name of ["a", "b", "c", "d"].slice(0, chance.between(2, 4))) {
      const principal = hasAccounts ? (`account of ${name}` as Principal) : NOBODY;
      const person = newPerson(name, principal, chance.is(0.8) ? new MemoryDevice() : undefined);
      this.people.push(person);
      this.openPage(person, chance.pick(this.ledgers));
    }
    if (chance.is(0.3)) this.#openStock(newPerson("s", NOBODY, undefined));
  }

  /** Adds a line to the trace, when one is kept. */
  note(line: () => string): void {
    this.#trace?.push(`${this.time.now.toFixed(1).padStart(9)}  ${line()}`);
  }

  ledgerOf(document: DocumentId): Ledger {
    return this.ledgers.find((ledger) => ledger.document === document)!;
  }

  openPage(person: Person, ledger: Ledger): Page {
    const page = new Page(
      this.#tabOptions(person, ledger),
      (page) => ({
        openSocket: (listener) => this.connect(page, listener),
        fetchSnapshot: snapshotFetches(this, page),
      }),
      (page) => {
        this.note(() => `${page.name} puts words back`);
        this.tally.count(RESCUE);
      },
    );
    this.tabs.push(page);
    this.note(() => `${page.name} opens ${ledger.document} as client ${page.doc.clientID}`);
    return page;
  }

  /** Starts a socket to the server. */
  connect(caller: Caller, listener: SocketListener): SocketLike {
    const wire = new Wire(caller, listener);
    if (caller instanceof Tab) caller.wire = wire;
    this.wires.push(wire);
    return wire.socket((bytes) => this.#sent(wire, bytes));
  }

  /** @param toldAfter - Until the server hears of it, in milliseconds. */
  dropTab(tab: Tab, toldAfter: number): void {
    const { person } = tab;
    const before = person.kept.length;
    const unsaved = tab.unsaved.length;
    tab.die();
    const kept = person.kept.length - before;
    this.note(() => `${tab.name} is gone; of ${unsaved} unsaved edits the device keeps ${kept}`);
    this.tally.add(KEPT, kept);
    this.tally.add(DIED, unsaved - kept);
    if (tab instanceof Page) tab.loseDevice();
    this.tabs = this.tabs.filter((other) => other !== tab);
    for (const wire of this.wires) {
      if (wire.caller !== tab || wire.isPageClosed) continue;
      wire.isPageClosed = true;
      wire.endServer(this.time.now + toldAfter);
    }
  }

  crashServer(): void {
    this.note(() => "server: dies");
    const { wires, commits } = this.server.crash();
    this.tally.add(COMMIT_LOST, commits);
    for (const wire of wires) {
      this.tally.add(DROPPED, wire.down.keep(this.chance.below(wire.down.length + 1)));
      // The system says so at once; a machine without power says nothing, and its successor does when asked.
      wire.endPage(this.chance.is(0.7) ? this.time.now : this.time.now + 30_000);
    }
    this.plans.after(this.chance.below(10_000), () => this.startServer());
  }

  /** Ends the process in good order, unless it dies before; another follows. */
  drainServer(): void {
    this.note(() => "server: drains");
    this.server.drain(() => this.crashServer());
  }

  startServer(): void {
    this.note(() => "server: starts");
    this.server.start();
  }

  /** Who can write now. */
  get writers(): readonly Tab[] {
    return this.tabs.filter((tab) => tab.machine.isAwake && tab.mayWrite);
  }

  nextWord({ words }: Person): string {
    const word = wordOf(this.#lastWord++);
    words.add(word);
    return word;
  }

  /** Throws when a promise was broken. */
  check(): void {
    for (const tab of this.tabs) this.judge.heard(tab);
    if (this.judge.broken !== undefined) throw new Error(this.judge.broken);
  }

  #preload(): void {
    const { schemaVersion } = this;
    const { document } = this.ledgers[0]!;
    for (const rows of oldRows()) {
      this.disk.preload(document, rows, { principal: NOBODY, time: 0, base: 0, schemaVersion });
      if (this.chance.is(0.9)) this.disk.compact(document);
    }
  }

  #openStock(person: Person): void {
    const options = this.#tabOptions(person, this.chance.pick(this.ledgers));
    const tab = new StockTab(options, (tab) => (listener) => this.connect(tab, listener));
    this.tabs.push(tab);
    this.note(() => `${tab.name} is a stock client, as client ${tab.doc.clientID}`);
  }

  #sources(): readonly Source[] {
    const sources: Source[] = [this.plans, ...this.tabs.map(({ machine }) => machine)];
    this.wires = this.wires.filter(({ isOver }) => !isOver);
    for (const wire of this.wires) {
      if (wire.caller.machine.isAwake) sources.push({ dueAt: wire.down.readyAt, happen: () => wire.deliverDown() });
    }
    for (const { device } of this.people) {
      if (device?.isIdle === false) sources.push({ dueAt: 0, happen: () => void device.step() });
    }
    const { machine } = this.server;
    // A process that sleeps hears nothing, neither from sockets nor from its disk; none at all refuses calls.
    if (machine?.isAwake === false) return sources;
    if (machine !== undefined) sources.push(machine, this.disk);
    for (const wire of this.wires) {
      const isDrained = wire.drainTasks.length > 0 && wire.unsentBytes === 0;
      if (isDrained) sources.push({ dueAt: 0, happen: () => this.server.drained(wire) });
      sources.push({ dueAt: wire.up.readyAt, happen: () => this.server.deliverUp(wire) });
    }
    return sources;
  }

  #tabOptions(person: Person, ledger: Ledger): TabOptions {
    const { time, chance, schemaVersion } = this;
    const clientId = chance.between(LOWEST_OWN_ID, 2 ** 31);
    return { name: `${person.name}${++this.#lastTab}`, person, ledger, time, chance, schemaVersion, clientId };
  }

  #sent(wire: Wire, bytes: Uint8Array): void {
    if (wire.caller.dialect !== "sheaf") return;
    const number = this.judge.sent(wire, bytes);
    if (number !== undefined) this.tally.batch(wire.caller, number);
  }
}
