import { createProvider, type FetchSnapshot, type OpenSocket, type Provider, type Signal } from "@sheaf/client";
import type { MemoryPage } from "@sheaf/client/testing";
import { Awareness } from "y-protocols/awareness";
import { deviceEnd } from "./device-end.ts";
import type { Claim } from "./ledger.ts";
import { openPaper } from "./open-paper.ts";
import type { Paper } from "./paper.ts";
import { Tab, type TabOptions } from "./tab.ts";

/** What the network is to a page. */
export interface PageNetwork {
  readonly openSocket: OpenSocket;
  readonly fetchSnapshot: FetchSnapshot;
}

/** A tab with the shipped provider. */
export class Page extends Tab {
  readonly dialect = "sheaf";
  readonly provider: Provider;
  readonly paper: Paper;
  /** Its end of the browser's storage. */
  readonly #device: MemoryPage | undefined;
  readonly #clearings: number;
  #edits = 0;
  readonly #listeners = new Set<(signal: Signal) => void>();

  /** @param rescued - Called when lost words were put back. */
  constructor(options: TabOptions, networkOf: (page: Page) => PageNetwork, rescued: (page: Page) => void) {
    super(options);
    const { machine, doc, person } = this;
    this.#device = person.device?.open();
    this.#clearings = person.clearings;
    this.provider = createProvider({
      doc,
      document: this.document,
      schemaVersion: options.schemaVersion,
      awareness: quietAwareness(this),
      ports: {
        ...networkOf(this),
        clock: { now: () => machine.now(), setTimer: (callback, millis) => machine.after(millis, callback) },
        random: options.chance.next,
        afterTurn: (task) => machine.afterTurn(task),
        device: this.#device === undefined ? undefined : deviceEnd(this.#device, machine),
        onSignal: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
      },
    });
    const { lostAndFound } = this.provider;
    this.paper = openPaper(doc, options.schemaVersion, {
      lostAndFound: {
        ...lostAndFound,
        subscribe: (listener) => lostAndFound.subscribe(() => this.putBack(listener)),
      },
      rescued: () => rescued(this),
    });
    let { connection } = this.provider.state;
    this.provider.subscribe(() => {
      const { state } = this.provider;
      if (connection === "open" && state.connection !== "open" && state.status.kind !== "saved")
        this.ledger.cutOff.add(this.name);
      ({ connection } = state);
    });
  }

  override get mayWrite(): boolean {
    return this.provider.state.isWritable;
  }

  override isByOthers(origin: unknown): boolean {
    return origin === this.provider;
  }

  /** What it says to keep is this person's until the log has it; a storage cleared behind its back keeps nothing. */
  protected override abandon(claims: readonly Claim[]): void {
    const { status } = this.provider.state;
    this.ledger.ended.set(this.name, status.kind === "saved" ? "settled" : "unsettled");
    if (!("isKept" in status) || !status.isKept || this.#clearings < this.person.clearings) super.abandon(claims);
    else this.person.kept = [...this.person.kept, ...claims.map((claim) => ({ ledger: this.ledger, claim }))];
  }

  /** The tab's end of the storage is gone; what it had asked for and was not done will not be. */
  loseDevice(): void {
    this.#device?.crash();
  }

  /** What a person does when all is well again. */
  tidyUp(): void {
    const { provider, person, machine } = this;
    const { refused } = provider.state;
    // A storage that is cleared while a page writes may keep words without those they build on. Words that wait for a
    // right are not thrown away: it comes back.
    const isHopeless = refused.length > 0 && refused.every(({ code }) => code !== "readOnly");
    if (person.clearings > 0 && isHopeless) machine.turn(() => provider.dismissRefused());
  }

  override write(edit: (paper: Paper) => void, isWhole = true): void {
    super.write((paper) => {
      edit(paper);
      this.provider.awareness.setLocalStateField("edits", this.#edits++);
    }, isWhole);
  }

  /** What the platform notices. */
  signal(signal: Signal): void {
    this.machine.turn(() => {
      for (const listener of this.#listeners) listener(signal);
    });
  }
}

/** An awareness whose own real-time interval is stopped: here time is virtual. */
function quietAwareness({ doc }: Tab): Awareness {
  const awareness = new Awareness(doc);
  clearInterval((awareness as unknown as { _checkInterval: number })._checkInterval); // private, and the only way
  return awareness;
}
