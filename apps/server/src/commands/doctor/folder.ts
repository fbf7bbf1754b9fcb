import { existsSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertNever } from "@sheaf/protocol";
import { lookAtLog } from "@sheaf/store";
import type { Status } from "../../control.ts";
import { parseSecrets, SECRETS_FILE } from "../../people/secrets.ts";
import { reasonOf } from "../../reason-of.ts";
import { makePrivateFile } from "../backup-file.ts";
import { type Finding, note, well, wrong } from "./finding.ts";

/** @param running - The server that holds the folder and answers. */
export function checkFolder(dataDir: string, running: Status | undefined): Finding[] {
  const stat = statSync(nearestFolder(dataDir), { throwIfNoEntry: false });
  const own = statSync(dataDir, { throwIfNoEntry: false });
  if (own?.isDirectory() === false || stat?.isDirectory() !== true) {
    return [wrong(`DATA_DIR ${dataDir} is no folder, or below a file.`, "Name one, or move the file away.")];
  }
  const written = checkWriting(own === undefined ? nearestFolder(dataDir) : dataDir);
  if (written !== undefined) return [written];
  if (own === undefined) {
    return [
      note(`DATA_DIR ${dataDir} is not there.`, "It is made at the first start; check its name if there was one."),
      checkSpace(dataDir),
    ];
  }
  return [
    well(`DATA_DIR ${dataDir} can be written to.`),
    ...checkSecrecy(dataDir, own.mode),
    checkSpace(dataDir),
    checkLog(join(dataDir, "sheaf.db"), running),
  ];
}

/** The folder itself, or what it would be made in. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function checkWriting(folder: string): Finding | undefined {
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    makePrivateFile(probe);
    rmSync(probe);
    return undefined;
  } catch (cause) {
    return wrong(
      `${folder} cannot be written to (${reasonOf(cause)}).`,
      "Give it to the user Sheaf runs as: chown -R.",
    );
  }
}

function checkSecrecy(dataDir: string, mode: number): Finding[] {
  const secrets = join(dataDir, SECRETS_FILE);
  const findings: Finding[] = [];
  // Windows keeps rights elsewhere.
  const isOpen = (bits: number): boolean => process.platform !== "win32" && (bits & 0o077) !== 0;
  if (isOpen(mode)) findings.push(wrong(`Others on this machine can look into ${dataDir}.`, `chmod 700 ${dataDir}`));
  if (!existsSync(secrets)) return findings;
  if (isOpen(statSync(secrets).mode)) {
    findings.push(wrong(`Others on this machine may read ${secrets}.`, `chmod 600 ${secrets}`));
  }
  if (parseSecrets(readFileSync(secrets, "utf8")) === undefined) {
    findings.push(wrong(`${secrets} is damaged.`, "Restore it, or move it away: links and tokens change then."));
  }
  return findings;
}

function checkSpace(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(dataDir));
  const size = statSync(join(dataDir, "sheaf.db"), { throwIfNoEntry: false })?.size ?? 0;
  return judgeSpace(dataDir, bavail * bsize, size);
}

/** @param size - Bytes of the log, of which upkeep may need as many again. */
export function judgeSpace(dataDir: string, free: number, size: number): Finding {
  const said = `${Math.floor(free / MEGABYTE)} MB are free for ${dataDir}.`;
  if (free < LEAST_BYTES) return wrong(said, "Make room: when it is full, nothing can be saved.");
  return free < size ? note(said, "Make room: the log alone is larger.") : well(said);
}

const MEGABYTE = 1_000_000;
const LEAST_BYTES = 256 * MEGABYTE;

function checkLog(file: string, running: Status | undefined): Finding {
  if (running !== undefined) return well(`A server holds ${file} and answers.`);
  if (!existsSync(file)) return well(`${file} is made at the first start.`);
  const looked = lookAtLog(file);
  if (looked.ok) return well(`No server holds ${file}.`);
  const { code, reason } = looked.error;
  switch (code) {
    case "in-use":
      return wrong(
        `${file} is held by a process that does not answer.`,
        "End it, or give this server another DATA_DIR.",
      );
    case "newer":
      return wrong(`${file} cannot be opened: ${reason}.`, "Start that version again.");
    case "corrupt":
      return wrong(`${file} is damaged (${reason}).`, "Move the folder aside and restore a backup.");
    case "unwritable":
      return wrong(`${file} cannot be read (${reason}).`, "Give it to the user Sheaf runs as: chown.");
    default:
      return assertNever(code);
  }
}
