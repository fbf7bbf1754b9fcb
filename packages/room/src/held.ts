import type { StateVector } from "@sheaf/protocol";
import { ClockRanges } from "./clock-ranges.ts";
import { NOBODY, type Principal } from "./log.ts";
import { canSettle, enqueue, settle, type Waiting } from "./settle.ts";
import { type Link, type Run, type Walk, walkUpdate } from "./walker.ts";

/** What an update brings to a document, besides its bytes. */
export interface Origin {
  readonly principal: Principal;
  readonly schemaVersion: number;
}

interface Unconnected {
  readonly waiting: Waiting;
  /** All runs of updates that did not connect, so that the same is not stored again. */
  readonly stored: ClockRanges;
}

/**
 * What is known of a document that has applied some rows, without having the document: the same state
 * vector and delete set a Y.Doc would have, who its client ids belong to, and its schema.
 */
export class Held {
  readonly vector: Map<number, number>;
  readonly #deletions: ClockRanges;
  /** An update of deletions that nobody has asked for yet: thousands, of which who only reads needs none. */
  #unread: Uint8Array | undefined;
  /** Client id → the first principal with a name that used it; until then {@link NOBODY} (D9). */
  readonly owners: Map<number, Principal>;
  /** What of stored rows no replica can integrate yet (trap 9); hardly any document has such. */
  #unconnected: Unconnected | undefined;
  /** Undefined while the document is empty, 0 when it is foreign. */
  schemaVersion: number | undefined;

  constructor(from?: Held) {
    this.vector = new Map(from?.vector);
    this.#deletions = from === undefined ? new ClockRanges() : from.#deletions.clone();
    this.#unread = from === undefined ? undefined : from.#unread;
    this.owners = new Map(from?.owners);
    const unconnected = from === undefined ? undefined : from.#unconnected;
    if (unconnected !== undefined) {
      this.#unconnected = { waiting: new Map(unconnected.waiting), stored: unconnected.stored.clone() };
    }
    this.schemaVersion = from?.schemaVersion;
  }

  /** Throws when those of its summary cannot be read, which no checksum lets happen. */
  get deletions(): ClockRanges {
    if (this.#unread !== undefined) {
      const walk = walkUpdate(this.#unread);
      if (walk === undefined || walk.structs > 0 || !this.#reaches([], walk.deletions)) {
        throw new Error("the deletions of a summary cannot be read");
      }
      this.#unread = undefined;
      this.#deletions.addAll(walk.deletions);
    }
    return this.#deletions;
  }

  /** Counts all deletions of this update as held; they are read when they are needed. */
  holdUnread(deletions: Uint8Array): void {
    this.#unread = deletions;
  }

  clock(client: number): number {
    return this.vector.get(client) ?? 0;
  }

  /** True when this client id belongs to no one else. */
  mayUse(client: number, principal: Principal): boolean {
    const owner = this.owners.get(client) ?? NOBODY;
    return owner === NOBODY || owner === principal;
  }

  /** True when every struct of the run is in a row already, integrated or waiting. */
  stores({ client, from, to }: Run): boolean {
    const held = this.clock(client);
    return to <= held || this.#unconnected?.stored.contains(client, Math.max(from, held), to) === true;
  }

  /** Structs stored that wait for others. */
  get waiting(): number {
    return this.#unconnected === undefined ? 0 : count(this.#unconnected.waiting);
  }

  /** True when every replica of this has integrated every struct and every deletion in it. */
  get isWhole(): boolean {
    return this.waiting === 0 && this.#reaches([], this.deletions.entries());
  }

  /**
   * How much of an update a replica holding this could not apply at once: structs that would wait, and one
   * more for deletions of what is not there. 0 when it connects.
   */
  leftOver(update: Uint8Array, { runs, dependencies, deletions }: Walk): number {
    const left = this.#reaches(runs, deletions) ? 0 : 1;
    if (this.#continues(runs) && covers(this.vector, dependencies)) return left;
    // Parts of it depend on one another, or something is missing: only trying tells which.
    const waiting: Waiting = new Map();
    enqueue(waiting, linksOf(update));
    settle(new Map(this.vector), waiting);
    return left + count(waiting);
  }

  /** True when a replica holding this could apply all of an update at once. */
  connects(update: Uint8Array, walk: Walk): boolean {
    // First, for it is quick: what its author wrote after a hole need not be tried.
    return this.#continues(walk.runs) && this.leftOver(update, walk) === 0;
  }

  /** Client ids that nobody with a name has used are this principal's from now on. */
  bind(runs: readonly Run[], principal: Principal): void {
    for (const { client, to } of runs) {
      if (to > this.clock(client) && (this.owners.get(client) ?? NOBODY) === NOBODY) this.owners.set(client, principal);
    }
  }

  /** Counts a row as held, as far as it connects; what does not waits for later rows. */
  hold(update: Uint8Array, { runs, dependencies, deletions }: Walk, { principal, schemaVersion }: Origin): void {
    this.bind(runs, principal);
    if (this.#continues(runs) && covers(this.vector, dependencies)) {
      for (const { client, to } of runs) if (to > this.clock(client)) this.vector.set(client, to);
    } else {
      const { waiting, stored } = (this.#unconnected ??= { waiting: new Map(), stored: new ClockRanges() });
      enqueue(waiting, linksOf(update));
      stored.addAll(runs.map(({ client, from, to }) => ({ client, ranges: [from, to] })));
      settle(this.vector, waiting);
    }
    const waiting = this.#unconnected?.waiting;
    if (waiting !== undefined && waiting.size > 0 && canSettle(this.vector, waiting)) settle(this.vector, waiting);
    if (deletions.length > 0) this.deletions.addAll(deletions);
    this.schemaVersion = Math.max(this.schemaVersion ?? 0, schemaVersion);
  }

  /** True when all deletions end at or below what is held once the runs are. */
  #reaches(runs: readonly Run[], deletions: Walk["deletions"]): boolean {
    const reached = new Map<number, number>();
    if (deletions.length > 0) for (const { client, to } of runs) reached.set(client, to);
    return deletions.every(({ client, ranges }) => {
      return ranges.at(-1)! <= Math.max(this.clock(client), reached.get(client) ?? 0);
    });
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

function count(waiting: Waiting): number {
  let structs = 0;
  for (const queue of waiting.values()) structs += queue.length;
  return structs;
}

function linksOf(update: Uint8Array): Link[] {
  const links: Link[] = [];
  walkUpdate(update, links);
  return links;
}
