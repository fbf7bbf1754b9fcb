import * as Y from "yjs";
import type { IdSet, IdRange } from "./id-set.ts";

/** Content that went because something around it was deleted, not by its own name. */
export interface Casualty extends IdRange {
  /** The deleted ones of the elements and texts it stood in, innermost first. */
  readonly ancestors: readonly Y.ID[];
}

/**
 * What a transaction took without naming it. To be read before Yjs forgets deleted content, in `afterTransaction`.
 *
 * @param named - The deletions that its update names.
 */
export function casualtiesOf(transaction: Y.Transaction, named: IdSet): Casualty[] {
  const found: Casualty[] = [];
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || !isContent(struct)) return;
    // Characters of one client merge into one struct, of which an update may name a part.
    const ranges = named.outside({ client: struct.id.client, clock: struct.id.clock, length: struct.length });
    if (ranges.length === 0) return;
    const ancestors = ancestorsOf(struct);
    found.push(...ranges.map((range) => ({ ...range, ancestors })));
  });
  return found;
}

/** Characters, objects in a line, and the formats around them; attributes of elements are not words. */
function isContent({ content, parentSub }: Y.Item): boolean {
  if (parentSub !== null) return false;
  return content instanceof Y.ContentString || content instanceof Y.ContentEmbed || content instanceof Y.ContentFormat;
}

function ancestorsOf(item: Y.Item): Y.ID[] {
  const ids: Y.ID[] = [];
  for (let at = parentItem(item); at !== null; at = parentItem(at)) if (at.deleted) ids.push(at.id);
  return ids;
}

function parentItem({ parent }: Y.Item): Y.Item | null {
  return parent instanceof Y.AbstractType ? parent._item : null;
}
