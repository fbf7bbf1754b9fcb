import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import type { LogError, LogRow } from "@sheaf/room";
import { LogFile, type OpenError, toLogError, toOpenError } from "./file.ts";
import { HotFiles } from "../hot/files.ts";
import { Places } from "./places.ts";
import { readRows } from "./reading.ts";
import { wholeStoredRows } from "./stored-rows.ts";

/** Finds out whether a server could open a log's file, and changes nothing. */
export const lookAtLog = (path: string): Result<void, OpenError> =>
  look(
    path,
    (file) => {
      const places = new Places(file);
      new HotFiles(path, (position, row) => void places.take(position, row), true).close();
      return ok(undefined);
    },
    toOpenError,
  );

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
    const places = new Places(file);
    const files = new HotFiles(path, (position, row) => void places.take(position, row), true);
    try {
      const place = places.get(document);
      const rows = readRows(file, files, place, seq, seq + 1);
      if (!rows.ok || rows.value.length > 0) return rows.ok ? ok(rows.value[0]) : rows;
      // A file of an earlier version, which no server has opened since.
      return ok([...wholeStoredRows(file, place)].find((row) => row.seq === seq));
    } finally {
      files.close();
    }
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
