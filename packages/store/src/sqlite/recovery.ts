import { err, type Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import { type LogFile, toLogError } from "./file.ts";
import type { Place, Places } from "./places.ts";
import { lastPacked } from "./segments.ts";

/** Reads and writes over a connection that is not trusted any more once a commit has failed. */
export class Recovery {
  readonly #file: LogFile;
  readonly #places: Places;
  /** After a failed commit, whose rows it may have moved: it is not known whether it is in the file. */
  #failed: { readonly place: Place | undefined } | undefined;

  constructor(file: LogFile, places: Places) {
    this.#file = file;
    this.#places = places;
  }

  read<T>(work: () => Result<T, LogError>): Result<T, LogError> {
    try {
      // What can be read is read, though nothing can be written: the disk may be full for days.
      if (!this.#file.isOpen) this.#file.reconnect();
      if (this.#failed?.place !== undefined) this.#findAgain(this.#failed.place);
      return work();
    } catch (cause) {
      return err(toLogError(cause));
    }
  }

  /**
   * @param place - Whose rows `work` moves, if it moves any.
   * @param work - Reads what it moves itself: what was read before the recovery may not be so any more.
   */
  write<T>(place: Place | undefined, work: () => Result<T, LogError>): Result<T, LogError> {
    try {
      if (this.#failed !== undefined) this.#recover(this.#failed.place);
    } catch (cause) {
      return err(toLogError(cause));
    }
    try {
      return work();
    } catch (cause) {
      const error = toLogError(cause);
      // Damage that was met says nothing about the connection, and what was begun was rolled back.
      if (error.code !== "corrupt") this.#failed = { place };
      return err(error);
    }
  }

  /**
   * Starts over on a new connection and removes what a failed commit may have left: its sync failed,
   * but its frames can still be in the write-ahead log and would come back as logs nobody knows of.
   * Rows that were moved are where the file says: all of them moved, or none. A log that was set aside is back.
   */
  #recover(place: Place | undefined): void {
    this.#file.reconnect();
    const { lastId } = this.#places;
    this.#file.transaction(() => {
      for (const table of ["hot_log", "segments", "snapshots"]) {
        this.#file.prepare(`DELETE FROM ${table} WHERE log > ?`).run(lastId);
      }
      this.#file.prepare("DELETE FROM logs WHERE id > ?").run(lastId);
      if (place !== undefined) {
        this.#file.prepare("UPDATE logs SET document = ? WHERE id = ?").run(place.document, place.id);
      }
    });
    if (place !== undefined) this.#findAgain(place);
    this.#failed = undefined;
  }

  /** Finds out where a document's rows are, when moving them may have worked or not. */
  #findAgain(place: Place): void {
    // It had nothing in the file, and what was given a log there was taken back.
    if (place.id === 0) return;
    const log = this.#file.prepare("SELECT first FROM logs WHERE id = ?").get(place.id) as
      | { first: number }
      | undefined;
    // It was purged, though the commit was said to have failed.
    if (log === undefined) return this.#places.forget(place.document);
    place.first = log.first;
    const packed = Math.max(log.first, lastPacked(this.#file, place) + 1) - place.hotFrom;
    if (packed > 0) this.#places.pack(place, packed, (place.hotBytes * packed) / Math.max(1, place.hot.length));
  }
}
