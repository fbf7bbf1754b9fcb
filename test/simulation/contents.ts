import { decodeStateVector } from "@sheaf/protocol";
import * as Y from "yjs";

/** Clocks `from <= clock < to` of one client, as `from, to, from, to, …` in the order they came. */
type Ranges = number[];

/**
 * Which structs and deletions some updates hold, clock by clock. Kept with neither Yjs' nor the room's own
 * bookkeeping, so that it can judge both.
 */
export class Contents {
  readonly #structs = new Map<number, Ranges>();
  readonly #deletions = new Map<number, Ranges>();

  add(update: Uint8Array): void {
    const { structs, deletions } = read(update);
    for (const [client, from, to] of structs) put(this.#structs, client, from, to);
    for (const [client, from, to] of deletions) put(this.#deletions, client, from, to);
  }

  /** True when the struct that holds this clock is held. */
  holdsClock({ client, clock }: Y.ID): boolean {
    return has(this.#structs, client, clock, clock + 1);
  }

  /** True when every struct and every deletion of the update is held. */
  holds(update: Uint8Array): boolean {
    const { structs, deletions } = read(update);
    return (
      structs.every(([client, from, to]) => has(this.#structs, client, from, to)) &&
      deletions.every(([client, from, to]) => has(this.#deletions, client, from, to))
    );
  }

  /** True when all that an encoded state vector claims is held. */
  reaches(vector: Uint8Array): boolean {
    const clocks = decodeStateVector(vector);
    return clocks !== undefined && [...clocks].every(([client, to]) => to === 0 || has(this.#structs, client, 0, to));
  }
}

type Span = readonly [client: number, from: number, to: number];

function read(update: Uint8Array): { structs: Span[]; deletions: Span[] } {
  const { structs, ds } = Y.decodeUpdate(update);
  return {
    structs: structs.map(({ id: { client, clock }, length }) => [client, clock, clock + length]),
    deletions: [...ds.clients].flatMap(([client, items]) =>
      items.map(({ clock, len }): Span => [client, clock, clock + len]),
    ),
  };
}

function put(all: Map<number, Ranges>, client: number, from: number, to: number): void {
  const ranges = all.get(client);
  if (ranges === undefined) all.set(client, [from, to]);
  else if (ranges.at(-1) === from) ranges[ranges.length - 1] = to;
  else if (!has(all, client, from, to)) ranges.push(from, to);
}

function has(all: Map<number, Ranges>, client: number, from: number, to: number): boolean {
  const ranges = all.get(client);
  if (ranges === undefined) return false;
  for (let reached = from; ;) {
    if (reached >= to) return true;
    const before = reached;
    for (let i = 0; i < ranges.length; i += 2) {
      if (ranges[i]! <= reached && ranges[i + 1]! > reached) reached = ranges[i + 1]!;
    }
    if (reached === before) return false;
  }
}
