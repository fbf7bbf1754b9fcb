import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { err, ok, type Result } from "@sheaf/protocol";
import { type Copied, openSqliteLog } from "@sheaf/store";
import { askForBackup, type CopyAnswer } from "../control.ts";
import { blobName, BLOBS } from "../node/blob-folder.ts";
import { allBlobs, dropBlob } from "../people/blobs.ts";
import { PeopleFile } from "../people/people-file.ts";
import { SECRETS_FILE } from "../people/secrets.ts";
import { readSettings, SHARE } from "../read-settings.ts";
import {
  isBackupFile,
  makePrivateFile,
  type NamedFile,
  readBack,
  readBackup,
  sealBackup,
  syncPath,
} from "./backup-file.ts";
import type { Command } from "./command.ts";
import { reasonOf } from "../reason-of.ts";

export const BACKUP: Command = {
  name: "backup",
  parameters: ["FILE"],
  summary: "copy everything into one file, while the server runs or not",
  details: `
FILE holds every edit that was acknowledged before the command began: the log of all documents, their pictures, people
and what they may do, and the secrets Sheaf made (the owner's key, the first invite's key, and the key that signs room tokens).
Who has it can read and become everybody, so only this user may read it; keep it as safe as DATA_DIR itself.
It is read back before it takes its name. An older backup of that name is replaced then, any other file never is.`,
  async run([name], { env, print, complain }) {
    const file = resolve(name!);
    // What is asked of HOST without sharing is nothing to a backup.
    const settings = readSettings(env, [SHARE]);
    const done = settings.ok ? await backUp(resolve(settings.value.dataDir), file) : err(settings.error.join("\n"));
    if (!done.ok) {
      complain(`No backup was made. ${done.error}`);
      return false;
    }
    const { rows, bytes, isOnline, missing } = done.value;
    print(
      `${file}: ${rows} rows, ${bytes} bytes, read back${isOnline ? ", while the server went on" : ""}. It holds secrets.`,
    );
    if (missing > 0) {
      print(`Pictures that are missing or damaged in DATA_DIR, and so not in it: ${missing}.`);
    }
    return true;
  },
};

interface Made extends Copied {
  readonly bytes: number;
  readonly isOnline: boolean;
  /** Pictures that documents name, and that are not on the disk as they were. */
  readonly missing: number;
}

async function backUp(dataDir: string, file: string): Promise<Result<Made, string>> {
  const log = join(dataDir, "sheaf.db");
  const logSize = statSync(log, { throwIfNoEntry: false })?.size;
  if (logSize === undefined) return err(`There is nothing in ${dataDir}: set DATA_DIR to the server's folder.`);
  if (existsSync(file) && !isBackupFile(file)) return err(`${file} is there and no backup: choose another name.`);
  const began = Date.now();
  const partial = `${file}.${process.pid}.partial`;
  const parts = [partial, `${partial}.people`, `${partial}.people-wal`];
  const clear = (): void => parts.forEach((part) => rmSync(part, { force: true }));
  const interrupted = (): never => {
    clear();
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupted);
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    const size = logSize + sizeOfBlobs(dataDir);
    // The server may write to the same disk, which must not fill up for the sake of a copy that fails.
    if (bavail * bsize < size) return err(`${dirname(file)} has room for ${bavail * bsize} bytes of about ${size}.`);
    makePrivateFile(partial);
    const online = await askForBackup(dataDir, partial);
    const copied = online ?? (await copyFolder(dataDir, partial));
    if (!copied.ok) return err(explain(copied.error, file));
    let missing = 0;
    sealBackup(
      partial,
      began,
      filesOf(dataDir, `${partial}.people`, () => void missing++),
    );

    const readable = readBackup(partial);
    if (!readable.ok) return readable;
    const back = readBack(partial);
    if (!back.ok) return back;
    if (back.value.rows !== copied.value.rows || back.value.digest !== copied.value.digest) {
      return err(`What was read back from ${dirname(file)} is not what was written: use another disk.`);
    }
    const { size: bytes } = statSync(partial);
    renameSync(partial, file);
    syncPath(dirname(file));
    return ok({ ...copied.value, bytes, isOnline: online !== undefined, missing });
  } catch (cause) {
    return err(`${reasonOf(cause)}. Name a file in a folder with room, which this user may write to.`);
  } finally {
    clear();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupted);
  }
}

/** With no server there, opens the folder as one would. */
async function copyFolder(dataDir: string, path: string): Promise<CopyAnswer> {
  const opened = await openSqliteLog(join(dataDir, "sheaf.db"), { report: () => {} });
  if (!opened.ok) return opened;
  try {
    const copied = await opened.value.copyTo(path);
    if (!copied.ok || !existsSync(join(dataDir, PEOPLE_FILE))) return copied;
    const people = PeopleFile.open(join(dataDir, PEOPLE_FILE), Date.now);
    if (!people.ok) return err({ code: "people", reason: people.error });
    people.value.copyTo(`${path}.people`);
    people.value.close();
    return copied;
  } finally {
    await opened.value.close();
  }
}

/**
 * What a backup holds beside the log.
 *
 * @param people - The copy of the people. The rows of a picture that is not there go from it: its document may have been
 * purged since, and what a backup names is in it.
 * @param missed - Called for each of those.
 */
function* filesOf(dataDir: string, people: string, missed: () => void): Generator<NamedFile> {
  const opened = existsSync(people) ? PeopleFile.open(people, Date.now) : undefined;
  if (opened?.ok === false) throw new Error(opened.error);
  try {
    for (const hash of opened === undefined ? [] : allBlobs(opened.value)) {
      const path = join(dataDir, blobName(hash));
      const bytes = existsSync(path) ? readFileSync(path) : undefined;
      if (bytes !== undefined && createHash("sha256").update(bytes).digest("hex") === hash) {
        yield [blobName(hash), bytes];
      } else {
        dropBlob(opened!.value, hash);
        missed();
      }
    }
  } finally {
    opened?.value.close();
  }
  const paths = [
    [PEOPLE_FILE, people],
    [SECRETS_FILE, join(dataDir, SECRETS_FILE)],
  ] as const;
  for (const [name, path] of paths) if (existsSync(path)) yield [name, readFileSync(path)];
}

function sizeOfBlobs(dataDir: string): number {
  const folder = join(dataDir, BLOBS);
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.map((entry) =>
    entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function explain({ code, reason = code }: { readonly code: string; readonly reason?: string }, file: string): string {
  switch (code) {
    case "full":
      return `${dirname(file)} is full: make room, or name a file elsewhere.`;
    case "in-use":
      return "A server holds the folder and does not answer: run this as the user it runs as, on the same machine.";
    case "corrupt":
      return `The log is damaged where it is read in order (${reason}): stop the server and copy its folder as it is.`;
    case "closed":
      return "The server was stopped meanwhile: run this again.";
    default:
      return `${reason}. The server's user must be able to write to ${dirname(file)}.`;
  }
}

const PEOPLE_FILE = "people.db";
