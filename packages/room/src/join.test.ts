import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { RoomMessage } from "./effect.ts";
import { Author } from "./testing/author.ts";
import { compact } from "./testing/compact.ts";
import { RoomDriver } from "./testing/room-driver.ts";

/** A room whose document was written letter by letter, each a row. */
function written(letters: string, tailBytes?: number): { driver: RoomDriver; author: Author; vectors: Uint8Array[] } {
  const driver = new RoomDriver([], tailBytes);
  const writer = driver.enter(1_000);
  const author = new Author(10);
  const vectors = [author.vector];
  for (const letter of letters) {
    driver.update(writer, author.type(letter));
    driver.commit();
    vectors.push(author.vector);
  }
  return { driver, author, vectors };
}

/** A tail of about three rows. */
const SMALL_TAIL = 600;

test("[R30] entering is answered with where the durable state stands", () => {
  const { driver, author } = written("ab");
  driver.update(driver.enter(1), author.type("c"));
  const session = driver.enter(2, { role: "viewer" });
  expect(driver.take(session)).toEqual([
    {
      kind: "welcome",
      role: "viewer",
      schemaVersion: 0,
      logId: new Uint8Array(16),
      seq: 2,
      vector: Uint8Array.of(1, 10, 2),
    },
  ]);
});

describe("history", () => {
  test("[R31] whoever has nothing gets every row, in log order, and nothing else", () => {
    const { driver } = written("abc");
    const session = driver.join(1);
    expect(driver.take(session).slice(1)).toEqual([
      ...driver.rows.map(({ seq, base, update }) => ({ kind: "update", seq, base, update })),
      { kind: "synced", seq: 3, rows: [], deletions: undefined },
    ]);
  });

  test("[R31] rows a vector covers are left out", () => {
    const { driver, vectors } = written("abc");
    const session = driver.enter(1);
    driver.sync(session, vectors[2]);
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([3]);
  });

  test("[R32] when rows were left out, every deletion known follows in one update (trap 1)", () => {
    const { driver, author, vectors } = written("abc");
    driver.update(driver.enter(1), author.erase(0, 2));
    driver.commit();
    const joiner = new Author(11);
    for (const { update } of driver.rows.slice(0, 3)) joiner.apply(update);
    const session = driver.enter(2);
    driver.sync(session, vectors[3]);
    const updates = driver.takeOnly(session, "update");
    expect(updates).toMatchObject([{ seq: 0, base: 0 }]);
    expect(joiner.apply(updates[0]!.update).text).toBe("c");
  });

  test("[R32] nobody is sent deletions of a document that has none", () => {
    const { driver, vectors } = written("abc");
    const session = driver.enter(1);
    driver.sync(session, vectors[3]);
    expect(driver.takeOnly(session, "update")).toEqual([]);
  });

  test("[R33] presence follows the rows and synced: carets stand in them", () => {
    const { driver } = written("ab");
    const other = driver.join(1);
    driver.presence(other, { clientId: 7, clock: 1, state: Buffer.from("{}") });
    const session = driver.join(2);
    expect(driver.kinds(session)).toEqual(["welcome", "update", "update", "synced", "presence"]);
  });

  test("[R33] who is nearly current was sent its rows, its deletions and synced one by one: now all is one message (trap 12)", () => {
    const { driver, author, vectors } = written("abc");
    driver.update(driver.enter(1), author.erase(0, 1));
    driver.commit();
    const session = driver.enter(2);
    const before = driver.effects.length;
    driver.sync(session, vectors[1]);
    const rows = driver.rows.slice(1, 3).map(({ seq, base, update }) => ({ kind: "update", seq, base, update }));
    expect(driver.effects.slice(before)).toEqual([
      { kind: "send", session, message: { kind: "synced", seq: 4, rows, deletions: Uint8Array.of(0, 1, 10, 1, 0, 1) } },
    ]);
  });

  test("[R33] few rows come with synced whatever pieces the tail is kept in; of many only the last piece", () => {
    const { driver, vectors } = written("a".repeat(120), 16 * 1_500);
    const sent = (vector: Uint8Array | undefined): readonly (readonly [kind: string, rows: number])[] => {
      const before = driver.effects.length;
      driver.sync(driver.enter(1_000 + before), vector);
      return driver.effects.slice(before + 1).flatMap((effect) => {
        if (effect.kind !== "send" || !("rows" in effect.message)) return [];
        return [[effect.message.kind, effect.message.rows.length]] as const;
      });
    };
    expect(sent(vectors[80])).toEqual([["synced", 40]]);
    const many = sent(vectors[40]);
    expect(many.length).toBeGreaterThan(1);
    expect(many.map(([kind]) => kind)).toEqual([...many.slice(1).map(() => "history"), "synced"]);
    expect(many.reduce((sum, [, rows]) => sum + rows, 0)).toBe(80);
    expect(many.at(-1)![1]).toBeGreaterThan(30);
  });

  test("[R31] a repeated sync is answered again", () => {
    const { driver, vectors } = written("ab");
    const session = driver.join(1);
    driver.take(session);
    driver.sync(session, vectors[1]);
    expect(driver.kinds(session)).toEqual(["update", "synced"]);
  });

  test("[R38] rows in flight are not shown, and reach the joiner when they are durable (trap 15)", () => {
    const { driver, author } = written("a");
    driver.update(driver.enter(1), author.type("b"));
    const session = driver.join(2);
    expect(driver.kinds(session)).toEqual(["welcome", "update", "synced"]);
    driver.commit();
    expect(driver.kinds(session)).toEqual(["update"]);
  });

  test("[R37] nothing is broadcast to a session before its sync was answered (trap 13)", () => {
    const { driver, author } = written("a");
    const session = driver.enter(2);
    driver.take(session);
    driver.update(driver.enter(1), author.type("b"));
    driver.commit();
    expect(driver.take(session)).toEqual([]);
    driver.sync(session);
    expect(driver.kinds(session)).toEqual(["update", "update", "synced"]);
  });
});

describe("a position in the log", () => {
  const LOG = new Uint8Array(16);

  test("[R34] is answered with every row after it, whatever the vector says, and no deletions besides", () => {
    const { driver, author, vectors } = written("abcd");
    driver.update(driver.enter(1), author.erase(0, 1));
    driver.commit();
    const session = driver.enter(2);
    driver.sync(session, vectors[4], { logId: LOG, seq: 2 });
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([3, 4, 5]);
  });

  test("[R34] at the end needs nothing", () => {
    const { driver } = written("abcd", SMALL_TAIL);
    const session = driver.enter(2);
    driver.sync(session, undefined, { logId: LOG, seq: 4 });
    expect(driver.kinds(session)).toEqual(["welcome", "synced"]);
  });

  test("[R34] before the tail is read from there, not from the start", () => {
    const { driver } = written("abcdefgh", SMALL_TAIL);
    const session = driver.enter(2);
    driver.sync(session, undefined, { logId: LOG, seq: 3 });
    expect(driver.effects.at(-1)).toMatchObject({ kind: "read", from: 4 });
    driver.catchUp();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
  });

  test.each([
    ["in another log", { logId: LOG.map(() => 1), seq: 4 }],
    ["past the end of this one, which has lost its last rows", { logId: LOG, seq: 5 }],
  ])("[R34] %s means nothing: the vector counts", (_where, position) => {
    const { driver, vectors } = written("abcd");
    const session = driver.enter(2);
    driver.sync(session, vectors[1], position);
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });
});

describe("rows before the tail", () => {
  test("[R35] a vector that covers them needs no read", () => {
    const { driver, vectors } = written("abcdefgh", SMALL_TAIL);
    const current = driver.enter(1);
    driver.sync(current, vectors[7]);
    expect(driver.reads).toBe(0);
    expect(driver.takeOnly(current, "update").map(({ seq }) => seq)).toEqual([8]);
  });

  test("[R36] all others share the reads, and each gets what it lacks", () => {
    const { driver, vectors } = written("abcdefgh", SMALL_TAIL);
    const [fresh, old] = [driver.join(2), driver.enter(3)];
    driver.sync(old, vectors[2]);
    expect(driver.reads).toBe(1);
    driver.answerRead();
    expect(driver.reads).toBe(1);
    driver.catchUp();
    expect(driver.takeOnly(fresh, "update").map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(driver.takeOnly(old, "update").map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8]);
  });

  test("[R36] whoever lacks the same is sent the same message, until there is a row more or a second has passed", () => {
    const { driver, author, vectors } = written("a".repeat(62), 16 * 2_400);
    const sent = (vector?: Uint8Array): readonly RoomMessage[] => {
      const before = driver.effects.length;
      const session = driver.enter(1_000 + before);
      driver.sync(session, vector);
      return driver.effects
        .slice(before)
        .flatMap((effect) => (effect.kind === "send" && effect.message.kind !== "welcome" ? [effect.message] : []));
    };
    const expectSame = (one: readonly RoomMessage[], other: readonly RoomMessage[]): void => {
      expect(one.map((message, index) => message === other[index])).toEqual(other.map(() => true));
    };
    const [first, second, nearly, nearlyToo] = [sent(), sent(), sent(vectors[60]), sent(vectors[60])];
    expect(first.map(({ kind }) => kind)).toEqual(["history", "synced"]);
    expectSame(second, first);
    expect(nearly).toMatchObject([{ kind: "synced", rows: [{ seq: 61 }, { seq: 62 }] }]);
    expectSame(nearlyToo, nearly);
    driver.tick();
    const later = sent();
    expect(later).toEqual(first);
    for (const [index, message] of later.entries()) expect(message).not.toBe(first[index]);
    driver.update(driver.enter(1), author.type("i"));
    driver.commit();
    expect(sent(vectors[60])).toMatchObject([{ seq: 63, rows: { length: 3 } }]);
    driver.update(driver.enter(1), author.erase(0, 1));
    driver.commit();
    const [ending] = sent(vectors[60]);
    expectSame(sent(vectors[60]), [ending!]);
    expect(ending).toMatchObject({ seq: 64, deletions: Uint8Array.of(0, 1, 10, 1, 0, 1) });
  });

  test("[R36] of what some lack only so much is kept: whoever says that they lack something else does not fill the memory", () => {
    const { driver, vectors } = written("abcdefghijklmnop");
    const endingAt = (vector: Uint8Array | undefined): RoomMessage => {
      const session = driver.enter(1_000 + driver.effects.length);
      driver.sync(session, vector);
      const last = driver.effects.at(-1);
      if (last?.kind !== "send") throw new Error("not answered");
      return last.message;
    };
    const endings = vectors.map(endingAt);
    const again = vectors.map(endingAt);
    expect(again).toEqual(endings);
    expect(again.filter((message, index) => message === endings[index])).toHaveLength(8);
  });

  test("[R36] the next piece is read when the socket has drained, not before, so a slow one costs no memory", () => {
    const { driver } = written("abcdefgh", SMALL_TAIL);
    driver.rowsPerRead = 2;
    const session = driver.join(2);
    driver.answerRead(); // there is no snapshot
    driver.answerRead();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([1, 2]);
    expect(driver.reads).toBe(0);
    driver.drain();
    expect(driver.reads).toBe(1);
    driver.catchUp();
    expect(driver.kinds(session)).toEqual([...Array.from({ length: 6 }, () => "update"), "synced"]);
  });

  test("[R37] rows that commit on the way are in the answer, though they push the tail on (trap 11)", () => {
    const { driver, author } = written("abcdefgh", SMALL_TAIL);
    const session = driver.join(1);
    const writer = driver.enter(2);
    for (const letter of "ijklmnop") {
      driver.update(writer, author.type(letter));
      driver.commit();
    }
    expect(driver.kinds(session)).toEqual(["welcome"]);
    driver.catchUp();
    const reader = new Author(11);
    for (const { update } of driver.takeOnly(session, "update")) reader.apply(update);
    expect(reader.text).toBe("abcdefghijklmnop");
    driver.update(writer, author.type("q"));
    driver.commit();
    expect(driver.kinds(session)).toEqual(["update"]);
  });

  test("[R36] who waits survives a failed commit and others leaving; a later sync begins again (trap 11)", () => {
    const { driver, author, vectors } = written("abcdefgh", SMALL_TAIL);
    const [first, waiter] = [driver.join(1), driver.join(2)];
    driver.update(first, author.type("lost"));
    driver.leave(first);
    driver.failCommit();
    driver.sync(waiter, vectors[3]);
    driver.catchUp();
    expect(driver.takeOnly(waiter, "update").map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
    expect(driver.take(first)).toEqual([expect.objectContaining({ kind: "welcome" })]);
  });

  test("[R36] a read that fails, or brings the wrong rows, closes who waited, and the next joiner reads again", () => {
    const { driver } = written("abcdefgh", SMALL_TAIL);
    const first = driver.join(1);
    driver.failRead();
    expect(driver.closed.get(first)).toBe("storage");
    const wrong: { rows: typeof driver.rows }[] = [
      { rows: [] },
      { rows: driver.rows.slice(1) },
      { rows: driver.rows.slice(0, -1).map((row) => ({ ...row, update: Uint8Array.of(7) })) },
    ];
    for (const [index, { rows }] of wrong.entries()) {
      const session = driver.enter(10 + index);
      driver.sync(session, Uint8Array.of(1, 10, 1));
      driver.answerRead();
      driver.tell({ kind: "rows", from: 1, rows });
      expect(driver.closed.get(session)).toBe("storage");
      driver.answerRead();
    }
    const last = driver.join(20);
    driver.catchUp();
    expect(driver.kinds(last).at(-1)).toBe("synced");
  });
});

describe("a snapshot", () => {
  /** Eight rows of which five are in the snapshot. */
  function compacted(): ReturnType<typeof written> {
    const document = written("abcdefgh", SMALL_TAIL);
    document.driver.snapshot = compact(undefined, document.driver.rows.slice(0, 5));
    return document;
  }

  test("[R35] stands for its rows, in one update with its own position", () => {
    const { driver } = compacted();
    const session = driver.join(2);
    driver.catchUp();
    const updates = driver.takeOnly(session, "update");
    expect(updates.map(({ seq, base }) => [seq, base])).toEqual(
      [5, 6, 7, 8].map((seq) => [seq, seq === 5 ? 0 : expect.any(Number)]),
    );
    const reader = new Author(11);
    for (const { update } of updates) reader.apply(update);
    expect(reader.text).toBe("abcdefgh");
  });

  test("[R35] is not sent to whom it brings nothing, but the deletions are", () => {
    const { driver, author, vectors } = compacted();
    driver.update(driver.enter(1), author.erase(0, 1));
    driver.commit();
    const session = driver.enter(2);
    driver.sync(session, vectors[5]);
    driver.catchUp();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([6, 7, 8, 0]);
  });

  test("[R36] is where somebody begins whose rows are gone", () => {
    const { driver } = compacted();
    const session = driver.enter(2);
    driver.sync(session, Uint8Array.of(0), { logId: new Uint8Array(16), seq: 1 });
    expect(driver.reads).toBe(1);
    driver.tell({ kind: "erased", from: 2 });
    driver.catchUp();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([5, 6, 7, 8]);
  });

  test("[R36] that cannot be read closes who waited", () => {
    const { driver } = compacted();
    driver.snapshot = { ...driver.snapshot!, summary: Uint8Array.of(99) };
    const session = driver.join(2);
    driver.answerRead();
    expect(driver.closed.get(session)).toBe("storage");
  });
});

describe("a session that did not keep up", () => {
  test("[R39] gets every row from the first it missed, and is a receiver again", () => {
    const { driver, author } = written("abcdefgh", SMALL_TAIL);
    const session = driver.join(2);
    driver.catchUp();
    driver.take(session);
    driver.tell({ kind: "resume", session, from: 2 });
    driver.catchUp();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    driver.update(driver.enter(3), author.type("i"));
    driver.commit();
    expect(driver.kinds(session)).toEqual(["update"]);
  });

  test("[R39] hears nothing on its way, and what is committed meanwhile comes in order", () => {
    const { driver, author } = written("abcdefgh", SMALL_TAIL);
    const session = driver.join(2);
    driver.catchUp();
    driver.take(session);
    driver.tell({ kind: "resume", session, from: 2 });
    driver.update(driver.enter(3), author.type("i"));
    driver.commit();
    expect(driver.take(session)).toEqual([]);
    driver.catchUp();
    expect(driver.takeOnly(session, "update").map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("[R39] and missed presence only is told who is here now", () => {
    const { driver } = written("ab");
    const [session, other] = [driver.join(2), driver.join(3)];
    driver.presence(other, { clientId: 7, clock: 1, state: Buffer.from("{}") });
    driver.take(session);
    driver.tell({ kind: "resume", session, from: undefined });
    expect(driver.kinds(session)).toEqual(["synced", "presence"]);
  });

  test("[R39] one that never was a receiver has nothing to resume", () => {
    const { driver } = written("ab");
    const session = driver.enter(2);
    driver.take(session);
    driver.tell({ kind: "resume", session, from: 1 });
    expect(driver.take(session)).toEqual([]);
  });
});

describe("a schema that was raised", () => {
  const joined = (driver: RoomDriver, id: number, schemaVersion: number) => {
    const session = driver.join(id, { schemaVersion });
    driver.take(session);
    return session;
  };

  test("[R45] reaches no older page: it is welcomed anew instead, and gets no updates any more (D12)", () => {
    const driver = new RoomDriver();
    const [old, current, late] = [joined(driver, 1, 1), joined(driver, 2, 2), driver.enter(3, { schemaVersion: 1 })];
    const author = new Author(10);
    driver.update(old, author.type("old"), 1, 0);
    driver.commit();
    driver.take(current);
    driver.take(old);
    driver.take(late);
    const newer = new Author(11).apply(author.whole);
    driver.update(current, newer.type(" new"), 1, 0);
    driver.commit();
    for (const session of [old, late]) {
      expect(driver.take(session)).toMatchObject([{ kind: "welcome", schemaVersion: 2, seq: 2 }]);
      driver.sync(session);
    }
    driver.update(current, newer.type("!"), 2, 0);
    driver.commit();
    expect(driver.take(old)).toEqual([]);
    expect(driver.take(late)).toEqual([]);
    expect(driver.kinds(joined(driver, 4, 2))).toEqual([]);
    expect(driver.take(joined(driver, 5, 1))).toEqual([]);
  });

  test("[R45] what an older page still has pending is taken and acked", () => {
    const driver = new RoomDriver();
    const [old, current] = [joined(driver, 1, 1), joined(driver, 2, 2)];
    driver.update(current, new Author(11).type("new"), 1, 0);
    driver.commit();
    driver.take(old);
    driver.update(old, new Author(10).type("pending"), 1, 0);
    driver.commit();
    expect(driver.kinds(old)).toEqual(["ack"]);
    expect(driver.takeOnly(driver.enter(3), "welcome")[0]?.schemaVersion).toBe(2);
  });

  test("[R45] foreign sessions, which have no schema, go on reading", () => {
    const driver = new RoomDriver();
    const [reader, current] = [joined(driver, 1, 0), joined(driver, 2, 2)];
    driver.update(current, new Author(11).type("new"), 1, 0);
    driver.commit();
    expect(driver.kinds(reader)).toEqual(["update"]);
    expect(Y.decodeStateVector(new Author(1).vector).size).toBe(0);
  });
});
