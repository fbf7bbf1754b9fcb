import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { err, ok, type Result } from "@sheaf/protocol";

/** SHA-256 of a file, in hex: its name. */
export type BlobHash = string & { readonly brand: "BlobHash" };

export const parseBlobHash = (text: string): BlobHash | undefined =>
  /^[0-9a-f]{64}$/.test(text) ? (text as BlobHash) : undefined;

/** Relative to the data folder, with a slash on every system: backups have it, too. */
export const blobName = (hash: BlobHash): string => `${BLOBS}/${hash.slice(0, 2)}/${hash}`;

/** A file that came, whole and on the disk, but not yet by its name. */
export interface Received {
  readonly hash: BlobHash;
  readonly bytes: number;
  /** Its first bytes, as many as were asked for or there are. */
  readonly head: Uint8Array;
  readonly path: string;
}

export type ReceiveError =
  | { readonly code: "too-large" }
  /** The disk is. */
  | { readonly code: "full" }
  /** Whoever sent it stopped. */
  | { readonly code: "cut" };

export const BLOBS = "blobs";

/** Files by their hashes, in `blobs/` of the data folder. Who may have which is known elsewhere. */
export class BlobFolder {
  readonly #dataDir: string;
  readonly #incoming: string;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#incoming = join(dataDir, BLOBS, "incoming");
  }

  /** Makes the folder where it is missing, and clears what uploads that were cut off left. Throws what `fs` throws. */
  static open(dataDir: string): BlobFolder {
    const folder = new BlobFolder(dataDir);
    mkdirSync(folder.#incoming, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder.#incoming)) rmSync(join(folder.#incoming, name), { force: true });
    return folder;
  }

  /**
   * Writes what comes to a temporary file, while hashing it. Whatever goes wrong leaves none.
   *
   * @param limit - Bytes; more than these are not even read.
   * @param headBytes - How many of the first bytes the caller wants to see.
   */
  async receive(
    body: AsyncIterable<Uint8Array>,
    limit: number,
    headBytes: number,
  ): Promise<Result<Received, ReceiveError>> {
    const path = join(this.#incoming, randomBytes(12).toString("hex"));
    const hash = createHash("sha256");
    const head: Uint8Array[] = [];
    let bytes = 0;
    let file: FileHandle | undefined;
    let isWhole = false;
    try {
      file = await open(path, "wx", 0o600);
      for await (const chunk of readable(body)) {
        if (bytes + chunk.length > limit) return err({ code: "too-large" });
        if (bytes < headBytes) head.push(chunk.slice(0, headBytes - bytes));
        hash.update(chunk);
        await writeAll(file, chunk, bytes);
        bytes += chunk.length;
      }
      await file.sync();
      isWhole = true;
      return ok({ hash: hash.digest("hex") as BlobHash, bytes, head: Buffer.concat(head), path });
    } catch (cause) {
      if (cause instanceof CutOff) return err({ code: "cut" });
      if (isFull(cause)) return err({ code: "full" });
      throw cause;
    } finally {
      await file?.close();
      if (!isWhole) rmSync(path, { force: true });
    }
  }

  /**
   * Gives a received file its name, durably. In one go, so that no purge comes between this and the row that holds it.
   * One that is there is replaced by itself, and mended if it was damaged. Throws what `fs` throws.
   */
  keep({ hash, path }: Received): void {
    const target = join(this.#dataDir, blobName(hash));
    const isNew = mkdirSync(dirname(target), { recursive: true, mode: 0o700 }) !== undefined;
    renameSync(path, target);
    syncFolder(dirname(target));
    if (isNew) syncFolder(join(this.#dataDir, BLOBS));
  }

  drop({ path }: Received): void {
    rmSync(path, { force: true });
  }

  /** Deletes a file nobody holds any more. Throws what `fs` throws. */
  remove(hash: BlobHash): void {
    const path = join(this.#dataDir, blobName(hash));
    rmSync(path, { force: true });
  }

  /** @returns A stream that closes its file; undefined when it is not there. Throws what else `fs` throws. */
  async read(hash: BlobHash): Promise<ReadableStream | undefined> {
    try {
      const file = await open(join(this.#dataDir, blobName(hash)));
      return Readable.toWeb(file.createReadStream()) as ReadableStream;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw cause;
    }
  }
}

/** The disk has no room, in the words of the file system or of SQLite. */
export const isFull = (cause: unknown): boolean =>
  cause instanceof Error &&
  (("code" in cause && (cause.code === "ENOSPC" || cause.code === "EDQUOT")) ||
    ("errcode" in cause && cause.errcode === SQLITE_FULL));

const SQLITE_FULL = 13;

/** Tells what the sender did from what the disk did. */
class CutOff extends Error {}

async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw new CutOff("the sender stopped", { cause });
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.().catch(() => {});
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

function syncFolder(path: string): void {
  // Windows opens no folders, and keeps renames by itself.
  if (process.platform === "win32") return;
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
