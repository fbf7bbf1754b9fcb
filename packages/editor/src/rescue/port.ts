/** A set of Yjs ids. */
export interface Ids {
  has(client: number, clock: number): boolean;
}

/** Words that a deletion took whose author had not seen them, and that this page has to put back (D14). */
export interface LostWords {
  /** What went; still in the document, as deleted content. */
  readonly lost: Ids & {
    ranges(): readonly { readonly client: number; readonly clock: number; readonly length: number }[];
  };
  /** What the deletion named: the words around the lost ones. */
  readonly seen: Ids;
  /** What its batch inserted: the copy, where the block was moved. */
  readonly made: Ids;
  /**
   * The Yjs client id to write them under: none that anybody types under, and lower than all of those, so that they stand
   * before what is typed at the same place by who does not see them yet.
   */
  readonly clientId: number;
  /** Words that were put back under ids below this one were typed before them. */
  readonly behind: number;
}

/** Where lost words wait. A provider's, or none. */
export interface LostAndFound {
  /** Calls `listener` when there is something to take; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** All that waits, each given once, to be read at once. */
  take(): readonly LostWords[];
  /** Whether words are put back under a Yjs client id, here or elsewhere. */
  isPutBack(clientId: number): boolean;
}

/** What was put back, for the page to say so. */
export interface Rescued {
  /** Yjs client ids of those who typed it. */
  readonly authors: readonly number[];
  /** Whether the words went to a copy of their block or stand in a paragraph of their own. */
  readonly into: "copy" | "paragraph";
}
