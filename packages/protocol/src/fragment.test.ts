import { expect, test } from "vitest";
import { decodeDown, type DownFrame, encodeDown } from "./down.ts";
import { Assembly, fragment } from "./fragment.ts";
import { MAX_FRAME_BYTES, MAX_SNAPSHOT_BYTES } from "./limits.ts";

type Fragment = Extract<DownFrame, { kind: "fragment" }>;

function pieces(frames: readonly Uint8Array[]): Fragment[] {
  return frames.map((bytes) => {
    const decoded = decodeDown(bytes);
    if (!decoded.ok || decoded.value.kind !== "fragment") throw new Error("not a fragment");
    return decoded.value;
  });
}

const updateOf = (length: number): Uint8Array =>
  encodeDown({
    kind: "update",
    channel: 0,
    seq: 7,
    base: 0,
    update: Uint8Array.from({ length }, (_, index) => (index * 7) & 255),
  });

test("[W39] a frame that fits one message is sent as it is", () => {
  const frame = updateOf(1000);
  expect(fragment(frame)).toEqual([frame]);
});

test("[W39] a longer one arrives whole, and no piece is longer than a message", () => {
  const frame = updateOf(2 * MAX_FRAME_BYTES + 5);
  const cut = fragment(frame);
  expect(cut).toHaveLength(3);
  for (const { length } of cut) expect(length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  const assembly = new Assembly();
  const results = pieces(cut).map((piece) => assembly.add(piece));
  expect(results.slice(0, 2)).toEqual([undefined, undefined]);
  expect(Buffer.compare(results[2] as Uint8Array, frame)).toBe(0);
});

test("[W39] an assembly can be used again, and keeps nothing of a read buffer", () => {
  const assembly = new Assembly();
  const buffer = Uint8Array.of(1, 2);
  assembly.add({ kind: "fragment", left: 1, bytes: buffer });
  buffer.fill(9);
  expect(assembly.add({ kind: "fragment", left: 0, bytes: buffer })).toEqual(Uint8Array.of(1, 2, 9, 9));
  expect(assembly.add({ kind: "fragment", left: 0, bytes: buffer })).toEqual(buffer);
});

test("[W39] [MAX_SNAPSHOT_BYTES] pieces that do not follow one another, or are too many, are refused", () => {
  const skipping = new Assembly();
  skipping.add({ kind: "fragment", left: 3, bytes: new Uint8Array(1) });
  expect(skipping.add({ kind: "fragment", left: 1, bytes: new Uint8Array(1) })).toBe(false);

  const endless = new Assembly();
  const bytes = new Uint8Array(MAX_SNAPSHOT_BYTES / 4);
  for (const left of [9, 8, 7, 6]) expect(endless.add({ kind: "fragment", left, bytes })).toBeUndefined();
  expect(endless.add({ kind: "fragment", left: 5, bytes: new Uint8Array(1) })).toBe(false);
});
