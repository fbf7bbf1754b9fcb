import type { ClockLike } from "./ports.ts";

/** One timer that is moved rather than multiplied. */
export interface Alarm {
  /** Rings at `at`, a time of the clock, instead of at any time set before; undefined silences it. */
  set(at: number | undefined): void;
}

/** It is most often moved to later, by every message that comes: the timer is left to run, and looks when it rings. */
export function createAlarm(clock: ClockLike, ring: () => void): Alarm {
  let current: number | undefined;
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;

  function start(at: number): void {
    timer = { at, cancel: clock.setTimer(rang, Math.max(0, at - clock.now())) };
  }

  function rang(): void {
    const started = timer;
    timer = undefined;
    if (current === undefined) return;
    // Not compared with the clock: a platform's timer may be early by a fraction of a millisecond.
    if (started !== undefined && current > started.at) start(current);
    else {
      current = undefined;
      ring();
    }
  }

  return {
    set(at) {
      current = at;
      if (timer !== undefined && at !== undefined && at >= timer.at) return;
      timer?.cancel();
      timer = undefined;
      if (at !== undefined) start(at);
    },
  };
}
