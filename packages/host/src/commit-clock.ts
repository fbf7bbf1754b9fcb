import type { Result } from "@sheaf/protocol";
import type { AppendRequest, Log, LogError } from "@sheaf/room";
import type { HostPorts } from "./ports.ts";

/** A commit that is over; an owner hears of its rows in the order it asked. */
export interface Commit<Owner> {
  /** Whose each row is. */
  readonly owners: readonly Owner[];
  /** When each row was handed over. */
  readonly handedOver: readonly number[];
  /** When it began. */
  readonly began: number;
  /** The seq of each row, or why none of them is held. */
  readonly result: Result<readonly number[], LogError>;
}

/** Longest a commit waits for company in a very large room, in milliseconds (D3): nobody sees one frame of a screen. */
const MAX_WINDOW_MILLIS = 20;
/** What one more receiver costs to write to, in milliseconds: a room of four is not worth a wait. */
const MILLIS_PER_RECEIVER = 0.17;
/** The log is busy a share of the time at most, for a commit costs about the same with one row and with fifty. */
const MOST_BUSY = 1 / 10;
/** Longest it rests for that: a slow disk makes people wait enough. */
const LONGEST_REST_MILLIS = 5;
/** Timers tick in whole milliseconds, so less than this left counts as now. */
const TIMER_GRAIN_MILLIS = 0.6;

/**
 * Groups appends of all rooms into commits. The commit is the flush clock: it begins at once when the
 * last one began more than a window ago, else when the window is over; the window grows with what a
 * flush of the busiest room touched costs, and with what the last commit took. Never two commits run at once.
 */
export class CommitClock<Owner> {
  readonly #log: Log;
  readonly #ports: Pick<HostPorts, "now" | "after">;
  readonly #done: (commit: Commit<Owner>) => void;
  /** What waits, with whose it is and when it came: one after the other in three lists. */
  #rows: AppendRequest[] = [];
  #owners: Owner[] = [];
  #handedOver: number[] = [];
  #queuedBytes = 0;
  #windowMillis = 0;
  #lastBegan = Number.NEGATIVE_INFINITY;
  /** What the last one took. */
  #lastMillis = 0;
  #running = false;
  #cancelTimer: (() => void) | undefined;

  constructor(log: Log, ports: Pick<HostPorts, "now" | "after">, done: (commit: Commit<Owner>) => void) {
    this.#log = log;
    this.#ports = ports;
    this.#done = done;
  }

  /** Bytes that wait for a commit to begin. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get idle(): boolean {
    return !this.#running && this.#rows.length === 0;
  }

  /** @param receivers - How many sessions the row's room will write to. */
  enqueue(row: AppendRequest, owner: Owner, receivers: number): void {
    this.#rows.push(row);
    this.#owners.push(owner);
    this.#handedOver.push(this.#ports.now());
    this.#queuedBytes += row.update.length;
    const window = receivers <= 4 ? 0 : Math.min(MAX_WINDOW_MILLIS, receivers * MILLIS_PER_RECEIVER);
    this.#windowMillis = Math.max(this.#windowMillis, window);
    this.#schedule();
  }

  /** Forgets an owner's rows that no commit has begun for: an earlier one of it failed. */
  drop(owner: Owner): void {
    const isKept = (_: unknown, index: number): boolean => this.#owners[index] !== owner;
    this.#rows = this.#rows.filter(isKept);
    this.#handedOver = this.#handedOver.filter(isKept);
    this.#owners = this.#owners.filter(isKept);
    this.#queuedBytes = this.#rows.reduce((bytes, { update }) => bytes + update.length, 0);
  }

  #schedule(): void {
    if (this.#running || this.#cancelTimer !== undefined || this.#rows.length === 0) return;
    const window = Math.max(this.#windowMillis, Math.min(LONGEST_REST_MILLIS, this.#lastMillis / MOST_BUSY));
    const wait = this.#lastBegan + window - this.#ports.now();
    // Even at once means after this turn: what else it brings joins the commit.
    this.#cancelTimer = this.#ports.after(wait < TIMER_GRAIN_MILLIS ? 0 : wait, () => {
      this.#cancelTimer = undefined;
      void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    const [rows, owners, handedOver] = [this.#rows, this.#owners, this.#handedOver];
    if (rows.length === 0) return;
    this.#rows = [];
    this.#owners = [];
    this.#handedOver = [];
    this.#queuedBytes = 0;
    this.#windowMillis = 0;
    const began = this.#ports.now();
    this.#lastBegan = began;
    this.#running = true;
    const result = await this.#log.append(rows);
    this.#running = false;
    this.#lastMillis = this.#ports.now() - began;
    this.#done({ owners, handedOver, began, result });
    this.#schedule();
  }
}
