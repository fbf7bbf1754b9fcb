import * as encoding from "lib0/encoding";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { MAX_RUN } from "./content.ts";
import { edit, edits } from "./testing/random-edits.ts";
import { MAX_VALUE_DEPTH } from "./text.ts";
import { type Link, MAX_CLOCK, walkUpdate } from "./walker.ts";

/** Runs and delete set by Yjs' own decoder. */
function byYjs(update: Uint8Array) {
  const { structs, ds } = Y.decodeUpdate(update);
  const runs: { client: number; from: number; to: number }[] = [];
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue;
    const { client, clock } = struct.id;
    const last = runs.at(-1);
    if (last?.client === client && last.to === clock) last.to += struct.length;
    else runs.push({ client, from: clock, to: clock + struct.length });
  }
  const deletions = Array.from(ds.clients, ([client, items]) => ({
    client,
    ranges: items.flatMap(({ clock, len }: { clock: number; len: number }) => [clock, clock + len]),
  }));
  return { runs, deletions, structs: structs.filter((struct) => !(struct instanceof Y.Skip)) };
}

function expectAsYjs(update: Uint8Array): void {
  const expected = byYjs(update);
  const links: Link[] = [];
  const walk = walkUpdate(update, links);
  expect(walk).toBeDefined();
  expect(walk!.runs).toEqual(expected.runs);
  expect(walk!.deletions).toEqual(expected.deletions);
  expect(walk!.structs).toBe(expected.structs.length);
  expect(links.map(({ client, from, to }) => [client, from, to])).toEqual(
    expected.structs.map(({ id, length }) => [id.client, id.clock, id.clock + length]),
  );
  // From there on only deletions: read alone, after "no structs", they are an update of their own.
  const deletions = Uint8Array.of(0, ...update.subarray(walk!.deleteSetStart));
  expect(walkUpdate(deletions)?.deletions).toEqual(expected.deletions);
  const dependencies = new Map<number, number>();
  for (const struct of expected.structs) {
    if (!(struct instanceof Y.Item)) continue;
    for (const id of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (!(id instanceof Y.ID) || id.client === struct.id.client) continue;
      dependencies.set(id.client, Math.max(dependencies.get(id.client) ?? 0, id.clock + 1));
    }
  }
  expect(walk!.dependencies).toEqual(dependencies);
}

/** Two or three documents that edit and now and then sync, with every update any of them emitted. */
const histories = fc
  .tuple(fc.array(edits, { minLength: 2, maxLength: 3 }), fc.boolean(), fc.array(fc.nat(100), { maxLength: 6 }))
  .map(([lists, gc, syncs]) => {
    const docs = lists.map((_, index) => {
      const doc = new Y.Doc({ gc });
      doc.clientID = 1000 + index * 77;
      return doc;
    });
    const updates: Uint8Array[] = [];
    for (const doc of docs) doc.on("update", (update: Uint8Array) => updates.push(update));
    for (let round = 0; round < 12; round++) {
      for (const [index, list] of lists.entries()) {
        const next = list[round];
        if (next !== undefined) edit(docs[index]!, next);
      }
      if (!syncs.includes(round)) continue;
      for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
    }
    return { docs, updates };
  });

describe("what Yjs writes is read as Yjs reads it", () => {
  test("[R1] live updates, whole states, diffs, and merges with holes", () => {
    fc.assert(
      fc.property(histories, fc.nat(), ({ docs, updates }, seed) => {
        for (const update of updates) expectAsYjs(update);
        for (const doc of docs) expectAsYjs(Y.encodeStateAsUpdate(doc));
        const [first, second] = docs;
        expectAsYjs(Y.encodeStateAsUpdate(first!, Y.encodeStateVector(second!)));
        // Every third update is left out, so that merging has to write Skips.
        const holed = updates.filter((_, index) => (index + seed) % 3 > 0);
        if (holed.length > 0) {
          const merged = Y.mergeUpdates(holed);
          expectAsYjs(merged);
          expectAsYjs(Y.diffUpdate(merged, Y.encodeStateVector(second!)));
        }
      }),
      { numRuns: 150 },
    );
  });

  test("[R7] a string counts as many clocks as it has UTF-16 units, byte order marks included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (string) => {
        const doc = new Y.Doc();
        doc.getText().insert(0, `\uFEFF${string}`);
        const update = Y.encodeStateAsUpdate(doc);
        expect(walkUpdate(update)?.runs[0]?.to).toBe(string.length + 1);
      }),
    );
  });
});

describe("what Yjs would throw on, or never writes, is refused", () => {
  const doc = new Y.Doc();
  doc.clientID = 5;
  doc.getText("t").insert(0, "héllo 🍀");
  doc.getText("t").format(0, 3, { bold: true });
  doc.getText("t").delete(1, 2);
  doc.getMap("m").set("k", { deep: [1, 2n, "x", new Uint8Array(3)] });
  doc.getArray("a").insert(0, [new Y.XmlElement("p"), new Y.Doc()]);
  const whole = Y.encodeStateAsUpdate(doc);

  test("[R1] every truncation, and every byte too many (traps 3 and 24)", () => {
    for (let length = 0; length < whole.length; length++) expect(walkUpdate(whole.subarray(0, length))).toBeUndefined();
    expect(walkUpdate(Uint8Array.of(...whole, 0))).toBeUndefined();
  });

  test("[R1] no change of bytes makes it throw, and what it lets through Yjs can apply", () => {
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        ({ docs }, changes) => {
          const update = Y.encodeStateAsUpdate(docs[0]!);
          for (const [at, byte] of changes) update[at % update.length] = byte;
          const walk = walkUpdate(update);
          if (walk === undefined || walk.runs.some(({ to }) => to > 2 ** 31)) return;
          expect(walk.runs).toEqual(byYjs(update).runs);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("[R2] one client in two sections (trap 5)", () => {
    expect(walkUpdate(bytes(2, ...deleted(5, 0, 1), ...deleted(6, 0, 1), 0))).toBeDefined();
    expect(walkUpdate(bytes(2, ...deleted(5, 0, 1), ...deleted(5, 1, 1), 0))).toBeUndefined();
    expect(walkUpdate(bytes(3, ...deleted(5, 0, 1), ...deleted(6, 0, 1), ...deleted(5, 9, 1), 0))).toBeUndefined();
  });

  test("[R2] one client twice in the delete set", () => {
    expect(walkUpdate(bytes(0, 2, 5, 1, 0, 1, 6, 1, 0, 1))).toBeDefined();
    expect(walkUpdate(bytes(0, 2, 5, 1, 0, 1, 5, 1, 4, 1))).toBeUndefined();
  });

  test("[R13] deleted ranges out of order or overlapping, which Yjs never writes but others may, are put in order", () => {
    const walk = walkUpdate(bytes(0, 1, 5, 4, 9, 2, 0, 3, 2, 2, 4, 1));
    expect(walk?.deletions).toEqual([{ client: 5, ranges: [0, 5, 9, 11] }]);
  });

  test("[R3] a section without structs, one of Skips only, and structs of length 0 (trap 6)", () => {
    expect(walkUpdate(bytes(1, 0, 5, 77, 0))).toBeUndefined();
    expect(walkUpdate(bytes(1, 1, 5, 0, SKIP, 9, 0))).toBeUndefined();
    expect(walkUpdate(bytes(1, 1, 5, 0, GC, 0, 0))).toBeUndefined();
    expect(walkUpdate(bytes(1, 1, 5, 0, 4, 1, 1, 0x74, 0, 0))).toBeUndefined();
    expect(walkUpdate(bytes(0, 1, 5, 1, 3, 0))).toBeUndefined();
  });

  test("[R4] [MAX_RUN] [MAX_CLOCK] runs and clocks past the caps (trap 7)", () => {
    expect(walkUpdate(bytes(1, 1, 5, 0, GC, MAX_RUN, 0))).toBeDefined();
    for (const kind of [GC, SKIP]) expect(walkUpdate(bytes(1, 2, 5, 0, GC, 1, kind, MAX_RUN + 1, 0))).toBeUndefined();
    expect(walkUpdate(bytes(...deletedUpdate(MAX_RUN + 1)))).toBeUndefined();
    expect(walkUpdate(bytes(1, 1, 5, MAX_CLOCK, GC, 1, 0))).toBeUndefined();
    expect(walkUpdate(bytes(1, 1, 5, MAX_CLOCK - 1, GC, 1, 0))).toBeDefined();
    expect(walkUpdate(bytes(0, 1, 5, 1, MAX_CLOCK, 1))).toBeUndefined();
    expect(walkUpdate(bytes(0, 1, 5, 1, MAX_CLOCK - 1, 1))).toBeDefined();
  });

  test("[R5] a Skip ends a run, and what follows it is another", () => {
    const walk = walkUpdate(bytes(1, 3, 5, 2, GC, 3, SKIP, 4, GC, 1, 0));
    expect(walk).toMatchObject({
      runs: [
        { client: 5, from: 2, to: 5 },
        { client: 5, from: 9, to: 10 },
      ],
      hasSkips: true,
    });
  });

  test("[R6] a struct that points at its own client's future, which makes Yjs throw while it integrates", () => {
    const item = (originClock: number) => bytes(1, 1, 5, 3, 0x84, 5, originClock, 1, 0x61, 0);
    expect(walkUpdate(item(2))).toBeDefined();
    expect(walkUpdate(item(3))).toBeUndefined();
  });

  test.each([
    ["V1 bomb of structs", [1, 2 ** 40, 5, 0]],
    ["sections", [2 ** 50]],
    ["values", [1, 1, 5, 0, 8, 1, 1, 0x74, 2 ** 40]],
    ["JSON values", [1, 1, 5, 0, 2, 1, 1, 0x74, 2 ** 40]],
    ["a string", [1, 1, 5, 0, 4, 1, 1, 0x74, 2 ** 40]],
    ["clients of a delete set", [0, 2 ** 50]],
    ["ranges of a delete set", [0, 1, 5, 2 ** 50]],
    ["keys of an object", [1, 1, 5, 0, 8, 1, 1, 0x74, 1, 118, 2 ** 40]],
    ["elements of an array", [1, 1, 5, 0, 8, 1, 1, 0x74, 1, 117, 2 ** 40]],
  ])("[R8] a count that lies costs nothing: %s", (_, values) => {
    const bomb = bytes(...values);
    expect(bomb.length).toBeLessThan(24);
    // Whoever believed it would never come back.
    expect(walkUpdate(bomb)).toBeUndefined();
  });

  test.each([
    ["a stray continuation byte", [0x80]],
    ["an overlong form", [0xc0, 0x80]],
    ["an overlong three-byte form", [0xe0, 0x80, 0x80]],
    ["half a surrogate pair", [0xed, 0xa0, 0x80]],
    ["a code point past the last", [0xf4, 0x90, 0x80, 0x80]],
    ["a cut sequence", [0xf0, 0x9f, 0x8d]],
    ["five bytes", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ])("[R7] text that is not UTF-8: %s", (_, text) => {
    expect(walkUpdate(bytes(1, 1, 5, 0, 4, 1, 1, 0x74, text.length, ...text, 0))).toBeUndefined();
  });

  test("[R7] values of unknown kinds, JSON that is none, options of a subdocument that are none", () => {
    const value = (kind: number, ...content: number[]) =>
      walkUpdate(bytes(1, 1, 5, 0, kind, 1, 1, 0x74, ...content, 0));
    const text = (string: string) => [string.length, ...Buffer.from(string)];
    expect(value(8, 1, 126)).toBeDefined();
    for (const any of [0, 115, 128, 255]) expect(value(8, 1, any)).toBeUndefined();
    expect(value(5, ...text("{}"))).toBeDefined();
    expect(value(5, ...text("{"))).toBeUndefined();
    expect(value(2, 1, ...text("undefined"))).toBeDefined();
    expect(value(5, ...text("undefined"))).toBeUndefined();
    expect(value(9, ...text("guid"), 118, 0)).toBeDefined();
    expect(value(9, ...text("guid"), 126)).toBeUndefined();
    for (const kind of [0b0000_1011, 0b0001_1111, 0b0010_1010]) expect(value(kind, 1)).toBeUndefined();
    expect(value(7, 6)).toBeDefined();
    expect(value(7, 7)).toBeUndefined();
  });

  test("[R7] [MAX_VALUE_DEPTH] values nested deeper than a stack is safe for", () => {
    const nested = (depth: number) => [...Array.from({ length: depth }, () => [117, 1]).flat(), 126];
    const any = (depth: number) => walkUpdate(bytes(1, 1, 5, 0, 8, 1, 1, 0x74, 1, ...nested(depth), 0));
    expect(any(MAX_VALUE_DEPTH)).toBeDefined();
    expect(any(MAX_VALUE_DEPTH + 1)).toBeUndefined();
    expect(any(20_000)).toBeUndefined();
    const json = (depth: number) => {
      const text = Buffer.from("[".repeat(depth) + "]".repeat(depth));
      return walkUpdate(bytes(1, 1, 5, 0, 5, 1, 1, 0x74, text.length, ...text, 0));
    };
    expect(json(MAX_VALUE_DEPTH)).toBeDefined();
    expect(json(MAX_VALUE_DEPTH + 1)).toBeUndefined();
    expect(json(20_000)).toBeUndefined();
  });
});

const GC = 0;
const SKIP = 10;

/** A section of one GC struct. */
const deleted = (client: number, clock: number, length: number): number[] => [1, client, clock, GC, length];
/** An update of one deleted item below the root type "t". */
const deletedUpdate = (length: number): number[] => [1, 1, 5, 0, 1, 1, 1, 0x74, length, 0];

/** Bytes as they are; whatever does not fit in one, as a varUint. */
function bytes(...numbers: number[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const number of numbers) {
    if (number < 256) encoding.writeUint8(encoder, number);
    else encoding.writeVarUint(encoder, number);
  }
  return encoding.toUint8Array(encoder);
}
