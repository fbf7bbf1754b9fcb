import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { joinText } from "./join-text.ts";
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
      for (let at = 0; at < updates.length; at += size) {
        const merged = Y.mergeUpdates(updates.slice(at, at + size));
        joined.push(joinText(merged));
        expect(joined.at(-1)!.length).toBeLessThanOrEqual(merged.length);
      }
      const expected = stateOf(docOf(updates));
      expect(stateOf(docOf(joined))).toEqual(expected);
      expect(stateOf(docOf(joined.toReversed()))).toEqual(expected);
      const some = updates.filter((_, index) => (index * 31 + seed) % 3 > 0);
      expect(stateOf(docOf([...some, ...joined]))).toEqual(expected);
      // A hole in it is a hole still.
      const holed = Y.mergeUpdates(updates.filter((_, index) => (index + seed) % 4 > 0));
      expect(stateOf(docOf([joinText(holed), ...updates]))).toEqual(expected);
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
  const joined = joinText(Y.mergeUpdates(updates));
  expect(joined).toEqual(Y.encodeStateAsUpdate(doc));
});

test("an update that cannot be read is given back as it is", () => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "words");
  const update = Y.encodeStateAsUpdate(doc);
  for (let length = 0; length < update.length - 2; length++) {
    const cut = update.subarray(0, length);
    expect(joinText(cut)).toBe(cut);
  }
});
