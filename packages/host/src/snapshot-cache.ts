import type { DocumentId } from "@sheaf/protocol";
import type { Snapshot } from "@sheaf/room";

/** People open again what was opened a moment ago; longer, and they would get many rows beside an old snapshot. */
const FRESH_MILLIS = 10_000;
/** Twelve of 5 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Entry {
  readonly snapshot: Snapshot;
  readonly readAt: number;
}

/** Snapshots read a moment ago, so that whoever joins next needs no read, and gets the same bytes (D8). */
export class SnapshotCache {
  /** Oldest first. */
  readonly #entries = new Map<DocumentId, Entry>();
  #bytes = 0;

  get(document: DocumentId, now: number): Snapshot | undefined {
    const entry = this.#entries.get(document);
    return entry !== undefined && now - entry.readAt < FRESH_MILLIS ? entry.snapshot : undefined;
  }

  add(document: DocumentId, snapshot: Snapshot, now: number): void {
    this.forget(document);
    this.#entries.set(document, { snapshot, readAt: now });
    this.#bytes += sizeOf(snapshot);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= MOST_BYTES) return;
      this.forget(oldest);
    }
  }

  forget(document: DocumentId): void {
    const entry = this.#entries.get(document);
    if (entry === undefined) return;
    this.#entries.delete(document);
    this.#bytes -= sizeOf(entry.snapshot);
  }

  /** Holds nothing that {@link get} would not give. */
  tick(now: number): void {
    for (const [document, { readAt }] of this.#entries) {
      if (now - readAt < FRESH_MILLIS) return;
      this.forget(document);
    }
  }
}

const sizeOf = ({ update, summary }: Snapshot): number => update.length + summary.length;
