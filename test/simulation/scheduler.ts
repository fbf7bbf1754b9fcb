import type { Chance } from "./chance.ts";
import type { Time } from "./machine.ts";

/** Something that happens when its time has come: a timer, a message, a disk that is done. */
export interface Source {
  /** World time; undefined while nothing is to happen. */
  readonly dueAt: number | undefined;
  happen(): void;
}

/** Events at one instant beyond which something goes round in circles. */
const MAX_EVENTS_AT_ONCE = 20_000;
/** What a promise needs at most until all that waited for it has run. */
const MICROTASKS = 16;

/** Lets things happen one by one, in any order that is possible, and lets time pass only in between. */
export class Scheduler {
  readonly #time: Time;
  readonly #chance: Chance;
  readonly #sources: () => readonly Source[];
  readonly #happened: () => void;

  /**
   * @param sources - All there are now.
   * @param happened - Called after everything that happened.
   */
  constructor(time: Time, chance: Chance, sources: () => readonly Source[], happened: () => void) {
    this.#time = time;
    this.#chance = chance;
    this.#sources = sources;
    this.#happened = happened;
  }

  /** Lets at most `count` of the things happen that are due now. */
  async some(count: number): Promise<void> {
    for (let i = 0; i < count; i++) if ((await this.#next()) !== undefined) return;
  }

  async pass(millis: number): Promise<void> {
    const end = this.#time.now + millis;
    for (let events = 0; ; events++) {
      if (events > MAX_EVENTS_AT_ONCE) throw new Error("the world goes round in circles");
      const dueAt = await this.#next();
      if (dueAt === undefined) continue;
      if (dueAt > end) break;
      this.#time.now = dueAt;
      events = 0;
    }
    this.#time.now = end;
  }

  /** Does one thing that is due. @returns When the next is due, if none was; infinity for never. */
  async #next(): Promise<number | undefined> {
    const ready: Source[] = [];
    let first = Number.POSITIVE_INFINITY;
    for (const source of this.#sources()) {
      const { dueAt } = source;
      if (dueAt === undefined) continue;
      if (dueAt <= this.#time.now) ready.push(source);
      first = Math.min(first, dueAt);
    }
    if (ready.length === 0) return first;
    this.#chance.pick(ready).happen();
    // What the log promised, and all that waits for it, comes before anything else.
    for (let i = 0; i < MICROTASKS; i++) await Promise.resolve();
    this.#happened();
    return undefined;
  }
}
