import { err, ok, type Result } from "@sheaf/protocol";
import { type LogError, type LogRow, type Quarantined, salvage } from "@sheaf/room";
import { decodeSegment } from "../packed/segment.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import { type LogFile, unlessCorrupt } from "./file.ts";
import type { HotFiles } from "../hot/files.ts";
import { eachHotRow } from "./hot-log.ts";
import { asideName, insertLog, lastSeq, newPlace, type Place, type Places } from "./places.ts";
import { insertSegments, readSegments } from "./segments.ts";
import { insertSnapshot, readSnapshot, type StoredSnapshot } from "./snapshots.ts";
import { keepRows, wholeStoredRows } from "./stored-rows.ts";

/** Sets a damaged log aside as it was found, and begins another with what of it is whole and connects. */
export function quarantineLog(
  file: LogFile,
  files: HotFiles,
  places: Places,
  damaged: Place,
): Result<Quarantined, LogError> {
  const snapshot = wholeSnapshot(file, damaged);
  const start = snapshot?.seq ?? 0;
  const whole = wholeRows(file, files, damaged, start);
  const rows = salvage(snapshot && decodeSnapshot(snapshot.bytes), whole);
  if (rows === undefined || (snapshot === undefined && whole.length === 0)) {
    return err({ code: "corrupt", reason: "nothing of it can be read" });
  }
  const aside = { ...damaged, id: damaged.id || places.lastId + 1 };
  const successor = newPlace(damaged.document, Math.max(aside.id, places.lastId) + 1, start + 1);
  file.transaction(() => {
    if (damaged.id === 0) insertLog(file, aside);
    replaceLog(file, files, aside, successor, { snapshot, rows });
  });
  successor.hotFrom += rows.length;
  places.lastId = successor.id;
  places.replace(successor);
  const end = Math.max(lastSeq(damaged), whole.at(-1)?.seq ?? 0);
  return ok({ kept: rows.length, aside: end - start - rows.length });
}

/** The newest snapshot of a log that is whole. */
function wholeSnapshot(file: LogFile, place: Place): StoredSnapshot | undefined {
  const stored = unlessCorrupt(() => readSnapshot(file, place));
  return stored !== undefined && decodeSnapshot(stored.bytes) !== undefined ? stored : undefined;
}

/** Every row after `seq` that is whole, in order, whatever is damaged around it. */
function wholeRows(file: LogFile, files: HotFiles, place: Place, seq: number): readonly LogRow[] {
  const rows = new Map<number, LogRow>();
  const add = (row: LogRow | undefined): void => {
    if (row !== undefined && row.seq > seq) rows.set(row.seq, row);
  };
  for (const last of lastsOfSegments(file, place, seq)) {
    const read = unlessCorrupt(() => readSegments(file, place, last, last + 1, 1));
    if (read?.ok === true) for (const { bytes } of read.value) decodeSegment(bytes)?.forEach(add);
  }
  for (const row of wholeStoredRows(file, place)) add(row);
  for (const row of eachHotRow(files, place, place.hot)) add(row);
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
function replaceLog(
  file: LogFile,
  files: HotFiles,
  damaged: Place,
  successor: Place,
  { snapshot, rows }: { readonly snapshot: StoredSnapshot | undefined; readonly rows: readonly LogRow[] },
): void {
  keepRows(file, files, damaged);
  file.prepare("UPDATE logs SET document = ? WHERE id = ?").run(asideName(damaged), damaged.id);
  insertLog(file, successor);
  if (snapshot !== undefined) insertSnapshot(file, successor, snapshot);
  insertSegments(file, successor, rows);
  // Read back: where an index is damaged this throws, and all is as it was.
  readSnapshot(file, successor);
  readSegments(file, successor, successor.first, successor.first + rows.length);
}
