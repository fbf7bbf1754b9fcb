import fs from "node:fs";
import { err, ok, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import { commit, committedIn, type CurrentFile, finish } from "./current-file.ts";
import { HOT_FILE_BYTES } from "./files.ts";

/** Makes the next file, in the storage thread. */
export type MakeFile = () => Promise<Result<CurrentFile, LogError>>;

interface Open {
  readonly file: CurrentFile;
  readonly descriptor: number;
}

/**
 * Makes rows durable, from the thread that serves sockets but not on it: each commit is one synchronous write to
 * space a file has already, which the pool of libuv makes. A commit in another thread of ours would wake that up too.
 *
 * A file in which a write failed is not written to again: what of it is on the disk is not known, and is cut off.
 */
export class HotWriter {
  readonly #make: MakeFile;
  #open: Open | undefined;
  /** Made before it is needed. */
  #next: Promise<Result<CurrentFile, LogError>> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(make: MakeFile) {
    this.#make = make;
  }

  /**
   * Commits a frame, or nothing of it. One after the other.
   *
   * @param toFrame - Given the marker of the file it goes to.
   */
  write(toFrame: (marker: number) => Buffer): Promise<Result<void, LogError>> {
    return this.#alone(() => this.#write(toFrame));
  }

  /** Waits for what is under way; everything that is committed then is in files that are finished. */
  roll(): Promise<void> {
    return this.#alone(async () => this.#finish());
  }

  /** The same; nothing may be written any more. */
  close(): Promise<void> {
    return this.#alone(async () => {
      this.#finish();
      const next = await this.#next;
      if (next?.ok === true) finish(next.value);
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #write(toFrame: (marker: number) => Buffer): Promise<Result<void, LogError>> {
    const opened = await this.#current();
    if (!opened.ok) return opened;
    const { file, descriptor } = opened.value;
    const at = committedIn(file);
    const frame = toFrame(file.marker);
    const failure = await writeDurably(descriptor, frame, at);
    if (failure !== undefined) {
      this.#finish();
      // Whatever comes next, the rest of that file is cut off soon.
      this.#next ??= this.#make();
      return err({ code: failure.code === "ENOSPC" ? "full" : "storage", reason: failure.message });
    }
    commit(file, at + frame.length);
    if (at > HOT_FILE_BYTES / 2) this.#next ??= this.#make();
    return ok(undefined);
  }

  async #current(): Promise<Result<Open, LogError>> {
    if (this.#open !== undefined && committedIn(this.#open.file) < HOT_FILE_BYTES) return ok(this.#open);
    this.#finish();
    const early = await this.#next;
    this.#next = undefined;
    // What failed then may work now.
    const made = early?.ok === true ? early : await this.#make();
    if (!made.ok) return made;
    try {
      const descriptor = fs.openSync(made.value.path, fs.constants.O_WRONLY | SYNCHRONOUS);
      return ok((this.#open = { file: made.value, descriptor }));
    } catch (cause) {
      finish(made.value);
      return err({ code: "storage", reason: (cause as Error).message });
    }
  }

  #finish(): void {
    if (this.#open === undefined) return;
    finish(this.#open.file);
    fs.closeSync(this.#open.descriptor);
    this.#open = undefined;
  }
}

/** A write returns when its bytes, and what it takes to read them, are on the medium; where there is no such mode, more is. */
const SYNCHRONOUS = fs.constants.O_DSYNC ?? fs.constants.O_SYNC ?? 0;

/** @returns Why it failed, if it did. */
function writeDurably(descriptor: number, bytes: Buffer, position: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const write = (from: number): void => {
      fs.write(descriptor, bytes, from, bytes.length - from, position + from, (cause, written) => {
        if (cause !== null) resolve(cause);
        else if (from + written < bytes.length) write(from + written);
        else resolve(undefined);
      });
    };
    write(0);
  });
}
