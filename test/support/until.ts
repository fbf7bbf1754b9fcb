/**
 * Waits for a condition.
 *
 * @returns Milliseconds it took. Throws with `what` when it does not hold in time.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMillis = 10_000,
): Promise<number> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > timeoutMillis) throw new Error(`waited ${timeoutMillis} ms in vain: ${what}`);
    await delay(10);
  }
  return performance.now() - began;
}

/** For scenarios that are about time passing; never to wait for something to happen. */
export const delay = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
