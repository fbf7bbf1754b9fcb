import { existsSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** As `nice` has it. */
const FIRST = -10;

export const mayGoFirst = (): boolean => process.getuid?.() === 0;

/**
 * Lets a process go before whatever else the machine does: a server that has to wait for others merges more, and looks
 * better than it is.
 *
 * @param pid - Of the leader of a session: those are given their turns first, and then the processes in them.
 */
export function goFirst(pid: number): void {
  if (!mayGoFirst()) return;
  setPriority(pid, FIRST);
  const autogroup = `/proc/${pid}/autogroup`;
  if (existsSync(autogroup)) writeFileSync(autogroup, String(FIRST));
}
