import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * Each look wakes a process that may be at rest: fifty a second were most of what an idle server did. What holds the loop
 * up for less than this may be seen in part.
 */
const RESOLUTION_MILLIS = 100;
const SECOND_MILLIS = 1_000;

/** Watches how long the event loop is held up, a second at a time. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
  readonly #timer: NodeJS.Timeout;
  #meanMillis = 0;

  /** @param onSecond - Told the longest of each second, in milliseconds. */
  constructor(onSecond: (longestMillis: number) => void) {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      const { count, mean, max } = this.#histogram;
      this.#histogram.reset();
      if (count === 0) return;
      // What is measured is the time between two looks, of which the resolution is meant.
      this.#meanMillis = Math.max(0, mean / 1e6 - RESOLUTION_MILLIS);
      onSecond(Math.max(0, max / 1e6 - RESOLUTION_MILLIS));
    }, SECOND_MILLIS);
    this.#timer.unref();
  }

  /** How long things waited on average in the last second: one long pause hardly counts, being late all the time does. */
  get meanMillis(): number {
    return this.#meanMillis;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }
}
