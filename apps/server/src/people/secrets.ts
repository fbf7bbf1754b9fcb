import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "@sheaf/protocol";
import { makeKey, makeToken } from "./keys.ts";

/** What Sheaf must be able to tell again, or to sign with; everything else it keeps as hashes. */
export interface Secrets {
  /** Makes whoever redeems it the server's owner. */
  readonly ownerKey: string;
  /** The first invite's. */
  readonly inviteKey: string;
  /** Room tokens are signed with it. */
  readonly signingKey: string;
}

export const SECRETS_FILE = "secrets.json";

/**
 * Reads `secrets.json` of the data folder, or makes it at the first start. Only this user may read it.
 *
 * @returns A sentence for the operator when it cannot be had.
 */
export function readSecrets(dataDir: string): Result<Secrets, string> {
  const file = join(dataDir, SECRETS_FILE);
  try {
    const secrets = parseSecrets(readFileSync(file, "utf8"));
    if (secrets === undefined) {
      return err(`${file} is damaged. Restore it, or move it away: the owner's link and the first invite change then.`);
    }
    // It may have come from a backup, which kept its words and not who may read them.
    chmodSync(file, 0o600);
    return ok(secrets);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") return err(`${file} cannot be read: ${String(cause)}`);
  }
  const secrets: Secrets = { ownerKey: makeKey(), inviteKey: makeKey(), signingKey: makeToken() };
  try {
    writeDurably(file, `${JSON.stringify(secrets, null, 2)}\n`);
  } catch (cause) {
    return err(`${file} cannot be written: ${String(cause)}`);
  }
  return ok(secrets);
}

/** Writes a file that only this user may read: all of it, or nothing. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const handle = openSync(`${file}.new`, "w", 0o600);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

/** @returns undefined when something is missing or no key. */
export function parseSecrets(text: string): Secrets | undefined {
  let read: Partial<Record<keyof Secrets, unknown>>;
  try {
    read = Object(JSON.parse(text)) as typeof read;
  } catch {
    return undefined;
  }
  const { ownerKey, inviteKey, signingKey } = read;
  if (typeof ownerKey !== "string" || typeof inviteKey !== "string" || typeof signingKey !== "string") return undefined;
  // An empty key would let everybody in.
  if (Math.min(ownerKey.length, inviteKey.length, signingKey.length) < 22) return undefined;
  return { ownerKey, inviteKey, signingKey };
}
