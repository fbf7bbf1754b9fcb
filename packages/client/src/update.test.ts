import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import {
  applyFirst,
  coversDocument,
  EMPTY_UPDATE,
  hasStructs,
  isEmptyUpdate,
  mergeUpdates,
  updateBeyond,
} from "./update.ts";

/** A document and the updates it was written with, one a word. */
function written(words: readonly string[]): { readonly doc: Y.Doc; readonly updates: readonly Uint8Array[] } {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update) => updates.push(update));
  for (const word of words) doc.getText("text").insert(0, word);
  return { doc, updates };
}

const vectorOf = (updates: readonly Uint8Array[]): Uint8Array => {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return Y.encodeStateVector(doc);
};

test("merging any number of updates gives what they give one by one", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 120 }), (words) => {
      const { doc, updates } = written(words);
      const copy = new Y.Doc();
      Y.applyUpdate(copy, mergeUpdates(updates));
      expect(copy.getText("text").toJSON()).toBe(doc.getText("text").toJSON());
    }),
    { numRuns: 30 },
  );
});

test("nothing merged is the empty update, which has no structs", () => {
  expect(isEmptyUpdate(mergeUpdates([]))).toBe(true);
  expect(Y.encodeStateAsUpdate(new Y.Doc())).toEqual(EMPTY_UPDATE);
  expect(hasStructs(EMPTY_UPDATE)).toBe(false);
});

test("a deletion alone has no structs, words have", () => {
  const { doc, updates } = written(["bread"]);
  doc.getText("text").delete(0, 2);
  expect(updates.map(hasStructs)).toEqual([true, false]);
});

test("what lies beyond a vector leaves out what Yjs could not integrate", () => {
  const { updates } = written(["bread ", "milk ", "eggs "]);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, updates[0]!);
  Y.applyUpdate(doc, updates[2]!); // the second is missing
  const update = updateBeyond(doc, Y.encodeStateVector(new Y.Doc()));
  expect(Y.decodeUpdate(update).structs.map(({ id, length }) => [id.clock, length])).toEqual([[0, 6]]);
  Y.applyUpdate(doc, updates[1]!); // and it is still remembered
  expect(doc.getText("text").toJSON()).toBe("eggs milk bread ");
});

test("to a server whose vector cannot be read, everything lies beyond it", () => {
  const { doc } = written(["bread "]);
  expect(updateBeyond(doc, Uint8Array.of(9, 200))).toEqual(Y.encodeStateAsUpdate(doc));
});

test("a vector covers a document when the pending updates fill the rest without a hole", () => {
  const { doc, updates } = written(["bread ", "milk ", "eggs "]);
  expect(coversDocument(doc, vectorOf(updates), [])).toBe(true);
  expect(coversDocument(doc, vectorOf(updates.slice(0, 1)), updates.slice(1))).toBe(true);
  expect(coversDocument(doc, vectorOf(updates.slice(0, 1)), updates)).toBe(true);
  expect(coversDocument(doc, vectorOf(updates.slice(0, 1)), [])).toBe(false);
  expect(coversDocument(doc, vectorOf(updates.slice(0, 1)), updates.slice(2))).toBe(false);
  expect(coversDocument(doc, Uint8Array.of(9), [])).toBe(false);
});

test("the first update of a document is given back in V1, whole, also where it waits for something it lacks", () => {
  const author = new Y.Doc();
  author.getText("text").insert(0, "one ");
  const vector = Y.encodeStateVector(author);
  author.getText("text").insert(0, "two ");
  author.getText("text").delete(0, 1);
  for (const update of [Y.encodeStateAsUpdateV2(author), Y.encodeStateAsUpdateV2(author, vector)]) {
    const doc = new Y.Doc();
    const { structs, ds } = Y.decodeUpdate(applyFirst(doc, update, "somebody"));
    const expected = Y.decodeUpdate(Y.convertUpdateFormatV2ToV1(update));
    expect(structs.map(({ id, length }) => [id, length])).toEqual(
      expected.structs.map(({ id, length }) => [id, length]),
    );
    expect(ds).toEqual(expected.ds);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(author));
    expect(doc.getText("text").toJSON()).toBe("wo one ");
  }
});
