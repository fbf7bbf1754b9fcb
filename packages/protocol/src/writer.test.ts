import * as encoding from "lib0/encoding";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

const field = fc.oneof(
  fc.record({ kind: fc.constant("uint" as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 3_000 }) }),
  fc.record({ kind: fc.constant("string" as const), value: fc.string({ unit: "binary", maxLength: 300 }) }),
);

test("[W3] whatever is written is what lib0 writes, and is read back", () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
      const writer = Writer.begin();
      const theirs = encoding.createEncoder();
      for (const { kind, value } of fields) {
        if (kind === "uint") {
          writer.varUint(value);
          encoding.writeVarUint(theirs, value);
        } else if (kind === "bytes") {
          writer.varBytes(value);
          encoding.writeVarUint8Array(theirs, value);
        } else {
          writer.varString(value);
          encoding.writeVarString(theirs, value);
        }
      }
      const written = writer.finish();
      expect(written).toEqual(encoding.toUint8Array(theirs));
      const reader = new Reader(written);
      for (const { kind, value } of fields) {
        if (kind === "uint") expect(reader.varUint()).toBe(value);
        else if (kind === "bytes") expect(reader.varBytes(3_000)).toEqual(value);
        else expect(reader.varString(2_000)).toBe(value);
      }
      expect(reader.complete).toBe(true);
    }),
  );
});

test("[W3] writers that are open at once do not meet, and what one has finished stays", () => {
  const [one, two] = [Writer.begin(), Writer.begin()];
  one.varUint(1);
  two.varUint(2);
  const first = one.finish();
  const third = Writer.begin();
  third.varUint(3);
  expect([first, two.finish(), third.finish()].map(([byte]) => byte)).toEqual([1, 2, 3]);
});
