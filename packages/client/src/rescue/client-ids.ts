import * as Y from "yjs";

/**
 * Whose turn it was to put words back: `deleter`, who deleted them unseen, when they were in the log already; `author`,
 * who typed them into what the log had deleted already.
 */
export type Turn = "deleter" | "author";

/**
 * How many Yjs client ids there are for each turn. The same id on two pages would part their documents for good, and only
 * two that draw one before either has met the other's can do so: 1 pair in so many.
 */
const SPAN = 2 ** 27;

/** The lowest client id of each turn. */
const FROM = { deleter: 0, author: SPAN } as const;

/** Pages type under ids from here on. */
export const LOWEST_OWN_ID = 2 * SPAN;

/** A Yjs client id to write put-back words under. */
export interface PutBackId {
  readonly clientId: number;
  /** Words that were put back under ids below this one had been typed before these. */
  readonly behind: number;
}

/**
 * The ids that a page puts words back under.
 *
 * Of two insertions at one place that had not seen each other, Yjs puts that of the lower client id left:
 *
 * ```
 *   0 … 2^27 … 2^28 … 2^32    put back by the deleter … by the author … typed
 * ```
 *
 * That is the order in which one person's words get lost: the first are in the log when their block is deleted, the next
 * are typed into what is gone, and the last are typed in the copy. So they stand as they were typed, in whatever order
 * they come together.
 */
export class PutBackIds {
  readonly #doc: Y.Doc;
  readonly #drawn = new Map<Turn, number>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
  }

  /** The id of a turn; the same each time, for whatever id a document has met stays in it for good. */
  of(turn: Turn): PutBackId {
    const clientId = this.#drawn.get(turn) ?? this.#draw(turn);
    this.#drawn.set(turn, clientId);
    return { clientId, behind: FROM[turn] + SPAN };
  }

  /** To be told of what others wrote: an id they have as well is left to them, as Yjs leaves a page's own. */
  heard({ beforeState, afterState }: Y.Transaction): void {
    for (const [turn, id] of this.#drawn) if (afterState.get(id) !== beforeState.get(id)) this.#drawn.delete(turn);
  }

  /** As much by chance as the page's own id, and none that the document has met. */
  #draw(turn: Turn): number {
    const { clientID, store } = this.#doc;
    let offset = clientID % SPAN;
    while (Y.getState(store, FROM[turn] + offset) > 0) offset = (offset + 1) % SPAN;
    return FROM[turn] + offset;
  }
}
