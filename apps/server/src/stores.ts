import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import { openSqliteLog, type LogReport } from "@sheaf/store";
import { purgeBlobs } from "./blobs.ts";
import { BlobFolder } from "./node/blob-folder.ts";
import { purgedWithBlobs } from "./people/blobs.ts";
import { PeopleFile } from "./people/people-file.ts";
import { addOwner } from "./people/principals.ts";
import { readSecrets, type Secrets } from "./people/secrets.ts";
import { discardedIn } from "./people/trash.ts";
import { reasonOf } from "./reason-of.ts";
import { explainOpenError } from "./start-failure.ts";
import { Titles, type TitlesReport } from "./titles.ts";

type SqliteLog = Extract<Awaited<ReturnType<typeof openSqliteLog>>, { readonly ok: true }>["value"];

/** A document nobody can open any more still lies in the log; the next start tries again. */
export interface PurgeReport {
  readonly kind: "purge-failed";
  readonly document: DocumentId;
  readonly reason: string;
}

export interface StoresOptions {
  readonly report: (event: LogReport | PurgeReport | TitlesReport) => void;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** @returns What is wrong and how to mend it, when one of them cannot be opened; then none of them is. */
export async function openStores(
  dataDir: string,
  { report, wallClock }: StoresOptions,
): Promise<Result<Stores, string>> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    return err(`DATA_DIR ${dataDir} cannot be made (${reasonOf(cause)}). Name a folder this user may write to.`);
  }
  let blobs: BlobFolder;
  try {
    blobs = BlobFolder.open(dataDir);
  } catch (cause) {
    return err(`The folder blobs in ${dataDir} cannot be used (${reasonOf(cause)}). Check its rights and space.`);
  }
  const secrets = readSecrets(dataDir);
  if (!secrets.ok) return secrets;
  const logFile = join(dataDir, "sheaf.db");
  let stores: Stores | undefined;
  const log = await openSqliteLog(logFile, {
    report,
    compaction: COMPACTION_URL,
    written: (documents) => documents.forEach((document) => stores?.titles.touch(document)),
  });
  if (!log.ok) return err(explainOpenError(log.error, logFile));
  const peopleFile = join(dataDir, "people.db");
  const people = PeopleFile.open(peopleFile, wallClock);
  if (!people.ok) {
    await log.value.close();
    return err(`${peopleFile} cannot be opened (${people.error}). Restore a backup, or check its rights and space.`);
  }
  addOwner(people.value);
  stores = new Stores(secrets.value, log.value, people.value, blobs, report);
  return ok(stores);
}

const TITLES_MILLIS = 1_000;

/** All that a server keeps, in its folder. */
export class Stores {
  readonly secrets: Secrets;
  readonly log: SqliteLog;
  readonly people: PeopleFile;
  readonly blobs: BlobFolder;
  readonly titles: Titles;
  readonly #report: StoresOptions["report"];
  #turns: NodeJS.Timeout | undefined;

  constructor(
    secrets: Secrets,
    log: SqliteLog,
    people: PeopleFile,
    blobs: BlobFolder,
    report: StoresOptions["report"],
  ) {
    this.secrets = secrets;
    this.log = log;
    this.people = people;
    this.blobs = blobs;
    this.titles = new Titles({ log, people, now: () => performance.now(), report });
    this.#report = report;
  }

  /** Begins to do what is done in the background. */
  start(): void {
    this.#turns = setInterval(() => void this.titles.tick(), TITLES_MILLIS);
    void this.#finishPurges().then(() => this.titles.catchUp());
  }

  /** Nothing is written any more once it resolves. */
  async close(): Promise<void> {
    clearInterval(this.#turns);
    const read = this.titles.close();
    await this.log.close();
    await read;
    this.people.close();
  }

  /** Takes away what was left of documents when a server ended while it purged them. */
  async #finishPurges(): Promise<void> {
    const { log, people, blobs } = this;
    const ends = await log.ends();
    for (const document of ends.ok ? ends.value.keys() : []) {
      if (discardedIn(people, document) !== "purged") continue;
      const purged = await log.purge(document);
      if (!purged.ok) this.#report({ kind: "purge-failed", document, reason: purged.error.code });
    }
    for (const document of purgedWithBlobs(people)) {
      try {
        purgeBlobs(people, blobs, document);
      } catch (cause) {
        this.#report({ kind: "purge-failed", document, reason: reasonOf(cause) });
      }
    }
  }
}

// The source runs as it is in development; the production bundle holds the worker as a file beside it.
const COMPACTION_URL = new URL(
  import.meta.url.endsWith(".ts") ? "./node/compaction-worker.ts" : "./compaction-worker.mjs",
  import.meta.url,
);
