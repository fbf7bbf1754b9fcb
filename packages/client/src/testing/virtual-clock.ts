import type { ClockLike } from "../ports.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only when told to, and turns that end only when told to. */
export class VirtualClock implements ClockLike {
  #now = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #tasks: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, millis: number): () => void {
    const timer = { at: this.#now + millis, order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  readonly afterTurn = (task: () => void): void => {
    this.#tasks.push(task);
  };

  /** @returns False when there was nothing to run. */
  endTurn(): boolean {
    const hadTasks = this.#tasks.length > 0;
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
    return hadTasks;
  }

  /** Lets time pass; `between` runs after every timer that rang, so that the world can answer. */
  advance(millis: number, between: () => void = () => this.endTurn()): void {
    const end = this.#now + millis;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.callback();
      between();
    }
    this.#now = end;
    between();
  }

  get timers(): number {
    return this.#timers.size;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
