import { err, ok, type Result } from "@sheaf/protocol";
import { type LoadedLog, type LogError, type LogRow, oneRead } from "@sheaf/room";
import type { HotFiles } from "../hot/files.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import type { LogFile } from "./file.ts";
import { readHotRows } from "./hot-log.ts";
import { lastSeq, type Place } from "./places.ts";
import { endOfSegment, readPackedRows } from "./segments.ts";
import { readSnapshot } from "./snapshots.ts";

/** The newest snapshot of a log that is whole, and every row after it. */
export function readLog(file: LogFile, files: HotFiles, place: Place): Result<LoadedLog, LogError> {
  const stored = readSnapshot(file, place);
  const snapshot = stored && decodeSnapshot(stored.bytes);
  const from = (snapshot?.seq ?? 0) + 1;
  if (from < place.first) return err({ code: "corrupt", reason: `the snapshot before row ${place.first} is damaged` });
  const rows = readRows(file, files, place, from, lastSeq(place) + 1);
  return rows.ok ? ok({ logId: place.logId, snapshot, rows: rows.value }) : rows;
}

/** Some of the rows `from <= seq < to`, from the first of them on; none only when there are none. */
export function readSomeRows(
  file: LogFile,
  files: HotFiles,
  place: Place,
  from: number,
  to: number,
): Result<readonly LogRow[], LogError> {
  if (Math.max(1, from) < Math.min(place.first, to)) return err({ code: "erased", from: place.first });
  // A segment at most: more of them would be unpacked for nothing.
  const rows = readRows(file, files, place, from, Math.min(to, endOfSegment(file, place, from) ?? to));
  return rows.ok ? ok(oneRead(rows.value)) : rows;
}

/** The rows `from <= seq < to`, wherever they are. */
export function readRows(
  file: LogFile,
  files: HotFiles,
  place: Place,
  from: number,
  to: number,
): Result<readonly LogRow[], LogError> {
  const packed = from < place.hotFrom ? readPackedRows(file, place, from, to) : ok([]);
  if (!packed.ok) return packed;
  const hot = readHotRows(files, place, from, to);
  if (!hot.ok || packed.value.length === 0) return hot;
  return ok([...packed.value, ...hot.value]);
}
