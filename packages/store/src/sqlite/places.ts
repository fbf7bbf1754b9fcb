import { randomBytes } from "node:crypto";
import { type DocumentId, LOG_ID_BYTES, parseDocumentId } from "@sheaf/protocol";
import { fileOf, type Position } from "../hot/files.ts";
import type { HotRow, PlacedRow } from "../hot/frame.ts";
import { corruption, type LogFile } from "./file.ts";

/** Where a document's rows are: first in segments, then in the hot log. */
export interface Place {
  /** Of its log in the file; 0 until something of it is packed. */
  id: number;
  readonly document: DocumentId;
  readonly logId: Uint8Array;
  /** First seq there is; those before it were erased. */
  first: number;
  /** Seq of the oldest row in the hot log, or of the next one appended. */
  hotFrom: number;
  /** Where the rows in the hot log are, in order; undefined for one that is missing. */
  hot: (Position | undefined)[];
  /** What their updates take. */
  hotBytes: number;
}

export const lastSeq = ({ hotFrom, hot }: Place): number => hotFrom + hot.length - 1;

/** The map in memory that stands for an index over the hot log (D1): made by a scan, and as large as what is hot. */
export class Places {
  readonly #written = new Map<DocumentId, Place>();
  /** Those of them with rows in the hot log. */
  readonly #hot = new Set<Place>();
  /** Documents that were opened but never written to; bounded, for anyone can open any name. */
  readonly #unwritten = new Map<DocumentId, Place>();
  /** Logs that gave way to others, by their logId: what is still hot of them is nobody's. */
  readonly #aside = new Set<string>();
  /** The highest id of a log. */
  lastId = 0;

  constructor(file: LogFile) {
    const byId = new Map<number, Place>();
    for (const row of file.prepare("SELECT id, document, log_id AS logId, first FROM logs").iterate()) {
      const { id, document, logId, first } = row as Pick<Place, "id" | "document" | "logId" | "first">;
      // Its document would open as an empty one, and nobody could tell which it was.
      if (typeof document !== "string" || logId?.length !== LOG_ID_BYTES) throw corruption("a log has lost its name");
      this.lastId = Math.max(this.lastId, id);
      if (document.startsWith(ASIDE)) {
        this.#aside.add(logId.toString());
        continue;
      }
      const place: Place = { id, document, logId, first, hotFrom: first, hot: [], hotBytes: 0 };
      byId.set(id, place);
      this.#written.set(document, place);
    }
    for (const row of file.prepare("SELECT log, max(last) AS last FROM segments GROUP BY log").iterate()) {
      const { log, last } = row as { log: number; last: number };
      const place = byId.get(log);
      if (place !== undefined) place.hotFrom = Math.max(place.hotFrom, last + 1);
    }
  }

  /**
   * A row is in the hot log, at this position.
   *
   * @returns Whose it is; undefined when it is not needed: it is packed, or of a log that has given way to another.
   */
  take(position: Position, placed: PlacedRow): Place | undefined {
    const { row, isWhole } = placed;
    const place = isWhole ? (this.#written.get(row.document) ?? this.#begin(row)) : this.#placeOfDamaged(row);
    if (place === undefined || (isWhole && !isSame(place.logId, row.logId))) return undefined;
    // One that is damaged may not know its own place; it came after what was there.
    const index = isWhole ? row.seq - place.hotFrom : place.hot.length;
    if (index < 0) return undefined;
    if (index < place.hot.length) {
      // What stands there may be a damaged one that was put there by guess; if it is the same row, all is as before.
      place.hot[index] = position;
      return undefined;
    }
    place.hot.length = index;
    place.hot.push(position);
    place.hotBytes += row.update.length;
    this.#hot.add(place);
    return place;
  }

  /** So many rows of a document, with updates of so many bytes, are packed. */
  pack(place: Place, rows: number, bytes: number): void {
    place.hot.splice(0, rows);
    place.hotFrom += rows;
    place.hotBytes = place.hot.length === 0 ? 0 : Math.max(0, place.hotBytes - bytes);
    if (place.hot.length === 0) this.#hot.delete(place);
  }

  get(document: DocumentId): Place {
    const known = this.#written.get(document) ?? this.#unwritten.get(document);
    if (known !== undefined) return known;
    const place = newPlace(document, 0, 1);
    this.#unwritten.set(document, place);
    const [oldest] = this.#unwritten.keys();
    if (this.#unwritten.size > MAX_UNWRITTEN && oldest !== undefined) this.#unwritten.delete(oldest);
    return place;
  }

  /** From now on this is where the document's rows are: it has another log. */
  replace(place: Place): void {
    this.#aside.add(this.get(place.document).logId.toString());
    this.forget(place.document);
    this.#written.set(place.document, place);
  }

  /** Nothing is written of the document any more: its next log is another one. */
  forget(document: DocumentId): void {
    const place = this.#written.get(document);
    if (place !== undefined) this.#hot.delete(place);
    this.#written.delete(document);
    this.#unwritten.delete(document);
  }

  /** Every document that was written to, and its last row. */
  ends(): Map<DocumentId, number> {
    return new Map([...this.#written].map(([document, place]) => [document, lastSeq(place)]));
  }

  /** What is in the hot log. */
  weigh(): { readonly hotRows: number; readonly hotBytes: number } {
    let [rows, bytes] = [0, 0];
    for (const { hot, hotBytes } of this.#hot) {
      rows += hot.length;
      bytes += hotBytes;
    }
    return { hotRows: rows, hotBytes: bytes };
  }

  /** Documents with rows in the hot log: in any file of it, or in one up to this. */
  hot(file = Number.POSITIVE_INFINITY): Place[] {
    return [...this.#hot].filter(({ hot }) => {
      const first = hot.find((position) => position !== undefined);
      return first !== undefined && fileOf(first) <= file;
    });
  }

  /** True while a row may be in this file of the hot log. */
  isNeeded(file: number): boolean {
    return this.hot(file).some(({ hot }) => {
      const last = hot.findLast((position) => position !== undefined);
      return last !== undefined && fileOf(last) >= file;
    });
  }

  /**
   * Whose a damaged row is, by what of it is not damaged: else its document would be read as if it had never been
   * written. What looks like a row and is none is nobody's.
   */
  #placeOfDamaged(row: HotRow): Place | undefined {
    const { document, seq, time, base } = row;
    // As one of ours, not a Buffer.
    const logId = new Uint8Array(row.logId);
    if (this.#aside.has(logId.toString())) return undefined;
    const named = this.#written.get(document);
    if (named !== undefined && (isSame(named.logId, logId) ? !(seq < named.hotFrom) : seq === lastSeq(named) + 1)) {
      return named;
    }
    if (named !== undefined || ![seq, time, base].every((number) => Number.isSafeInteger(number) && number >= 0)) {
      return undefined;
    }
    for (const place of this.#written.values()) {
      if (isSame(place.logId, logId)) return seq < place.hotFrom ? undefined : place;
    }
    return seq > 0 && parseDocumentId(document) !== undefined ? this.#begin(row) : undefined;
  }

  #begin({ document, logId }: HotRow): Place {
    const unwritten = this.#unwritten.get(document);
    this.#unwritten.delete(document);
    const place =
      unwritten !== undefined && isSame(unwritten.logId, logId)
        ? unwritten
        : { ...newPlace(document, 0, 1), logId: logId.slice() };
    this.#written.set(document, place);
    return place;
  }
}

/** Where the rows of a new log will be. @param first - The seq it begins with. */
export function newPlace(document: DocumentId, id: number, first: number): Place {
  const logId = new Uint8Array(randomBytes(LOG_ID_BYTES));
  return { id, document, logId, first, hotFrom: first, hot: [], hotBytes: 0 };
}

export function insertLog(file: LogFile, { id, document, logId, first }: Place): void {
  file.prepare("INSERT INTO logs (id, document, log_id, first) VALUES (?, ?, ?, ?)").run(id, document, logId, first);
}

/** Does something to the log a document has in the file, in one transaction, and makes that first if it has none yet. */
export function inLog<T>(file: LogFile, places: Places, place: Place, work: (log: Place) => T): T {
  const isNew = place.id === 0;
  const log = isNew ? { ...place, id: places.lastId + 1 } : place;
  const done = file.transaction(() => {
    if (isNew) insertLog(file, log);
    return work(log);
  });
  if (isNew) places.lastId = place.id = log.id;
  return done;
}

/** The name of a log that was set aside; no document's has a space. */
export const asideName = ({ id, document }: Pick<Place, "id" | "document">): string => `${ASIDE}${id} ${document}`;

const ASIDE = "aside ";

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** A forgotten one gets another logId at its first append, which costs its clients one sync by state vector. */
const MAX_UNWRITTEN = 1000;
