import type { DatabaseSync } from "node:sqlite";

/**
 * Every shape the file has had, oldest first; `PRAGMA user_version` counts how many were applied.
 * A shipped migration is never edited.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL UNIQUE,
    log_id BLOB NOT NULL
  ) STRICT;
  CREATE TABLE principals (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  -- Only appended to, no second index: one by document would write 12 times the bytes (D1).
  CREATE TABLE hot_log (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    principal INTEGER NOT NULL,
    time INTEGER NOT NULL,
    base INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- First seq there is; those before it were erased (D16).
  ALTER TABLE logs ADD COLUMN first INTEGER NOT NULL DEFAULT 1;
  -- Rows first to last of a log, out of the hot log. Only the last segment of a log may be short.
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    size INTEGER NOT NULL, -- of its updates before they were packed
    adds BLOB NOT NULL, -- the farthest clocks and the deletions in it: what is before a segment is the sum of those before it
    checksum INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX segments_in_order ON segments (log, last);
  -- A whole document. Kept are the newest of a log, and the one that stands for what was erased.
  CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX snapshots_in_order ON snapshots (log, seq);
  -- What rows first to last did to the document, squashed to one update; empty where they cannot be.
  -- Level 1 is over segments, each next one over ranges of the level below.
  CREATE TABLE ranges (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX ranges_in_order ON ranges (log, first, last);
  `,
  // What is hot is in files beside this one, which the versions before would not look for.
  "",
];

/** @returns false when the file was written by a newer Sheaf; it is left as it is. */
export function migrate(database: DatabaseSync): boolean {
  if (!isKnownShape(database)) return false;
  const applied = shapeOf(database);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < applied) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  return true;
}

/** False when the file was written by a newer Sheaf. */
export const isKnownShape = (database: DatabaseSync): boolean => shapeOf(database) <= MIGRATIONS.length;

const shapeOf = (database: DatabaseSync): number =>
  (database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
