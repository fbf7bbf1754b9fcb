import { Held } from "./held.ts";
import type { LogRow, Snapshot } from "./log.ts";
import { decodeSummary } from "./summary.ts";
import { walkUpdate } from "./walker.ts";

/**
 * Chooses the rows another log of a document is made of, when some of its rows are damaged (R69). Whoever applies
 * the snapshot and these has nothing pending.
 *
 * @param snapshot - The newest that is whole.
 * @param rows - Those that are whole, in order of their seqs; between them some are missing.
 * @returns Those to keep, numbered without gaps from the snapshot on; undefined when its summary cannot be read.
 */
export function salvage(snapshot: Snapshot | undefined, rows: readonly LogRow[]): readonly LogRow[] | undefined {
  const held = snapshot === undefined ? new Held() : decodeSummary(snapshot.summary);
  if (held === undefined) return undefined;
  const start = snapshot?.seq ?? 0;
  const kept: LogRow[] = [];
  let left = rows.filter(({ seq }) => seq > start);
  let count: number;
  do {
    count = kept.length;
    const waiting: LogRow[] = [];
    for (const row of left) {
      const walk = walkUpdate(row.update);
      if (walk === undefined || !held.connects(row.update, walk)) waiting.push(row);
      else {
        held.hold(row.update, walk, row);
        kept.push(row);
      }
    }
    left = waiting;
    // A row may have waited for a later one (R17).
  } while (kept.length > count && left.length > 0);
  return renumber(
    start,
    kept.sort((a, b) => a.seq - b.seq),
  );
}

/** A `base` becomes the number of the last row kept that its author had applied. */
function renumber(start: number, rows: readonly LogRow[]): readonly LogRow[] {
  const numbers = [start];
  for (const { seq } of rows) {
    while (numbers.length < seq - start) numbers.push(numbers.at(-1)!);
    numbers.push(numbers.at(-1)! + 1);
  }
  return rows.map((row, index) => {
    const base = row.base <= start ? row.base : (numbers[row.base - start] ?? start + rows.length);
    return { ...row, seq: start + index + 1, base };
  });
}
