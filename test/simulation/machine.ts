import type { Source } from "./scheduler.ts";

/** The world's time in milliseconds. Only the scheduler moves it. */
export interface Time {
  now: number;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/**
 * What runs one process or tab: a monotonic clock, timers and turns. It may sleep and wake, with or without
 * its clock having counted the sleep, and it may die at any moment with all that it had planned.
 */
export class Machine implements Source {
  readonly #time: Time;
  #timers: Timer[] = [];
  #tasks: (() => void)[] = [];
  #state: "awake" | "asleep" | "dead" = "awake";
  #asleepSince = 0;
  /** World time its clock did not count. */
  #lag = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  get isAwake(): boolean {
    return this.#state === "awake";
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  now(): number {
    return this.#time.now - this.#lag;
  }

  /** Runs `task` once, `millis` from now at the earliest; returns how to call it off. */
  after(millis: number, task: () => void): () => void {
    const timer = { at: this.now() + Math.max(0, millis), task };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  afterTurn(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Does something in a turn of its own: what waits for the end of the turn comes directly after. */
  turn(task: () => void): void {
    if (!this.isAwake) return;
    task();
    this.endTurn();
  }

  endTurn(): void {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
  }

  /** World time at which its next timer is due; undefined while it sleeps, or when there is none. */
  get dueAt(): number | undefined {
    const timer = this.#next();
    return timer === undefined || !this.isAwake ? undefined : timer.at + this.#lag;
  }

  /** False between waking and the timers that were due meanwhile. */
  get isUpToDate(): boolean {
    return this.dueAt === undefined || this.dueAt > this.#time.now;
  }

  /** The timer rings that is due first. */
  happen(): void {
    const timer = this.#next();
    if (timer === undefined) return;
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.turn(timer.task);
  }

  sleep(): void {
    if (this.#state !== "awake") return;
    this.#state = "asleep";
    this.#asleepSince = this.#time.now;
  }

  /** @param counted - Whether its clock went on meanwhile; browsers differ. */
  wake(counted: boolean): void {
    if (this.#state !== "asleep") return;
    this.#state = "awake";
    if (!counted) this.#lag += this.#time.now - this.#asleepSince;
  }

  die(): void {
    this.#state = "dead";
    this.#timers = [];
    this.#tasks = [];
  }

  #next(): Timer | undefined {
    let first = this.#timers[0];
    for (const timer of this.#timers) if (timer.at < first!.at) first = timer;
    return first;
  }
}
