import type { DocumentId, Result } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { Titled, TitleLog } from "@sheaf/store";
import type { PeopleFile } from "./people/people-file.ts";
import { seqsOfTitles, type TitleRow, writeTitles } from "./people/titles.ts";

export interface TitlesPorts {
  readonly log: Pick<TitleLog, "ends" | "title">;
  readonly people: PeopleFile;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly report: (event: TitlesReport) => void;
}

/** Something an operator should read about; lists are older than they need be, and nothing else is wrong. */
export interface TitlesReport {
  readonly kind: "titles-failed";
  readonly document?: DocumentId | undefined;
  readonly reason: string;
}

/** A document is read when nobody has written to it for this long… */
const QUIET_MILLIS = 3_000;
/** …or when it has been written to all this time. */
const LONGEST_MILLIS = 60_000;
/** Reading takes a share of the time at most, for it takes as long as the document is: one of 5 MB is read each 15 s. */
const MOST_BUSY = 1 / 50;

/** Keeps what lists say of documents: read from the log in a thread, some seconds after each was written to. */
export class Titles {
  readonly #ports: TitlesPorts;
  /** Documents written to since they were read: since when, and when last. */
  readonly #touched = new Map<DocumentId, { readonly first: number; last: number }>();
  /** When those may be read again that took long. */
  readonly #rests = new Map<DocumentId, number>();
  #reading: Promise<void> | undefined;
  #isClosed = false;

  constructor(ports: TitlesPorts) {
    this.#ports = ports;
  }

  /** Reads those that were written to while nobody kept count, like those written to now: people come before lists. */
  async catchUp(): Promise<void> {
    const { log, people } = this.#ports;
    const ends = await log.ends();
    if (!ends.ok) return this.#report(undefined, ends);
    const known = seqsOfTitles(people);
    for (const [document, seq] of ends.value) if (known.get(document) !== seq) this.touch(document);
  }

  /** A document was written to. */
  touch(document: DocumentId): void {
    const now = this.#ports.now();
    const touched = this.#touched.get(document);
    if (touched === undefined) this.#touched.set(document, { first: now, last: now });
    else touched.last = now;
  }

  /** Lets time pass. @returns When what is due has been read and written. */
  tick(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Ends after the document under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading;
  }

  async #read(): Promise<void> {
    const now = this.#ports.now();
    for (const [document, until] of this.#rests) if (until <= now) this.#rests.delete(document);
    const due = [...this.#touched].filter(([document, { first, last }]) => {
      return (now - last >= QUIET_MILLIS || now - first >= LONGEST_MILLIS) && !this.#rests.has(document);
    });
    while (due.length > 0 && !this.#isClosed)
      await this.#readSome(due.splice(0, AT_ONCE).map(([document]) => document));
  }

  /** One commit for several: each waits for the disk. */
  async #readSome(documents: readonly DocumentId[]): Promise<void> {
    const { log, people } = this.#ports;
    const rows: TitleRow[] = [];
    for (const document of documents) {
      // Before it is read: what is written meanwhile makes it due again.
      this.#touched.delete(document);
      const titled: Result<Titled, LogError> = await log.title(document);
      if (!titled.ok) {
        this.#report(document, titled);
        continue;
      }
      const { title, seq, edited, millis } = titled.value;
      this.#rests.set(document, this.#ports.now() + millis / MOST_BUSY);
      if (seq > 0) rows.push({ document, title, seq, edited });
    }
    try {
      writeTitles(people, rows);
    } catch (cause) {
      // A full disk; the next start, or the next edit, makes up for it.
      this.#ports.report({ kind: "titles-failed", reason: String(cause) });
    }
  }

  #report(document: DocumentId | undefined, { error }: { readonly error: LogError }): void {
    if (error.code === "closed") return;
    this.#ports.report({ kind: "titles-failed", document, reason: "reason" in error ? error.reason : error.code });
  }
}

const AT_ONCE = 20;
