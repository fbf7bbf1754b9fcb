import type { LogRow } from "@sheaf/room";
import { decodeSegment } from "../packed/segment.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import { type LogFile, unlessCorrupt } from "./file.ts";
import type { HotFiles } from "../hot/files.ts";
import { readHotRow } from "./hot-log.ts";
import { asideName, type Place } from "./places.ts";
import { insertSegments, readSegments } from "./segments.ts";
import { insertSnapshot, readSnapshot, type StoredSnapshot } from "./snapshots.ts";
import { keepRows, wholeStoredRows } from "./stored-rows.ts";

/** The newest snapshot of a log that is whole. */
export function wholeSnapshot(file: LogFile, place: Place): StoredSnapshot | undefined {
  const stored = unlessCorrupt(() => readSnapshot(file, place));
  return stored !== undefined && decodeSnapshot(stored.bytes) !== undefined ? stored : undefined;
}

/** Every row after `seq` that is whole, in order, whatever is damaged around it. */
export function wholeRows(file: LogFile, files: HotFiles, place: Place, seq: number): readonly LogRow[] {
  const rows = new Map<number, LogRow>();
  const add = (row: LogRow | undefined): void => {
    if (row !== undefined && row.seq > seq) rows.set(row.seq, row);
  };
  for (const last of lastsOfSegments(file, place, seq)) {
    const read = unlessCorrupt(() => readSegments(file, place, last, last + 1, 1));
    if (read?.ok === true) for (const { bytes } of read.value) decodeSegment(bytes)?.forEach(add);
  }
  for (const row of wholeStoredRows(file, place)) add(row);
  for (const position of place.hot) add(readHotRow(files, place, position));
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

function lastsOfSegments(file: LogFile, { id }: Place, seq: number): readonly number[] {
  const select = "SELECT last FROM segments WHERE log = ? AND last > ? ORDER BY last";
  const segments = unlessCorrupt(() => file.prepare(select).all(id, seq) as unknown as { last: number }[]);
  return segments?.map(({ last }) => last) ?? [];
}

/**
 * Gives a log a name that no document has, and the document another one; within a transaction.
 *
 * @param rows - What it begins with after the snapshot.
 */
export function replaceLog(
  file: LogFile,
  files: HotFiles,
  damaged: Place,
  successor: Place,
  { snapshot, rows }: { readonly snapshot: StoredSnapshot | undefined; readonly rows: readonly LogRow[] },
): void {
  const { id, document, logId, first } = successor;
  keepRows(file, files, damaged);
  file.prepare("UPDATE logs SET document = ? WHERE id = ?").run(asideName(damaged), damaged.id);
  file.prepare("INSERT INTO logs (id, document, log_id, first) VALUES (?, ?, ?, ?)").run(id, document, logId, first);
  if (snapshot !== undefined) insertSnapshot(file, successor, snapshot);
  insertSegments(file, successor, rows);
  // Read back: where an index is damaged this throws, and all is as it was.
  readSnapshot(file, successor);
  readSegments(file, successor, first, first + rows.length);
}
