import { expect, test } from "vitest";
import { tellMany } from "./tell-many.ts";

const RUNS = 150;

test("three people, by typing and by every command of the registry: all end with one valid document, and no word is lost, or put back twice", () => {
  const total = tellMany(RUNS, { cast: "three", isRescuing: true, hasCuts: false }, ({ lost, doubledByRescue }) =>
    expect({ lost, doubledByRescue }).toEqual({ lost: [], doubledByRescue: [] }),
  );
  expect(total.typed).toBeGreaterThan(RUNS * 20);
});
