import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { LogRow, Principal } from "@sheaf/room";
import { decodeSegment, encodeSegment } from "./segment.ts";

const rows: fc.Arbitrary<readonly LogRow[]> = fc
  .tuple(
    fc.nat(1e9),
    fc.array(
      fc.record({
        principal: fc.string({ maxLength: 20 }),
        time: fc.maxSafeNat().map((time) => time % 2 ** 50),
        base: fc.nat(1e9),
        schemaVersion: fc.nat(40),
        update: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 100, maxLength: 3_000 })),
      }),
      { minLength: 1, maxLength: 60 },
    ),
  )
  .map(([before, list]) =>
    list.map((row, index) => ({ ...row, principal: row.principal as Principal, seq: before + index + 1 })),
  );

test("whatever rows are packed come back byte for byte, with who, when, base and schema", () => {
  fc.assert(
    fc.property(rows, (rows) => {
      expect(decodeSegment(encodeSegment(rows))?.map(plain)).toEqual(rows.map(plain));
    }),
  );
});

test("keystrokes of three people who take turns come back, in at most 5 bytes each", () => {
  const rows = typing([11, 222_222, 4_000_000_001], 1_000);
  const packed = encodeSegment(rows);
  expect(decodeSegment(packed)?.map(plain)).toEqual(rows.map(plain));
  expect(packed.length).toBeLessThan(5_000);
});

test("keystrokes of one person take at most 4 bytes each", () => {
  expect(encodeSegment(typing([4_000_000_001], 1_000)).length).toBeLessThan(4_000);
});

test("a row of 4 MB comes back", () => {
  const update = Uint8Array.from({ length: 4 * 1024 * 1024 }, (_, index) => (index * index) >> 3);
  const row = { seq: 7, principal: "p" as Principal, time: 5, base: 6, schemaVersion: 1, update };
  const [read] = decodeSegment(encodeSegment([row]))!;
  expect(Buffer.compare(read!.update, update)).toBe(0);
});

test("what is no segment is refused, however it came about", () => {
  const bytes = encodeSegment(typing([11], 50));
  for (let length = 0; length < bytes.length; length += 7) {
    expect(decodeSegment(bytes.subarray(0, length))).toBeUndefined();
  }
  expect(decodeSegment(Uint8Array.of(1, 2, 3))).toBeUndefined();
});

/** A row for each keystroke, the people in turns of three. */
function typing(clients: readonly number[], count: number): LogRow[] {
  const rows: LogRow[] = [];
  const docs = clients.map((client) => {
    const doc = new Y.Doc();
    doc.clientID = client;
    return doc;
  });
  let time = 1_790_000_000_000;
  for (let seq = 1; seq <= count; seq++) {
    const who = Math.floor(seq / 3) % docs.length;
    const doc = docs[who]!;
    doc.once("update", (update: Uint8Array) => {
      rows.push({ seq, principal: `person ${who}` as Principal, time, base: seq - 1, schemaVersion: 1, update });
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update);
    });
    doc.getText("text").insert(doc.getText("text").length, "etaoin shrdlu"[(seq * 7) % 13]!);
    time += 90 + ((seq * 7_919) % 120);
  }
  return rows;
}

const plain = (row: LogRow) => ({ ...row, update: Array.from(row.update) });
