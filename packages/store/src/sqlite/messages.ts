import type { DocumentId, LogPosition } from "@sheaf/protocol";
import type { LogError, Quarantined, Snapshot } from "@sheaf/room";
import type { ContentEncoding, EncodedSnapshot } from "../compaction/job.ts";
import type { Copied } from "./copy.ts";
import type { CurrentFile } from "../hot/current-file.ts";
import type { HotDamage } from "../hot/files.ts";
import type { LogMeasures } from "./database.ts";
import type { OpenError } from "./file.ts";
import type { Trouble } from "./upkeep.ts";

/** What a document is called, and when it was written to last. */
export interface Titled {
  readonly title: string;
  /** The row through which it was read. */
  readonly seq: number;
  /** When that row was written: milliseconds since 1970. */
  readonly edited: number;
  /** What reading it took: as long as the document is. */
  readonly millis: number;
}

/** What the main thread asks of the storage thread, which then knows all that was committed before. */
export type Request =
  | { readonly kind: "hot-file"; readonly id: number }
  | { readonly kind: "end"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "load"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "snapshot"; readonly id: number; readonly document: DocumentId }
  | {
      readonly kind: "read";
      readonly id: number;
      readonly document: DocumentId;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "state"; readonly id: number; readonly document: DocumentId; readonly seq: number }
  | { readonly kind: "newest"; readonly id: number; readonly document: DocumentId }
  | {
      readonly kind: "encode";
      readonly id: number;
      readonly document: DocumentId;
      readonly position: LogPosition;
      readonly encoding: ContentEncoding;
    }
  | { readonly kind: "compact"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "erase"; readonly id: number; readonly document: DocumentId; readonly from: number }
  | { readonly kind: "measure"; readonly id: number }
  | { readonly kind: "quarantine"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "copy"; readonly id: number; readonly path: string }
  | { readonly kind: "purge"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "title"; readonly id: number; readonly document: DocumentId }
  | { readonly kind: "ends"; readonly id: number }
  | { readonly kind: "close"; readonly id: number };

/** What a request is answered with, under its number. */
export type Answer =
  | { readonly kind: "hot-file"; readonly id: number; readonly file: CurrentFile }
  | { readonly kind: "end"; readonly id: number; readonly position: LogPosition }
  | {
      readonly kind: "loaded";
      readonly id: number;
      readonly logId: Uint8Array;
      readonly snapshot: Snapshot | undefined;
      readonly rows: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "snapshot"; readonly id: number; readonly snapshot: Snapshot | undefined }
  | { readonly kind: "read"; readonly id: number; readonly rows: Uint8Array<ArrayBuffer> }
  | { readonly kind: "state"; readonly id: number; readonly update: Uint8Array }
  | { readonly kind: "newest"; readonly id: number; readonly position: LogPosition | undefined }
  | { readonly kind: "encoded"; readonly id: number; readonly encoded: EncodedSnapshot | undefined }
  | { readonly kind: "compacted"; readonly id: number }
  | { readonly kind: "erased"; readonly id: number; readonly from: number }
  | { readonly kind: "measured"; readonly id: number; readonly measures: LogMeasures }
  | { readonly kind: "quarantined"; readonly id: number; readonly quarantined: Quarantined }
  | { readonly kind: "copied"; readonly id: number; readonly copied: Copied }
  | { readonly kind: "purged"; readonly id: number }
  | { readonly kind: "title"; readonly id: number; readonly titled: Titled }
  | { readonly kind: "ends"; readonly id: number; readonly ends: ReadonlyMap<DocumentId, number> }
  | { readonly kind: "failed"; readonly id: number; readonly error: LogError }
  | { readonly kind: "closed"; readonly id: number };

export type Reply =
  | { readonly kind: "opened"; readonly damage: readonly HotDamage[] }
  | { readonly kind: "open-failed"; readonly error: OpenError }
  /** Of its own accord. */
  | { readonly kind: "trouble"; readonly trouble: Trouble }
  | Answer;
