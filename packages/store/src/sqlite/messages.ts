import type { DocumentId } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { OpenError } from "./database.ts";

/** What the main thread asks of the storage thread; answered in order. */
export type Request =
  | { readonly kind: "append"; readonly id: number; readonly rows: Uint8Array }
  | { readonly kind: "load"; readonly id: number; readonly document: DocumentId }
  | {
      readonly kind: "read";
      readonly id: number;
      readonly document: DocumentId;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "close"; readonly id: number };

export type Reply =
  | { readonly kind: "opened" }
  | { readonly kind: "open-failed"; readonly error: OpenError }
  | { readonly kind: "appended"; readonly id: number; readonly seqs: readonly number[] }
  | { readonly kind: "loaded"; readonly id: number; readonly logId: Uint8Array; readonly rows: Uint8Array }
  | { readonly kind: "read"; readonly id: number; readonly rows: Uint8Array }
  | { readonly kind: "failed"; readonly id: number; readonly error: LogError }
  | { readonly kind: "closed"; readonly id: number };
