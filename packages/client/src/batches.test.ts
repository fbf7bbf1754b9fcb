import { expect, test } from "vitest";
import * as Y from "yjs";
import { Batches, MAX_IN_FLIGHT } from "./batches.ts";

const LIMIT = 1_000_000;

/** A document whose edits come out as updates. */
function typist(): {
  readonly doc: Y.Doc;
  readonly type: (words: string) => Uint8Array;
  readonly erase: (length: number) => Uint8Array;
} {
  const doc = new Y.Doc();
  const text = doc.getText("text");
  const edit = (change: () => void): Uint8Array => {
    const vector = Y.encodeStateVector(doc);
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array): void => void updates.push(update);
    doc.on("update", keep);
    change();
    doc.off("update", keep);
    return updates[0] ?? Y.encodeStateAsUpdate(doc, vector);
  };
  return {
    doc,
    type: (words) => edit(() => text.insert(text.length, words)),
    erase: (length) => edit(() => text.delete(0, length)),
  };
}

function takeAll(batches: Batches, limit = LIMIT): number[] {
  const numbers: number[] = [];
  for (let batch = batches.take(limit); batch !== undefined; batch = batches.take(limit)) numbers.push(batch.number);
  return numbers;
}

function textOf(...updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText("text").toJSON();
}

test("edits that nobody has sent yet gather in one batch", () => {
  const { type } = typist();
  const batches = new Batches();
  batches.enqueue(type("a"), 5, 0);
  batches.enqueue(type("b"), 5, 10);
  expect(batches.changes).toBe(2);
  expect(batches.oldest).toBe(0);
  const batch = batches.take(LIMIT);
  expect(batch).toMatchObject({ number: 1, base: 5 });
  expect(textOf(batch!.update)).toBe("ab");
  expect(batches.take(LIMIT)).toBeUndefined();
});

test("edits of different bases never share a batch", () => {
  const { type } = typist();
  const batches = new Batches();
  batches.enqueue(type("a"), 5, 0);
  batches.enqueue(type("b"), 6, 0);
  expect([batches.take(LIMIT)?.base, batches.take(LIMIT)?.base]).toEqual([5, 6]);
});

test("a sent batch keeps number, base and bytes however often it is sent", () => {
  const { type } = typist();
  const batches = new Batches();
  batches.enqueue(type("a"), 1, 0);
  batches.enqueue(type("b"), 1, 0);
  const first = batches.take(LIMIT);
  batches.enqueue(type("c"), 1, 0);
  batches.rewind();
  expect(batches.take(LIMIT)).toEqual(first);
  expect(batches.take(LIMIT)?.number).toBe(2);
});

test("an ack removes its batch and no other", () => {
  const { type } = typist();
  const batches = new Batches();
  for (const base of [1, 2, 3]) batches.enqueue(type("x"), base, base * 10);
  takeAll(batches);
  expect(batches.ack(2)).toBe(true);
  expect(batches.ack(2)).toBe(false);
  expect(batches.changes).toBe(2);
  batches.rewind();
  expect(takeAll(batches)).toEqual([1, 3]);
});

test("when many are unanswered, the rest gather until one is", () => {
  const { type } = typist();
  const batches = new Batches();
  for (let i = 0; i < MAX_IN_FLIGHT; i++) {
    batches.enqueue(type("x"), 0, i);
    expect(batches.take(LIMIT)?.number).toBe(i + 1);
  }
  for (let i = 0; i < 200; i++) batches.enqueue(type("y"), 0, 100 + i);
  expect(batches.take(LIMIT)).toBeUndefined();
  batches.ack(1);
  const gathered = batches.take(LIMIT);
  expect(gathered?.number).toBe(MAX_IN_FLIGHT + 1);
  expect(batches.take(LIMIT)).toBeUndefined();
  expect(batches.changes).toBe(MAX_IN_FLIGHT - 1 + 200);
});

test("ten thousand edits made offline become few batches that hold every word", () => {
  const { doc, type } = typist();
  const batches = new Batches();
  for (let i = 0; i < 10_000; i++) batches.enqueue(type(`${i} `), 0, i);
  const updates: Uint8Array[] = [];
  for (let batch = batches.take(LIMIT); batch !== undefined; batch = batches.take(LIMIT)) updates.push(batch.update);
  expect(updates.length).toBeLessThan(5);
  expect(textOf(...updates)).toBe(doc.getText("text").toJSON());
});

test("an edit larger than the server accepts is kept and holds up what builds on it", () => {
  const { type } = typist();
  const batches = new Batches();
  batches.enqueue(type("small"), 0, 0);
  batches.enqueue(type("L".repeat(5000)), 1, 0);
  batches.enqueue(type("after"), 2, 0);
  expect(takeAll(batches, 1000)).toEqual([1]);
  expect(batches.refused).toMatchObject([{ number: 2, code: "tooLarge", changes: 1 }]);
  expect(batches.isBlocked).toBe(true);
  expect(batches.changes).toBe(2);
});

test("a refused deletion holds nothing up", () => {
  const { type, erase } = typist();
  const batches = new Batches();
  batches.enqueue(type("abc"), 0, 0);
  batches.enqueue(erase(1), 1, 0);
  batches.enqueue(type("d"), 2, 0);
  batches.take(LIMIT);
  expect(batches.refuse(2, { code: "malformed", reason: "" })).toBe(true);
  expect(batches.isBlocked).toBe(false);
  expect(takeAll(batches)).toEqual([3]);
});

test("what was refused to a reader comes back in its place when the reader may write", () => {
  const { type } = typist();
  const batches = new Batches();
  for (const base of [1, 2, 3]) batches.enqueue(type("x"), base, 0);
  takeAll(batches);
  batches.refuse(2, { code: "readOnly", reason: "" });
  batches.rewind();
  batches.readmit("readOnly", () => true);
  expect(batches.refused).toEqual([]);
  expect(takeAll(batches)).toEqual([1, 2, 3]);
});

test("a superseding batch takes over the count, the age and the oldest base of all it holds", () => {
  const { doc, type } = typist();
  const batches = new Batches();
  for (const base of [1, 2, 3]) batches.enqueue(type("x"), base, base * 10);
  takeAll(batches);
  batches.supersede(Y.encodeStateAsUpdate(doc), 9, 500);
  expect([batches.changes, batches.oldest]).toEqual([3, 10]);
  expect(batches.ack(1)).toBe(false);
  expect(batches.take(LIMIT)).toMatchObject({ number: 4, base: 1 });
  expect(batches.ack(4)).toBe(true);
  expect([batches.changes, batches.oldest]).toEqual([0, undefined]);
});
