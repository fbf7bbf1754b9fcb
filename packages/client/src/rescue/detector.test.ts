import { describe, expect, test } from "vitest";
import { Detector, type LostWords } from "./detector.ts";
import type { Facts } from "./facts.ts";
import { IdSet, type IdRange } from "./id-set.ts";

/** The block everybody types in, and deletes. */
const BLOCK = 900;

const block = new IdSet([{ client: 0, clock: BLOCK, length: 1 }]);
const nothing = new IdSet([]);
const word = { client: 1, clock: 0, length: 4 };
const deletion = { inserted: nothing, deleted: block };
const typing = { inserted: new IdSet([word]), deleted: nothing };
const fallen = { ...word, ancestors: [{ client: 0, clock: BLOCK }] };
const lostIn = (found: readonly LostWords[]): IdRange[] => found.flatMap(({ lost }) => lost.ranges());

describe("after a lost connection", () => {
  test("a word that the log may hold waits: whether the deletion was first is not known", () => {
    const detector = new Detector();
    detector.wrote(1, 0, typing);
    detector.left();
    detector.welcomed(new Map([[1, 4]]));
    expect(detector.received({ seq: 2, base: 0, facts: deletion }, [fallen])).toEqual([]);
    expect(lostIn(detector.acked(1, 3))).toEqual([word]);
  });

  test("a word typed in two batches goes back in one piece, when both are decided", () => {
    const detector = new Detector();
    const letters = [0, 2].map((clock) => ({ client: 1, clock, length: 2 }));
    for (const [index, letter] of letters.entries())
      detector.wrote(index + 1, 0, { inserted: new IdSet([letter]), deleted: nothing });
    detector.left();
    detector.received({ seq: 1, base: 0, facts: deletion }, [fallen]);
    expect(detector.acked(1, 2)).toEqual([]);
    const found = detector.acked(2, 3);
    expect(found).toHaveLength(1);
    expect(lostIn(found)).toEqual([word]);
  });

  test("a batch that is refused keeps nobody else's words waiting", () => {
    const detector = new Detector();
    const letters = [0, 2].map((clock) => ({ client: 1, clock, length: 2 }));
    for (const [index, letter] of letters.entries())
      detector.wrote(index + 1, 0, { inserted: new IdSet([letter]), deleted: nothing });
    detector.left();
    detector.received({ seq: 1, base: 0, facts: deletion }, [fallen]);
    expect(detector.acked(1, 2)).toEqual([]);
    expect(lostIn(detector.refused(2))).toEqual([letters[0]]);
  });

  test("a batch the log had already waits for its row, or for the end of the sync that left it out", () => {
    const detector = new Detector();
    detector.wrote(1, 0, typing);
    detector.left();
    detector.held(1, 0);
    detector.received({ seq: 1, base: 0, facts: deletion }, [fallen]);
    expect(lostIn(detector.caughtUp(1))).toEqual([word]);
    expect(detector.isIdle).toBe(true);
  });

  test("one that the log does not hold is put back at once", () => {
    const detector = new Detector();
    detector.wrote(1, 0, typing);
    detector.left();
    detector.welcomed(new Map());
    expect(lostIn(detector.received({ seq: 1, base: 0, facts: deletion }, [fallen]))).toEqual([word]);
  });

  test("our own row that comes back says where it is", () => {
    const detector = new Detector();
    detector.wrote(1, 0, typing);
    detector.left();
    detector.welcomed(new Map([[1, 4]]));
    expect(detector.received({ seq: 1, base: 0, facts: typing }, [])).toEqual([]);
    expect(detector.received({ seq: 2, base: 0, facts: deletion }, [fallen])).toEqual([]);
    expect(detector.acked(1, 2)).toEqual([]);
  });

  test("our own deletion that comes back is known again, with what the log held of it before and without", () => {
    const line = { client: 2, clock: 0, length: 4 };
    const whole = { inserted: nothing, deleted: new IdSet([...block.ranges(), line]) };
    for (const back of [deletion, whole]) {
      const detector = new Detector();
      const held = { inserted: nothing, deleted: new IdSet([line]) };
      detector.wrote(1, 0, whole);
      detector.left();
      detector.received({ seq: 1, base: 0, facts: held }, []);
      detector.received({ seq: 2, base: 0, facts: typing }, [fallen]);
      expect(lostIn(detector.received({ seq: 3, base: 0, facts: back }, []))).toEqual([word]);
    }
  });

  test("our own deletion that comes back says so too", () => {
    const detector = new Detector();
    detector.wrote(1, 0, deletion);
    detector.left();
    detector.welcomed(new Map());
    expect(detector.received({ seq: 1, base: 0, facts: typing }, [fallen])).toEqual([]);
    expect(lostIn(detector.received({ seq: 2, base: 0, facts: deletion }, []))).toEqual([word]);
    expect(detector.isIdle).toBe(true);
  });

  test("gathered deletions, which have no position, came before what is still to be sent", () => {
    const detector = new Detector();
    detector.wrote(1, 0, typing);
    expect(lostIn(detector.received({ seq: 0, base: 0, facts: deletion }, [fallen]))).toEqual([word]);
  });

  test("one batch that stands for all decides for each of them", () => {
    const detector = new Detector();
    detector.wrote(1, 0, deletion);
    detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
    detector.wrote(2, 1, { inserted: new IdSet([{ client: 2, clock: 0, length: 1 }]), deleted: nothing });
    detector.superseded(3);
    expect(lostIn(detector.acked(3, 2))).toEqual([word]);
    expect(detector.isIdle).toBe(true);
  });

  test("a deletion that was acknowledged after another batch stood for it came before words that came between the two", () => {
    const detector = new Detector();
    detector.wrote(1, 0, { inserted: new IdSet([{ client: 2, clock: 0, length: 1 }]), deleted: nothing });
    detector.wrote(2, 0, deletion);
    // The first could not be saved, and the server asked for all of it; the second was saved meanwhile.
    detector.superseded(3);
    expect(detector.acked(2, 1)).toEqual([]);
    detector.received({ seq: 2, base: 0, facts: typing }, [fallen]);
    expect(detector.acked(3, 3)).toEqual([]);
    expect(detector.isIdle).toBe(true);
  });

  test("what is written into a batch that stands for others is not acknowledged with one of them", () => {
    const detector = new Detector();
    detector.wrote(1, 0, { inserted: new IdSet([{ client: 2, clock: 0, length: 1 }]), deleted: nothing });
    detector.superseded(2);
    detector.wrote(2, 0, deletion);
    expect(detector.acked(1, 1)).toEqual([]);
    detector.received({ seq: 2, base: 0, facts: typing }, [fallen]);
    expect(lostIn(detector.acked(2, 3))).toEqual([word]);
  });
});

test("our own deletion that comes back behind its ack is nobody else's, though in part another had been first", () => {
  const line = { client: 2, clock: 0, length: 4 };
  const detector = new Detector();
  detector.wrote(1, 0, { inserted: nothing, deleted: new IdSet([...block.ranges(), line]) });
  // The server passes over a slow reader, but for its acks, and makes up for it later.
  detector.held(1, 3);
  detector.received({ seq: 1, base: 0, facts: { inserted: nothing, deleted: new IdSet([line]) } }, []);
  expect(detector.received({ seq: 2, base: 0, facts: typing }, [fallen])).toEqual([]);
  expect(lostIn(detector.received({ seq: 3, base: 0, facts: deletion }, []))).toEqual([word]);
  expect(detector.isIdle).toBe(true);
});

test("our own deletion that comes before the ack of what was sent again is nobody else's", () => {
  const detector = new Detector();
  detector.wrote(1, 0, deletion);
  detector.left();
  detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
  expect(lostIn(detector.received({ seq: 2, base: 0, facts: deletion }, []))).toEqual([word]);
  detector.held(1, 0);
  expect(detector.caughtUp(2)).toEqual([]);
  expect(detector.isIdle).toBe(true);
});

test("a deletion of the very same is somebody else's, where ours was sent once", () => {
  const detector = new Detector();
  detector.wrote(1, 0, deletion);
  detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
  expect(detector.received({ seq: 2, base: 0, facts: deletion }, [])).toEqual([]);
  detector.held(1, 0);
  expect(detector.caughtUp(2)).toEqual([]);
  expect(detector.isIdle).toBe(true);
});

test.each([
  ["acknowledged", (detector: Detector) => detector.acked(1, 1)],
  ["come back", (detector: Detector) => detector.received({ seq: 1, base: 0, facts: deletion }, [])],
])(
  "words behind a deletion of ours, %s, are their author's, though another batch of ours deletes the same",
  (_, settle) => {
    const detector = new Detector();
    detector.wrote(1, 0, deletion);
    detector.wrote(2, 0, { ...deletion, inserted: new IdSet([{ client: 2, clock: 0, length: 1 }]) });
    detector.left();
    expect(settle(detector)).toEqual([]);
    detector.received({ seq: 2, base: 0, facts: typing }, [fallen]);
    expect(detector.acked(2, 3)).toEqual([]);
    expect(detector.isIdle).toBe(true);
  },
);

test("a row that deletes a part of what we do, before somebody else deletes the rest, is not ours", () => {
  const detector = new Detector();
  const part = new IdSet([{ client: 0, clock: BLOCK + 1, length: 1 }]);
  detector.wrote(1, 1, { inserted: nothing, deleted: new IdSet([{ client: 0, clock: BLOCK, length: 2 }]) });
  detector.received({ seq: 3, base: 1, facts: typing }, [fallen]);
  detector.received({ seq: 4, base: 1, facts: { inserted: nothing, deleted: part } }, []);
  detector.received({ seq: 5, base: 2, facts: deletion }, []);
  detector.held(1, 0);
  expect(detector.caughtUp(5)).toEqual([]);
  expect(detector.isIdle).toBe(true);
});

test("the row an ack named is another row in another log", () => {
  const detector = new Detector();
  detector.wrote(1, 0, typing);
  detector.held(1, 3);
  detector.relocated();
  detector.received({ seq: 3, base: 0, facts: deletion }, []);
  expect(detector.isIdle).toBe(false);
  detector.received({ seq: 4, base: 0, facts: typing }, []);
  expect(detector.isIdle).toBe(true);
});

test("a deletion that the log had already was not the first, though its ack names the same row", () => {
  const detector = new Detector();
  detector.wrote(1, 0, deletion);
  detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
  detector.received({ seq: 2, base: 0, facts: deletion }, []);
  expect(detector.acked(1, 2)).toEqual([]);
});

test("an edit that is acknowledged before anybody else's comes is never read, though the next is on its way", () => {
  const detector = new Detector();
  const unread: Facts = {
    get inserted(): never {
      throw new Error("read");
    },
    get deleted(): never {
      throw new Error("read");
    },
  };
  detector.wrote(1, 0, unread);
  detector.wrote(2, 0, unread);
  expect(detector.acked(1, 1)).toEqual([]);
  expect(detector.caughtUp(1)).toEqual([]);
  expect(detector.acked(2, 2)).toEqual([]);
  expect(detector.isIdle).toBe(true);
});

test("words that others had taken away by name stay away", () => {
  const detector = new Detector();
  detector.wrote(1, 0, deletion);
  detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
  const half = new IdSet([{ ...word, length: 2 }]);
  detector.received({ seq: 2, base: 1, facts: { inserted: nothing, deleted: half } }, []);
  expect(lostIn(detector.acked(1, 3))).toEqual([{ ...word, clock: 2, length: 2 }]);
});

test("a batch that will never be in the log puts nothing back", () => {
  const detector = new Detector();
  detector.wrote(1, 0, deletion);
  detector.received({ seq: 1, base: 0, facts: typing }, [fallen]);
  detector.refused(1);
  expect(detector.acked(1, 2)).toEqual([]);
  expect(detector.isIdle).toBe(true);
});

test("in another log nothing of the old one counts", () => {
  const detector = new Detector();
  detector.wrote(1, 5, deletion);
  detector.received({ seq: 6, base: 0, facts: typing }, [fallen]);
  detector.relocated();
  expect(detector.acked(1, 7)).toEqual([]);
});
