import { chmodSync, copyFileSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "@sheaf/protocol";
import { type Rekeyed, rekeyLogs } from "@sheaf/store";
import { BLOBS } from "../node/blob-folder.ts";
import { writeDurably } from "../people/secrets.ts";
import { reasonOf } from "../reason-of.ts";
import { readBack, readBackup, syncPath } from "./backup-file.ts";
import type { Command } from "./command.ts";

export const RESTORE: Command = {
  name: "restore",
  parameters: ["FILE", "DATA_DIR"],
  summary: "make a folder a server can use from a backup",
  details: `
DATA_DIR must be empty or missing. Every document comes back as it was when the backup was made. Whoever still has later
words of it, on a device or in an open page, brings them back when they come to the server.`,
  async run([file, dataDir], { print, complain }) {
    const folder = resolve(dataDir!);
    const done = restore(resolve(file!), folder);
    if (!done.ok) {
      complain(`Nothing was restored. ${done.error}`);
      return false;
    }
    const { made, documents, rows, damaged } = done.value;
    print(`${folder}: ${documents} documents, ${rows} rows, as of ${new Date(made).toISOString()}.`);
    if (damaged > 0) {
      print(
        `${damaged} rows do not match their checksum: their documents open with what is whole, and say so in the log.`,
      );
    }
    print(`Start it with DATA_DIR=${folder}, on the port people know.`);
    return true;
  },
};

function restore(file: string, folder: string): Result<Rekeyed & { readonly made: number }, string> {
  const existed = existsSync(folder);
  if (existed && readdirSync(folder).length > 0) {
    return err(`${folder} is not empty: name one that is, or move what is in it away.`);
  }
  const backup = readBackup(file);
  if (!backup.ok) return backup;
  const readable = readBack(file);
  if (!readable.ok) return err(`It is damaged (${readable.error}): use another backup.`);

  // Made in a folder of its own, so that all of it takes its place within one moment.
  const partial = join(folder, "restore.partial");
  let isDone = false;
  try {
    mkdirSync(partial, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const log = join(partial, "sheaf.db");
    copyFileSync(file, log, constants.COPYFILE_FICLONE);
    chmodSync(log, 0o600);
    const rekeyed = rekeyLogs(log);
    if (!rekeyed.ok) {
      return err(
        rekeyed.error.code === "newer"
          ? "It was made by a newer version of Sheaf: use that one."
          : `The log in it cannot be used (${rekeyed.error.reason}): use another backup.`,
      );
    }
    dropFiles(log);
    const taken = readBackup(file, ([name, bytes]) => {
      const path = join(partial, placeOf(name));
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeDurably(path, bytes);
    });
    if (!taken.ok) return taken;
    syncFolders(partial);
    const names = readdirSync(partial).filter((name) => name !== "sheaf.db");
    for (const name of [...names, "sheaf.db"]) renameSync(join(partial, name), join(folder, name));
    syncPath(folder);
    isDone = true;
    return ok({ ...rekeyed.value, made: backup.value.made });
  } catch (cause) {
    return err(`${reasonOf(cause)}. Name a folder with room, which this user may write to.`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
    // What was missing is missing again, and what was empty is empty.
    if (!isDone)
      for (const name of existed ? readdirSync(folder) : ["."]) rmSync(join(folder, name), { recursive: true });
  }
}

/** Where a file of a backup goes: whatever its name says, not elsewhere. */
function placeOf(name: string): string {
  return /^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(name) ? name : basename(name);
}

function syncFolders(partial: string): void {
  const blobs = join(partial, BLOBS);
  if (!existsSync(blobs)) return;
  for (const name of readdirSync(blobs)) syncPath(join(blobs, name));
  syncPath(blobs);
}

/** Makes the copy of a backup a log and nothing else. */
function dropFiles(log: string): void {
  const database = new DatabaseSync(log);
  try {
    database.exec("PRAGMA secure_delete = ON; PRAGMA application_id = 0; DROP TABLE files");
    // Pictures leave more room than a log ever fills again.
    database.exec("PRAGMA incremental_vacuum");
  } finally {
    database.close();
  }
}
