import * as Y from "yjs";
import { IdSet } from "./id-set.ts";

/** What an update does, by ids. */
export interface Facts {
  readonly inserted: IdSet;
  /** What its author named as deleted: they had it before them. What dies along with it is named nowhere. */
  readonly deleted: IdSet;
}

/** @param update - V1. Throws on bytes that are no update. */
export function factsOf(update: Uint8Array): Facts {
  const { structs, ds } = Y.decodeUpdate(update);
  return {
    inserted: new IdSet(
      structs
        .filter((struct) => !(struct instanceof Y.Skip))
        .map(({ id: { client, clock }, length }) => ({ client, clock, length })),
    ),
    deleted: new IdSet(
      [...ds.clients].flatMap(([client, items]) => items.map(({ clock, len }) => ({ client, clock, length: len }))),
    ),
  };
}

/**
 * The same, read when first asked for: most edits are acknowledged before anybody has to know.
 *
 * @param update - Its bytes must stay as they are.
 */
export function factsWhenAsked(update: Uint8Array): Facts {
  let facts: Facts | undefined;
  const read = (): Facts => (facts ??= factsOf(update));
  return {
    get inserted() {
      return read().inserted;
    },
    get deleted() {
      return read().deleted;
    },
  };
}

/** All as one. */
export function mergeFacts(parts: readonly Facts[]): Facts {
  return {
    inserted: new IdSet(parts.flatMap(({ inserted }) => inserted.ranges())),
    deleted: new IdSet(parts.flatMap(({ deleted }) => deleted.ranges())),
  };
}
