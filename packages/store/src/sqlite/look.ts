import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import { LogFile, type OpenError, toLogError, toOpenError } from "./file.ts";
import { readHotRows } from "./hot-log.ts";
import { Places } from "./places.ts";
import { readPackedRows } from "./segments.ts";

/** Finds out whether a server could open a log's file, and changes nothing. */
export const lookAtLog = (path: string): Result<void, OpenError> =>
  look(path, (file) => ok(void new Places(file)), toOpenError);

/**
 * Reads one row of a log's file, or of a copy of one, and changes nothing.
 *
 * @returns undefined when there is no such row.
 */
export function lookAtRow(
  path: string,
  document: DocumentId,
  seq: number,
): Result<LogRow | undefined, OpenError | LogError> {
  const read = (file: LogFile): Result<LogRow | undefined, LogError> => {
    const place = new Places(file).get(document);
    const rows = (seq < place.hotFrom ? readPackedRows : readHotRows)(file, place, seq, seq + 1);
    return rows.ok ? ok(rows.value[0]) : rows;
  };
  return look(path, read, toLogError);
}

function look<T, E>(
  path: string,
  read: (file: LogFile) => Result<T, E>,
  toError: (cause: unknown) => E,
): Result<T, OpenError | E> {
  const file = LogFile.openToRead(path);
  if (!file.ok) return file;
  try {
    return read(file.value);
  } catch (cause) {
    return err(toError(cause));
  } finally {
    file.value.close();
  }
}
