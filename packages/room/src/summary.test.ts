import { type DocumentId, encodeStateVector } from "@sheaf/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { SessionId } from "./event.ts";
import { Held } from "./held.ts";
import type { LogRow, Principal } from "./log.ts";
import { openRoom, type Room, step } from "./room.ts";
import { decodeSummary, encodeSummary, openSummary, summarize } from "./summary.ts";
import { Author } from "./testing/author.ts";
import { compact } from "./testing/compact.ts";
import { type Edit, edit, edits } from "./testing/random-edits.ts";
import { walkUpdate } from "./walker.ts";

/** What three people wrote who heard of each other now and then, as rows of a log. */
const logs: fc.Arbitrary<readonly LogRow[]> = fc
  .array(fc.record({ who: fc.nat(2), edits, hears: fc.nat(2) }), { minLength: 3, maxLength: 12 })
  .map((turns: readonly { who: number; edits: readonly Edit[]; hears: number }[]) => {
    const rows: LogRow[] = [];
    const docs = [0, 1, 2].map((who) => {
      const doc = new Y.Doc();
      doc.clientID = 10 + who;
      doc.on("update", (update: Uint8Array, origin: unknown) => {
        if (origin !== "heard") rows.push({ ...ROW, principal: `p${who}` as Principal, seq: rows.length + 1, update });
      });
      return doc;
    });
    for (const { who, edits, hears } of turns) {
      for (const each of edits) edit(docs[who]!, each);
      Y.applyUpdate(docs[who]!, Y.encodeStateAsUpdate(docs[hears]!), "heard");
    }
    return rows;
  });

const ROW = { time: 0, base: 0, schemaVersion: 0 };

test("[R66] a room opened from a snapshot answers as one opened from all rows", () => {
  fc.assert(
    fc.property(logs, fc.nat(), fc.nat(), (rows, cut, news) => {
      const known = rows.slice(0, news % (rows.length + 1));
      const snapshot = compact(undefined, known.slice(0, cut % (known.length + 1)));
      const rooms = [
        open(undefined, known),
        open(
          snapshot,
          known.filter(({ seq }) => seq > (snapshot?.seq ?? 0)),
        ),
      ];
      // Everything once more, known or not, rightly its author's or not.
      for (const { update, principal } of [...rows, ...rows.map((row) => ({ ...row, principal: "p1" as Principal }))]) {
        const [plain, compacted] = rooms.map((room) => hear(room, update, principal));
        expect(compacted).toEqual(plain);
      }
    }),
    { numRuns: 100 },
  );
});

test("[R66] a snapshot over another is as one made at once", () => {
  fc.assert(
    fc.property(logs, fc.nat(), (rows, cut) => {
      const first = compact(undefined, rows.slice(0, cut % (rows.length + 1)));
      const second = compact(
        first,
        rows.filter(({ seq }) => seq > (first?.seq ?? 0)),
      );
      const atOnce = compact(undefined, rows);
      expect((second ?? first)?.seq).toBe(atOnce?.seq);
      if (atOnce === undefined) return;
      const [a, b] = [second ?? first, atOnce].map((snapshot) => vectorOf(snapshot!.update));
      expect(a).toEqual(b);
      expect(decodeSummary(atOnce.summary)?.vector).toEqual(vectorOf(atOnce.update));
    }),
    { numRuns: 50 },
  );
});

test("[R67] a summary comes back as what it was made of", () => {
  const held = heldAfterTwo();
  const read = decodeSummary(encodeSummary(held))!;
  expect([...read.vector]).toEqual([...held.vector]);
  expect(read.deletions.entries()).toEqual(held.deletions.entries());
  expect(read.schemaVersion).toBe(4);
  expect([read.mayUse(10, "ann" as Principal), read.mayUse(10, "ben" as Principal)]).toEqual([true, false]);
  expect(encodeSummary(read)).toEqual(encodeSummary(held));
});

test("[R67] an empty document has a summary", () => {
  expect(decodeSummary(encodeSummary(new Held()))?.schemaVersion).toBeUndefined();
});

test("[R67] a summary is read whole or not at all", () => {
  const bytes = encodeSummary(heldAfterTwo());
  for (let length = 0; length < bytes.length; length++)
    expect(decodeSummary(bytes.subarray(0, length))).toBeUndefined();
  expect(decodeSummary(Uint8Array.of(...bytes, 0))).toBeUndefined();
  expect(decodeSummary(Uint8Array.of(2, ...bytes.subarray(1)))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(bytes.length - 1), (noise, at) => {
      // Neither throws nor allocates for a count it cannot hold.
      decodeSummary(noise);
      decodeSummary(Uint8Array.of(...bytes.subarray(0, at), ...noise, ...bytes.subarray(at)));
    }),
  );
});

test("[R67] one with deletions of what it does not hold is refused", () => {
  const held = heldAfterTwo();
  const bytes = encodeSummary(held);
  // The last range is the deletion of one character at clock 1; farther it would wait in every replica.
  expect([...bytes.subarray(-2)]).toEqual([1, 1]);
  expect(decodeSummary(Uint8Array.of(...bytes.subarray(0, -1), 99))).toBeUndefined();
});

test("[R67] deletions of a summary are read when they are asked for, of each copy; not those that cannot be", () => {
  const bytes = encodeSummary(heldAfterTwo());
  const opened = openSummary(bytes)!;
  const copy = new Held(opened);
  expect(opened.deletions.entries()).toEqual(heldAfterTwo().deletions.entries());
  expect(copy.deletions.entries()).toEqual(heldAfterTwo().deletions.entries());
  const damaged = openSummary(Uint8Array.of(...bytes.subarray(0, -1), 99))!;
  for (let times = 0; times < 2; times++) expect(() => damaged.deletions).toThrow("cannot be read");
});

test("[R67] what waits has no summary", () => {
  const author = new Author(10);
  author.type("lost ");
  const row = { ...ROW, principal: "ann" as Principal, seq: 1, update: author.type("orphan") };
  const held = new Held();
  held.hold(row.update, walkUpdate(row.update)!, row);
  expect(held.isWhole).toBe(false);
  expect(() => encodeSummary(held)).toThrow("whole");
  expect(summarize(undefined, [row])).toBeUndefined();
});

test("[R67] nothing is summarized past a row that is no update, nor from a summary that cannot be read", () => {
  const author = new Author(10);
  const row = { ...ROW, principal: "ann" as Principal };
  const rows = [author.type("a"), Uint8Array.of(7), author.type("b")].map((update, at) => ({
    ...row,
    seq: at + 1,
    update,
  }));
  expect(summarize(undefined, rows)?.seq).toBe(1);
  const damaged = { seq: 1, update: author.whole, summary: Uint8Array.of(9) };
  expect(summarize(damaged, rows.slice(2))).toBeUndefined();
  expect(openRoom("doc" as DocumentId, { logId: new Uint8Array(16), snapshot: damaged, rows: [] })).toMatchObject({
    ok: false,
    error: { code: "corrupt" },
  });
});

function heldAfterTwo(): Held {
  const author = new Author(10);
  const held = new Held();
  for (const update of [author.type("abc"), author.erase(1, 1)]) {
    held.hold(update, walkUpdate(update)!, { principal: "ann" as Principal, schemaVersion: 4 });
  }
  return held;
}

function open(snapshot: ReturnType<typeof compact>, rows: readonly LogRow[]): Room {
  const opened = openRoom("doc" as DocumentId, { logId: new Uint8Array(16), snapshot, rows });
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** What becomes of an update from somebody new, who enters and leaves. */
function hear(room: Room, update: Uint8Array, principal: Principal) {
  const session = 1 as SessionId;
  const events = [
    { kind: "enter", session, principal, role: "editor", schemaVersion: 0 },
    { kind: "update", session, number: 1, base: 0, update, answer: false },
    { kind: "commit-failed", reason: "only asking" },
    { kind: "leave", session },
  ] as const;
  return events.flatMap((event) => step(room, event, 0)).map(plain);
}

/** Encoded vectors may list their clients in any order. */
const plain = (effect: ReturnType<typeof step>[number]) => {
  if (effect.kind !== "send" || !("vector" in effect.message)) return effect;
  const clocks = [...Y.decodeStateVector(effect.message.vector)].sort(([a], [b]) => a - b);
  return { ...effect, message: { ...effect.message, vector: encodeStateVector(new Map(clocks)) } };
};

const vectorOf = (update: Uint8Array): Map<number, number> => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return Y.decodeStateVector(Y.encodeStateVector(doc));
};
