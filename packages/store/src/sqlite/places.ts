import { randomBytes } from "node:crypto";
import { type DocumentId, LOG_ID_BYTES } from "@sheaf/protocol";
import { corruption, type LogFile } from "./file.ts";

/** Where a document's rows are: first in segments, then in the hot log. */
export interface Place {
  /** 0 until the first append. */
  id: number;
  readonly document: DocumentId;
  readonly logId: Uint8Array;
  /** First seq there is; those before it were erased. */
  first: number;
  /** Seq of the oldest row in the hot log, or of the next one appended. */
  hotFrom: number;
  /** Of the rows in the hot log, in order. */
  rowIds: number[];
  /** What their updates take. */
  hotBytes: number;
}

export const lastSeq = ({ hotFrom, rowIds }: Place): number => hotFrom + rowIds.length - 1;

/** The highest ids of a file's tables. */
export interface Ids {
  log: number;
  principal: number;
  row: number;
}

/** The map in memory that stands for an index over the hot log (D1): made by a scan, and as large as what is hot. */
export class Places {
  readonly #written = new Map<DocumentId, Place>();
  /** Documents that were opened but never written to; bounded, for anyone can open any name. */
  readonly #unwritten = new Map<DocumentId, Place>();
  readonly principals = new Map<string, number>();
  readonly ids: Ids = { log: 0, principal: 0, row: 0 };

  constructor(file: LogFile) {
    const byId = new Map<number, Place>();
    for (const row of file.prepare("SELECT id, document, log_id AS logId, first FROM logs").iterate()) {
      const { id, document, logId, first } = row as Pick<Place, "id" | "document" | "logId" | "first">;
      // Its document would open as an empty one, and nobody could tell which it was.
      if (typeof document !== "string" || logId?.length !== LOG_ID_BYTES) throw corruption("a log has lost its name");
      this.ids.log = Math.max(this.ids.log, id);
      if (document.startsWith(ASIDE)) continue;
      const place: Place = { id, document, logId, first, hotFrom: first, rowIds: [], hotBytes: 0 };
      byId.set(id, place);
      this.#written.set(document, place);
    }
    for (const row of file.prepare("SELECT id, name FROM principals").iterate()) {
      const { id, name } = row as { id: number; name: string };
      this.principals.set(name, id);
      this.ids.principal = Math.max(this.ids.principal, id);
    }
    for (const row of file.prepare("SELECT log, max(last) AS last FROM segments GROUP BY log").iterate()) {
      const { log, last } = row as { log: number; last: number };
      const place = byId.get(log);
      if (place !== undefined) place.hotFrom = last + 1;
    }
    for (const row of file.prepare("SELECT id, log, length(bytes) AS size FROM hot_log ORDER BY id").iterate()) {
      const { id, log, size } = row as { id: number; log: number; size: number };
      const place = byId.get(log);
      place?.rowIds.push(id);
      if (place !== undefined) place.hotBytes += size;
      this.ids.row = id;
    }
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

  /** From now on this is where the document's rows are: it has its first row, or another log. */
  write(place: Place): void {
    this.#unwritten.delete(place.document);
    this.#written.set(place.document, place);
  }

  /** What is in the hot log. */
  weigh(): { readonly hotRows: number; readonly hotBytes: number } {
    let [rows, bytes] = [0, 0];
    for (const { rowIds, hotBytes } of this.#written.values()) {
      rows += rowIds.length;
      bytes += hotBytes;
    }
    return { hotRows: rows, hotBytes: bytes };
  }

  /** Nothing is written of the document any more: its next log is another one. */
  forget(document: DocumentId): void {
    this.#written.delete(document);
    this.#unwritten.delete(document);
  }

  /** Every document that was written to, and its last row. */
  ends(): Map<DocumentId, number> {
    return new Map([...this.#written].map(([document, place]) => [document, lastSeq(place)]));
  }

  /** Documents with rows in the hot log. */
  hot(): DocumentId[] {
    return [...this.#written].filter(([, { rowIds }]) => rowIds.length > 0).map(([document]) => document);
  }
}

/** Where the rows of a new log will be. @param first - The seq it begins with. */
export function newPlace(document: DocumentId, id: number, first: number): Place {
  const logId = new Uint8Array(randomBytes(LOG_ID_BYTES));
  return { id, document, logId, first, hotFrom: first, rowIds: [], hotBytes: 0 };
}

/** The name of a log that was set aside; no document's has a space. */
export const asideName = ({ id, document }: Pick<Place, "id" | "document">): string => `${ASIDE}${id} ${document}`;

const ASIDE = "aside ";

/** A forgotten one gets another logId at its first append, which costs its clients one sync by state vector. */
const MAX_UNWRITTEN = 1000;
