import { expect, test } from "vitest";
import { err, ok } from "@sheaf/protocol";
import { EncodedSnapshots, type Made } from "./encoded-snapshots.ts";

/** Makes things when told to, and counts how often it was asked. */
class Maker {
  readonly asked: string[] = [];
  readonly #waiting: ((made: Made) => void)[] = [];

  make(name: string): () => Promise<Made> {
    return () => {
      this.asked.push(name);
      return new Promise((resolve) => this.#waiting.push(resolve));
    };
  }

  /** Ends the oldest work under way. */
  end(made: Made): void {
    this.#waiting.shift()!(made);
  }
}

const bytes = (length: number): Made => ok({ schemaVersion: 1, bytes: new Uint8Array(length) });

/** Asks for one that is kept, or made at once. */
async function have(snapshots: EncodedSnapshots, maker: Maker, name: string, length: number): Promise<void> {
  const before = maker.asked.length;
  const made = snapshots.get(name, maker.make(name));
  if (maker.asked.length > before) maker.end(bytes(length));
  await made;
}

test("everybody who asks while it is made gets the one that is made, and so does who asks later", async () => {
  const [snapshots, maker] = [new EncodedSnapshots(100), new Maker()];
  const asked = [1, 2, 3].map(() => snapshots.get("a", maker.make("a")));
  const other = snapshots.get("b", maker.make("b"));
  maker.end(bytes(10));
  maker.end(bytes(20));
  const [first, ...rest] = await Promise.all([...asked, snapshots.get("a", maker.make("a"))]);
  for (const each of rest) expect(each).toBe(first);
  expect(await other).toEqual(bytes(20));
  expect(maker.asked).toEqual(["a", "b"]);
});

test("what was asked for longest ago goes first when the bytes do not suffice", async () => {
  const [snapshots, maker] = [new EncodedSnapshots(100), new Maker()];
  for (const name of ["a", "b", "c", "a", "d"]) await have(snapshots, maker, name, 30);
  expect(maker.asked).toEqual(["a", "b", "c", "d"]);
  for (const name of ["a", "c", "d"]) await have(snapshots, maker, name, 30);
  expect(maker.asked).toEqual(["a", "b", "c", "d"]);
  await have(snapshots, maker, "b", 30);
  expect(maker.asked.at(-1)).toBe("b");
});

test("one that is larger than all that may be kept is given and not kept, and drives nothing else out", async () => {
  const [snapshots, maker] = [new EncodedSnapshots(100), new Maker()];
  await have(snapshots, maker, "small", 50);
  await have(snapshots, maker, "large", 101);
  await have(snapshots, maker, "large", 101);
  await have(snapshots, maker, "small", 50);
  expect(maker.asked).toEqual(["small", "large", "large"]);
});

test.each<[string, Made]>([
  ["a failure", err({ code: "storage", reason: "the medium refused" })],
  ["what is not there", ok(undefined)],
])("%s is told to all who wait, and tried again by the next", async (_what, outcome) => {
  const [snapshots, maker] = [new EncodedSnapshots(100), new Maker()];
  const asked = [1, 2].map(() => snapshots.get("a", maker.make("a")));
  maker.end(outcome);
  expect(await Promise.all(asked)).toEqual([outcome, outcome]);
  await have(snapshots, maker, "a", 10);
  expect(maker.asked).toEqual(["a", "a"]);
});

test("what is forgotten is made anew, also when it was being made, and its bytes count no more", async () => {
  const [snapshots, maker] = [new EncodedSnapshots(100), new Maker()];
  await have(snapshots, maker, "a", 80);
  const early = snapshots.get("b", maker.make("b"));
  snapshots.clear();
  maker.end(bytes(80));
  expect(await early).toEqual(bytes(80));
  for (const name of ["a", "b", "a", "b"]) await have(snapshots, maker, name, 50);
  expect(maker.asked).toEqual(["a", "b", "a", "b"]);
});
