import type { StateVector } from "@sheaf/protocol";
import { ClockRanges } from "./clock-ranges.ts";
import type { Principal } from "./log.ts";
import { canSettle, enqueue, settle, type Waiting } from "./settle.ts";
import { type Link, type Run, type Walk, walkUpdate } from "./walker.ts";

/** What an update brings to a document, besides its bytes. */
export interface Origin {
  readonly principal: Principal;
  readonly schemaVersion: number;
}

/**
 * What is known of a document that has applied some rows, without having the document: the same state
 * vector and delete set a Y.Doc would have, who its client ids belong to, and its schema.
 */
export class Held {
  readonly vector: Map<number, number>;
  readonly deletions: ClockRanges;
  /** Client id → the principal that used it first (D9). */
  readonly #owners: Map<number, Principal>;
  /** Structs in stored rows that no replica can integrate yet (trap 9). Nearly always empty. */
  readonly #waiting: Waiting;
  /** Undefined while the document is empty, 0 when it is foreign. */
  schemaVersion: number | undefined;

  constructor(from?: Held) {
    this.vector = new Map(from?.vector);
    this.deletions = from === undefined ? new ClockRanges() : from.deletions.clone();
    this.#owners = new Map(from === undefined ? [] : from.#owners);
    this.#waiting = new Map(from === undefined ? [] : from.#waiting);
    this.schemaVersion = from?.schemaVersion;
  }

  clock(client: number): number {
    return this.vector.get(client) ?? 0;
  }

  /** True when no one else has used this client id. */
  mayUse(client: number, principal: Principal): boolean {
    return (this.#owners.get(client) ?? principal) === principal;
  }

  /** True when every struct of the run is in a row already, integrated or waiting. */
  stores({ client, from, to }: Run): boolean {
    let reached = Math.max(from, this.clock(client));
    for (const link of this.#waiting.get(client) ?? []) if (link.from <= reached) reached = Math.max(reached, link.to);
    return reached >= to && from <= reached;
  }

  /** True when a replica holding this could integrate all structs and apply all deletions at once. */
  connects(update: Uint8Array, { runs, dependencies, deletions }: Walk): boolean {
    for (const { client, ranges } of deletions) {
      let held = this.clock(client);
      for (const run of runs) if (run.client === client) held = Math.max(held, run.to);
      for (let i = 1; i < ranges.length; i += 2) if (ranges[i]! > held) return false;
    }
    if (this.#continues(runs) && covers(this.vector, dependencies)) return true;
    // Parts of it depend on one another, or something is missing: only trying tells which.
    const vector = new Map(this.vector);
    const waiting: Waiting = new Map();
    enqueue(waiting, linksOf(update));
    settle(vector, waiting);
    return waiting.size === 0;
  }

  /** True when nothing is missing between what is held of each client and its first run here. */
  begins(runs: readonly Run[]): boolean {
    const firsts = runs.filter(({ client }, index) => client !== runs[index - 1]?.client);
    return this.#continues(firsts);
  }

  /** Counts a row as held, as far as it connects; what does not waits for later rows. */
  hold(update: Uint8Array, { runs, dependencies, deletions }: Walk, { principal, schemaVersion }: Origin): void {
    for (const { client, to } of runs) {
      if (to > this.clock(client) && !this.#owners.has(client)) this.#owners.set(client, principal);
    }
    if (this.#continues(runs) && covers(this.vector, dependencies)) {
      for (const { client, to } of runs) if (to > this.clock(client)) this.vector.set(client, to);
    } else {
      enqueue(this.#waiting, linksOf(update));
      settle(this.vector, this.#waiting);
    }
    if (this.#waiting.size > 0 && canSettle(this.vector, this.#waiting)) settle(this.vector, this.#waiting);
    this.deletions.addAll(deletions);
    this.schemaVersion = Math.max(this.schemaVersion ?? 0, schemaVersion);
  }

  /** True when no run starts past what is held of its client, counting the runs before it. */
  #continues(runs: readonly Run[]): boolean {
    let last: Run | undefined;
    for (const run of runs) {
      const reached = last?.client === run.client ? Math.max(last.to, this.clock(run.client)) : this.clock(run.client);
      if (run.from > reached) return false;
      last = run;
    }
    return true;
  }
}

/** True when `vector` has reached all of `needed`. */
export function covers(vector: StateVector, needed: StateVector): boolean {
  for (const [client, clock] of needed) if ((vector.get(client) ?? 0) < clock) return false;
  return true;
}

function linksOf(update: Uint8Array): Link[] {
  const links: Link[] = [];
  walkUpdate(update, links);
  return links;
}
