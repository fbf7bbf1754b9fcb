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
];

/** @returns false when the file was written by a newer Sheaf; it is left as it is. */
export function migrate(database: DatabaseSync): boolean {
  const { user_version: applied } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (applied > MIGRATIONS.length) return false;
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < applied) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  return true;
}
