import type { ProcessFigures } from "../metrics/metrics.ts";

export function processFigures(): ProcessFigures {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const uptimeSeconds = process.uptime();
  return {
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
    uptimeSeconds,
    startedAt: Date.now() / 1000 - uptimeSeconds,
    nodeVersion: process.version,
  };
}
