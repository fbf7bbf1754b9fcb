import { expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { encodeSegment } from "../packed/segment.ts";
import { decodeSnapshot } from "../packed/snapshot.ts";
import { stateOf, Typist } from "../testing/typist.ts";
import type { Piece } from "./job.ts";
import { perform } from "./perform.ts";

const ann = new Typist("a" as DocumentId);
const rows = ann.type(400).map((row, index) => ({ ...row, seq: index + 1 }));
const segment = (first: number, last: number): Extract<Piece, { kind: "segment" }> => {
  return { kind: "segment", bytes: encodeSegment(rows.slice(first - 1, last)), first, last };
};
const after = (seq: number): unknown => stateOf(rows.slice(0, seq).map(({ update }) => update));

function stateAfter(...pieces: readonly Piece[]): unknown {
  const outcome = perform({ kind: "state", pieces });
  if (outcome.kind !== "state") throw new Error(outcome.kind);
  return stateOf([outcome.update]);
}

function squash(before: readonly Piece[], groups: readonly (readonly Piece[])[]): readonly Piece[] {
  const outcome = perform({ kind: "squash", before, groups });
  if (outcome.kind !== "squashed") throw new Error(outcome.kind);
  return outcome.ranges.map((bytes) => ({ kind: "range", bytes }));
}

test("ranges make the same document as the rows they are of, and ranges of ranges too", () => {
  const small = squash([], [[segment(1, 100)], [segment(101, 200)], [segment(201, 300)], [segment(301, 400)]]);
  for (const count of [1, 2, 3, 4]) expect(stateAfter(...small.slice(0, count))).toEqual(after(count * 100));
  const [low, high] = squash([], [small.slice(0, 2), small.slice(2)]);
  expect(stateAfter(low!, high!)).toEqual(after(400));
  expect(stateAfter(low!, segment(201, 250))).toEqual(after(250));
});

test("a range says only what is new, deletions included", () => {
  const [whole] = squash([], [[segment(1, 400)]]);
  const [last] = squash([segment(1, 390)], [[segment(391, 400)]]);
  expect(last!.bytes.length).toBeLessThan(whole!.bytes.length / 4);
});

test("a group that something waits in, or before, is not squashed", () => {
  const gap: Piece = { kind: "segment", bytes: encodeSegment(rowsOf("abc").slice(2)), first: 3, last: 3 };
  const [one, two] = squash([], [[gap], [segment(1, 10)]]);
  expect([one!.bytes.length, two!.bytes.length]).toEqual([0, 0]);
});

test("a snapshot over a snapshot is as one of all rows", () => {
  const first = perform({ kind: "compact", snapshot: undefined, rows: [segment(1, 200)] });
  if (first.kind !== "compacted") throw new Error(first.kind);
  const second = perform({ kind: "compact", snapshot: first.bytes, rows: [segment(201, 400)] });
  const atOnce = perform({ kind: "compact", snapshot: undefined, rows: [segment(1, 400)] });
  if (second.kind !== "compacted" || atOnce.kind !== "compacted") throw new Error(second.kind);
  const [a, b] = [second, atOnce].map(({ bytes }) => decodeSnapshot(bytes)!);
  expect([a!.seq, a!.summary]).toEqual([400, b!.summary]);
  expect(stateOf([a!.update])).toEqual(after(400));
});

test("nothing is made of rows that do not follow the snapshot", () => {
  const first = perform({ kind: "compact", snapshot: undefined, rows: [segment(1, 200)] });
  if (first.kind !== "compacted") throw new Error(first.kind);
  expect(perform({ kind: "compact", snapshot: first.bytes, rows: [segment(301, 400)] })).toMatchObject({
    kind: "waits",
  });
});

test("what cannot be unpacked fails the job, and says so", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const segment: Piece = { kind: "segment", bytes, first: 1, last: 2 };
  expect(perform({ kind: "compact", snapshot: bytes, rows: [] })).toMatchObject({ kind: "failed" });
  expect(perform({ kind: "state", pieces: [segment] })).toMatchObject({ kind: "failed" });
  expect(perform({ kind: "squash", before: [], groups: [[{ kind: "range", bytes }]] })).toMatchObject({
    kind: "failed",
  });
});

function rowsOf(words: string) {
  return new Typist("b" as DocumentId, 9).write(words).map((row, index) => ({ ...row, seq: index + 1 }));
}
