import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { joinUpdates } from "./join-updates.ts";
import { edit, edits } from "./testing/random-edits.ts";

/** Documents that edit letter by letter and now and then hear of each other, and every update they emitted. */
const histories = fc
  .tuple(
    fc.array(edits, { minLength: 2, maxLength: 3 }),
    fc.boolean(),
    fc.array(fc.nat(40), { maxLength: 8 }),
    fc.nat(),
  )
  .map(([lists, gc, syncs, seed]) => {
    const updates: Uint8Array[] = [];
    const docs = lists.map((_, index) => {
      const doc = new Y.Doc({ gc });
      doc.clientID = 1_000 + index * 77;
      doc.on("update", (update: Uint8Array, origin) => origin !== "sync" && updates.push(update));
      return doc;
    });
    for (let round = 0; round < 40; round++) {
      for (const [index, doc] of docs.entries()) {
        const next = lists[index]![round];
        if (next !== undefined) edit(doc, next);
        const text = doc.getText("typed");
        const isRunOn = (round + seed) % 5 > 0;
        text.insert(isRunOn ? Math.min(text.length, round) : (seed + round) % (text.length + 1), "é🍀x"[round % 3]!);
        if ((round + seed) % 7 === 0) text.delete(round % text.length, 1);
      }
      if (!syncs.includes(round)) continue;
      for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from), "sync");
    }
    return updates;
  });

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

/** Everything there is in a document, and what waits in it. */
const stateOf = (doc: Y.Doc): readonly unknown[] => [
  Buffer.from(Y.encodeStateAsUpdate(doc)).toString("hex"),
  doc.store.pendingStructs,
];

test("what was joined makes the same document, whatever of it was there before, in whatever order it comes", () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 60 }), fc.nat(), (updates, size, seed) => {
      const joined: Uint8Array[] = [];
      for (let at = 0; at < updates.length; at += size) joined.push(...joinUpdates(updates.slice(at, at + size)));
      expect(bytesOf(joined)).toBeLessThanOrEqual(bytesOf(updates));
      const expected = stateOf(docOf(updates));
      expect(stateOf(docOf(joined))).toEqual(expected);
      expect(stateOf(docOf(joined.toReversed()))).toEqual(expected);
      const some = updates.filter((_, index) => (index * 31 + seed) % 3 > 0);
      expect(stateOf(docOf([...some, ...joined]))).toEqual(expected);
      // What is missing from it is missing still, and what is in it twice does no harm.
      const holed = updates.filter((_, index) => (index + seed) % 4 > 0);
      expect(Y.encodeStateVector(docOf(joinUpdates(holed)))).toEqual(Y.encodeStateVector(docOf(holed)));
      expect(stateOf(docOf([...joinUpdates(holed), ...updates]))).toEqual(expected);
      expect(stateOf(docOf(joinUpdates([...holed, ...updates])))).toEqual(expected);
      expect(stateOf(docOf(joinUpdates([Y.mergeUpdates(holed), ...updates])))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("a sentence typed letter by letter is one item, through the letters of others, and takes what Yjs would write", () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  for (const letter of "A whole sentence, typed.") text.insert(text.length, letter);
  expect(joinUpdates(updates)).toEqual([Y.encodeStateAsUpdate(doc)]);
});

test("updates of many people who go on where they stopped are one, with all that they deleted", () => {
  const docs = [7, 300, 70_000].map((clientID) => Object.assign(new Y.Doc(), { clientID }));
  const updates: Uint8Array[] = [];
  for (const doc of docs) doc.on("update", (update: Uint8Array) => updates.push(update));
  for (const letter of "words") for (const doc of docs) doc.getText("text").insert(0, letter);
  for (const doc of docs) doc.getText("text").delete(1, 2);
  const joined = joinUpdates(updates);
  expect(joined).toHaveLength(1);
  expect(stateOf(docOf(joined))).toEqual(stateOf(docOf(updates)));
});

test("a client that begins anew, or leaves a hole, begins another update", () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (const letter of "abcd") doc.getText("text").insert(0, letter);
  const [a, b, c, d] = updates as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  expect(joinUpdates([a, c, d])).toHaveLength(2);
  expect(joinUpdates([a, b, b, c])).toHaveLength(2);
  const holed = Y.mergeUpdates([a, c]);
  expect(joinUpdates([a, holed, b])).toEqual([a, holed, b]);
});

test("an update that cannot be read, or is long, is given back as it is, in its place", () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (const words of ["a", "b", "long ".repeat(5_000), "c", "d"]) doc.getText("text").insert(0, words);
  const [a, b, long, c, d] = updates as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const joined = joinUpdates(updates);
  expect(joined).toHaveLength(3);
  expect(joined[1]).toBe(long);
  expect(stateOf(docOf(joined))).toEqual(stateOf(docOf(updates)));
  for (let length = 0; length < a.length - 1; length++) {
    const cut = a.subarray(0, length);
    expect(joinUpdates([cut])[0]).toBe(cut);
    expect(joinUpdates([a, b, cut, c, d])).toEqual([...joinUpdates([a, b]), cut, ...joinUpdates([c, d])]);
  }
});

const bytesOf = (updates: readonly Uint8Array[]): number => updates.reduce((sum, { length }) => sum + length, 0);
