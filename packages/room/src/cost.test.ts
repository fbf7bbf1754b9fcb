import * as encoding from "lib0/encoding";
import { expect, test } from "vitest";
import { MAX_WAITING } from "./gate.ts";
import { RoomDriver } from "./testing/room-driver.ts";

const MANY = 200_000;
/** Taking the square of that many steps takes minutes on any machine; about linear is a second or so. */
const SQUARE_MILLIS = 30_000;

/** An update as large as a frame may be, or nearly. */
function encode(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

const put = (encoder: encoding.Encoder, ...numbers: number[]): void => {
  for (const number of numbers) encoding.writeVarUint(encoder, number);
};

function expectSoon(driver: RoomDriver, ...updates: readonly Uint8Array[]): void {
  const session = driver.join(1);
  const started = performance.now();
  for (const update of updates) {
    driver.answer(session, update);
    driver.commit();
  }
  expect(performance.now() - started).toBeLessThan(SQUARE_MILLIS);
}

/** One GC struct of client 5, long enough for whatever is deleted in it. */
const ground = encode((encoder) => put(encoder, 1, 1, 5, 0, 0, 2 ** 30, 0));

test("[R65] deletions in the worst order, twice", () => {
  const backwards = (offset: number) =>
    encode((encoder) => {
      put(encoder, 0, 1, 5, MANY);
      for (let i = MANY; i > 0; i--) put(encoder, i * 4 + offset, 1);
    });
  expectSoon(new RoomDriver(), ground, backwards(0), backwards(2));
});

test("[R65] deletions that each cover all that is known", () => {
  const known = encode((encoder) => {
    put(encoder, 0, 1, 5, MANY);
    for (let i = 0; i < MANY; i++) put(encoder, i * 4, 1);
  });
  const wide = encode((encoder) => {
    put(encoder, 0, 1, 5, MANY);
    for (let i = 0; i < MANY; i++) put(encoder, i, 2 ** 28);
  });
  expectSoon(new RoomDriver(), ground, known, wide);
});

test("[R65] many clients, each with a struct and a deletion", () => {
  const update = encode((encoder) => {
    put(encoder, MANY);
    for (let client = 0; client < MANY; client++) put(encoder, 1, client, 0, 0, 1);
    put(encoder, MANY);
    for (let client = 0; client < MANY; client++) put(encoder, client, 1, 0, 1);
  });
  expectSoon(new RoomDriver(), update);
});

test("[R65] many runs of one client with holes between them, again and again", () => {
  const holed = encode((encoder) => {
    put(encoder, 1, 8_000, 5, 0);
    for (let i = 0; i < 4_000; i++) put(encoder, 10, 1, 0, 1);
    put(encoder, 0);
  });
  expectSoon(new RoomDriver(), holed, holed, holed, holed);
});

test("[R17] [MAX_WAITING] an answer that leaves as much waiting as may is stored, one that would leave more is not", () => {
  const leaving = (count: number) =>
    encode((encoder) => {
      put(encoder, 1, count * 2, 5, 0);
      for (let i = 0; i < count; i++) put(encoder, 10, 1, 0, 1);
      put(encoder, 0);
    });
  for (const [count, rows] of [
    [MAX_WAITING, 1],
    [MAX_WAITING + 1, 0],
    [MANY, 0],
  ] as const) {
    const driver = new RoomDriver();
    expectSoon(driver, leaving(count));
    expect(driver.rows).toHaveLength(rows);
  }
});
