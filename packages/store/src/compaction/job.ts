/** Something to be applied to a document, as it is stored. */
export type Piece =
  | { readonly kind: "snapshot"; readonly bytes: Uint8Array }
  | { readonly kind: "range"; readonly bytes: Uint8Array }
  /** Of the rows packed in it, `first` to `last`. */
  | { readonly kind: "segment"; readonly bytes: Uint8Array; readonly first: number; readonly last: number };

/** What only a Y.Doc can do, and so is done in a thread of its own. */
export type Job =
  /** A snapshot over the newest one, of as many of the rows as leave nothing waiting. */
  | {
      readonly kind: "compact";
      readonly snapshot: Uint8Array | undefined;
      readonly rows: readonly Extract<Piece, { kind: "segment" }>[];
    }
  /** For each group, in order, one update for all it did to a document that `before` makes. */
  | { readonly kind: "squash"; readonly before: readonly Piece[]; readonly groups: readonly (readonly Piece[])[] }
  /** The document these make. */
  | { readonly kind: "state"; readonly pieces: readonly Piece[] }
  /** What the document these make is called. */
  | { readonly kind: "title"; readonly pieces: readonly Piece[] }
  /** A stored snapshot as it travels over HTTP. */
  | { readonly kind: "encode"; readonly snapshot: Uint8Array; readonly encoding: ContentEncoding };

/** How a body is packed, as HTTP names it. */
export type ContentEncoding = "br" | "gzip" | "identity";

/** A snapshot as it travels over HTTP: one Yjs update, V2, packed; and the highest schema that wrote in it. */
export interface EncodedSnapshot {
  readonly schemaVersion: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Outcome =
  /** `bytes` as `encodeSnapshot` made them; `seq` may lie before the last of the rows. */
  | { readonly kind: "compacted"; readonly seq: number; readonly bytes: Uint8Array }
  /** Something waits: no farther snapshot can be made. */
  | { readonly kind: "waits" }
  /** As stored ranges; empty for a group that something waits in or before. */
  | { readonly kind: "squashed"; readonly ranges: readonly Uint8Array[] }
  /** One Yjs update, V1. */
  | { readonly kind: "state"; readonly update: Uint8Array }
  /** What it took to find out, in the thread, where nothing else was done meanwhile. */
  | { readonly kind: "title"; readonly title: string; readonly millis: number }
  | { readonly kind: "encoded"; readonly encoded: EncodedSnapshot }
  /** Yjs threw, or what came is not what it should be. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "closed" };
