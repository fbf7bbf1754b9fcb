import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { edit, edits } from "./testing/random-edits.ts";
import { withDeletions } from "./with-deletions.ts";

/** What a document deleted: its state less its structs. */
function deletionsOf(doc: Y.Doc): Uint8Array {
  return Y.diffUpdate(Y.encodeStateAsUpdate(doc), Y.encodeStateVector(doc));
}

test("[R32] structs that bring all deletions instead of their own make the document that these were made in", () => {
  fc.assert(
    fc.property(edits, edits, fc.boolean(), (before, after, gc) => {
      const doc = new Y.Doc({ gc });
      doc.clientID = 7;
      for (const each of before) edit(doc, each);
      const vector = Y.encodeStateVector(doc);
      const reader = new Y.Doc({ gc });
      Y.applyUpdate(reader, Y.encodeStateAsUpdate(doc));
      for (const each of after) edit(doc, each);
      const update = Y.encodeStateAsUpdate(doc, vector);
      Y.applyUpdate(reader, withDeletions(update, deletionsOf(doc))!);
      expect(Y.encodeStateAsUpdate(reader)).toEqual(Y.encodeStateAsUpdate(doc));
    }),
    { numRuns: 200 },
  );
});

test("[R32] an update that cannot be read is not joined with anything", () => {
  const deletions = Uint8Array.of(0, 1, 7, 1, 0, 1);
  expect(withDeletions(Uint8Array.of(1, 1, 9, 0, 31), deletions)).toBeUndefined();
});
