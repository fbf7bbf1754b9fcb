import type { Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { EncodedSnapshot } from "../compaction/job.ts";

/** Undefined when there is no such snapshot. */
export type Made = Result<EncodedSnapshot | undefined, LogError>;

interface Entry {
  readonly made: Promise<Made>;
  /** 0 until it is made. */
  bytes: number;
}

/** Snapshots packed for HTTP: made once for all who ask meanwhile, and those asked for last are kept. */
export class EncodedSnapshots {
  readonly #maxBytes: number;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param maxBytes - Of all that is kept; a larger one is given to those who wait for it, and not kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Gives what is kept under this name, or what `make` makes of it; a failure is not kept. */
  get(name: string, make: () => Promise<Made>): Promise<Made> {
    const entry = this.#entries.get(name) ?? this.#begin(name, make);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.made;
  }

  /** Forgets everything, also what is being made. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #begin(name: string, make: () => Promise<Made>): Entry {
    const entry: Entry = {
      made: make().then((made) => {
        this.#keep(name, entry, made.ok ? made.value?.bytes : undefined);
        return made;
      }),
      bytes: 0,
    };
    return entry;
  }

  #keep(name: string, entry: Entry, bytes: Uint8Array | undefined): void {
    if (this.#entries.get(name) !== entry) return; // forgotten meanwhile
    if (bytes === undefined || bytes.length > this.#maxBytes) {
      this.#entries.delete(name);
      return;
    }
    entry.bytes = bytes.length;
    this.#bytes += bytes.length;
    for (const [oldest, { bytes: size }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      if (size === 0) continue; // still being made
      this.#entries.delete(oldest);
      this.#bytes -= size;
    }
  }
}
