import { MAX_CLIENT_ID, Reader, type StateVector } from "@sheaf/protocol";
import { MAX_RUN, skipContent } from "./content.ts";
import { GC, HAS_ORIGIN, HAS_PARENT_KEY, HAS_RIGHT_ORIGIN, KIND, PARENT_IS_ROOT, SKIP } from "./struct-info.ts";
import { skipText } from "./text.ts";
import { type ClientRanges, normalize } from "./clock-ranges.ts";

/** Largest clock of a struct's end, a reference or a deletion: 53 bits less room for honest sums (trap 7). */
export const MAX_CLOCK = 2 ** 50;

/** Structs of one client without a hole between them: clocks `from <= clock < to`. */
export interface Run {
  readonly client: number;
  readonly from: number;
  to: number;
}

/** One struct and what must be held before it can be. */
export interface Link extends Run {
  /** Pairs: a client, and the clock its state must have reached. */
  readonly needs: number[];
}

/** What an update is made of. */
export interface Walk {
  /** In the order of the update; a client has more than one when Skips lie between. Never empty runs. */
  readonly runs: readonly Run[];
  /** What structs of other clients point at, as the state that must be reached. */
  readonly dependencies: StateVector;
  /** Each client once, its ranges sorted and merged. */
  readonly deletions: readonly ClientRanges[];
  /** Byte offset of the delete set: before it are structs, from it on only deletions. */
  readonly deleteSetStart: number;
  readonly hasSkips: boolean;
  readonly structs: number;
}

/**
 * Reads a Yjs update (V1) once, from front to back, without building any of it.
 *
 * @param links - When given, receives every struct with its dependencies one by one.
 * @returns undefined when Yjs would throw on it, and for what Yjs never writes: a client in two sections,
 * an empty section or struct, bytes after the end, a struct that points at itself or ahead (R1 to R8).
 */
export function walkUpdate(update: Uint8Array, links?: Link[]): Walk | undefined {
  const walker = new Walker(update, links);
  walker.sections();
  const deleteSetStart = walker.reader.position;
  walker.deleteSet();
  if (!walker.reader.complete) return undefined;
  const { runs, dependencies, deletions, hasSkips, structs } = walker;
  return { runs, dependencies, deletions, deleteSetStart, hasSkips, structs };
}

class Walker {
  readonly reader: Reader;
  readonly runs: Run[] = [];
  dependencies: Map<number, number> | typeof NO_DEPENDENCIES = NO_DEPENDENCIES;
  deletions: ClientRanges[] | typeof NO_DELETIONS = NO_DELETIONS;
  hasSkips = false;
  structs = 0;

  readonly #links: Link[] | undefined;
  #client = 0;
  #clock = 0;
  #needs: number[] = [];

  constructor(update: Uint8Array, links: Link[] | undefined) {
    this.reader = new Reader(update);
    this.#links = links;
  }

  sections(): void {
    const { reader } = this;
    const count = reader.varUint();
    const seen = count > 1 ? new Set<number>() : undefined;
    for (let i = 0; i < count && !reader.failed; i++) {
      const structs = reader.varUint();
      this.#client = reader.varUint(MAX_CLIENT_ID);
      this.#clock = reader.varUint(MAX_CLOCK);
      if (seen?.has(this.#client) === true) reader.fail();
      seen?.add(this.#client);
      this.#section(structs);
    }
  }

  #section(structs: number): void {
    const { reader } = this;
    let run: Run | undefined;
    let isEmpty = true;
    for (let i = 0; i < structs && !reader.failed; i++) {
      const info = reader.uint8();
      if (info === SKIP) {
        this.hasSkips = true;
        this.#advance(reader.varUint(MAX_RUN));
        run = undefined;
        continue;
      }
      const from = this.#clock;
      this.#advance(info === GC ? reader.varUint(MAX_RUN) : this.#item(info));
      if (run === undefined) this.runs.push((run = { client: this.#client, from, to: this.#clock }));
      else run.to = this.#clock;
      this.structs++;
      isEmpty = false;
      if (this.#links === undefined) continue;
      this.#links.push({ client: this.#client, from, to: this.#clock, needs: this.#needs });
      this.#needs = [];
    }
    // A section without structs moved the state vector of whoever believed its clock (trap 6).
    if (isEmpty) reader.fail();
  }

  #advance(length: number): void {
    this.#clock += length;
    if (length === 0 || this.#clock > MAX_CLOCK) this.reader.fail();
  }

  #item(info: number): number {
    const { reader } = this;
    if ((info & HAS_ORIGIN) !== 0) this.#reference();
    if ((info & HAS_RIGHT_ORIGIN) !== 0) this.#reference();
    // With an origin, Yjs takes parent and key from the neighbour, though the flag for the key stays set.
    if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
      if (reader.varUint(1) === PARENT_IS_ROOT) skipText(reader);
      else this.#reference();
      if ((info & HAS_PARENT_KEY) !== 0) skipText(reader);
    }
    return skipContent(reader, info & KIND);
  }

  #reference(): void {
    const client = this.reader.varUint(MAX_CLIENT_ID);
    const reached = this.reader.varUint(MAX_CLOCK - 1) + 1;
    if (client === this.#client) {
      // Yjs looks for its own client's ids without asking whether they exist, and throws.
      if (reached > this.#clock) this.reader.fail();
      return;
    }
    if (this.dependencies === NO_DEPENDENCIES) this.dependencies = new Map();
    const dependencies = this.dependencies as Map<number, number>;
    if ((dependencies.get(client) ?? 0) < reached) dependencies.set(client, reached);
    if (this.#links !== undefined) this.#needs.push(client, reached);
  }

  deleteSet(): void {
    const { reader } = this;
    const clients = reader.varUint();
    const seen = clients > 1 ? new Set<number>() : undefined;
    for (let i = 0; i < clients && !reader.failed; i++) {
      const client = reader.varUint(MAX_CLIENT_ID);
      if (seen?.has(client) === true) reader.fail();
      seen?.add(client);
      const ranges = this.#ranges();
      if (ranges.length === 0) continue;
      if (this.deletions === NO_DELETIONS) this.deletions = [];
      (this.deletions as ClientRanges[]).push({ client, ranges });
    }
  }

  #ranges(): number[] {
    const { reader } = this;
    const count = reader.varUint();
    const ranges: number[] = [];
    let isNormal = true;
    for (let i = 0; i < count && !reader.failed; i++) {
      const from = reader.varUint(MAX_CLOCK);
      const to = from + reader.varUint(MAX_CLOCK);
      if (to === from || to > MAX_CLOCK) reader.fail();
      // Yjs sorts and merges; other implementations need not.
      if (i > 0 && from <= ranges[ranges.length - 1]!) isNormal = false;
      ranges.push(from, to);
    }
    return isNormal ? ranges : normalize(ranges);
  }
}

// Shared by the keystrokes that have neither, which is most of them.
const NO_DEPENDENCIES: StateVector = new Map<number, number>();
const NO_DELETIONS: readonly ClientRanges[] = [];
