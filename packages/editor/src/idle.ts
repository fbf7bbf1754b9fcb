/** Runs it when the browser has nothing else to do, `latestMillis` from now at the latest. @returns Calls it off. */
export function whenIdle(run: () => void, latestMillis: number): () => void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(run, { timeout: latestMillis });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(run, latestMillis / 6);
  return () => clearTimeout(timer);
}
