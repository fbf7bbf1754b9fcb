import type { ClockLike } from "./ports.ts";

/** One timer that is moved rather than multiplied. */
export interface Alarm {
  /** Rings at `at`, a time of the clock, instead of at any time set before; undefined silences it. */
  set(at: number | undefined): void;
}

export function createAlarm(clock: ClockLike, ring: () => void): Alarm {
  let current: number | undefined;
  let cancel: (() => void) | undefined;
  return {
    set(at) {
      if (at === current) return;
      cancel?.();
      cancel = undefined;
      current = at;
      if (at === undefined) return;
      cancel = clock.setTimer(
        () => {
          current = undefined;
          cancel = undefined;
          ring();
        },
        Math.max(0, at - clock.now()),
      );
    },
  };
}
