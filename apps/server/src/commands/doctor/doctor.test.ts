import { expect, test } from "vitest";
import { judgeSpace } from "./folder.ts";
import { lineOf, note } from "./finding.ts";
import { checkClock, checkNode } from "./machine.ts";

test("a disk that is nearly full is wrong, one with less room than the log takes is worth a note", () => {
  expect(judgeSpace("/data", 255_999_999, 0)).toMatchObject({
    kind: "wrong",
    remedy: expect.stringContaining("Make room"),
  });
  expect(judgeSpace("/data", 256_000_000, 256_000_001)).toMatchObject({ kind: "note" });
  expect(judgeSpace("/data", 256_000_000, 256_000_000)).toMatchObject({ kind: "well" });
});

test("a Node that is too old is wrong, one without the latest fixes is worth a note", () => {
  const kinds = ["22.20.0", "24.22.0", "24.22.1", "26.12.0", "26.12.1", "28.0.0"].map(
    (version) => checkNode(version).kind,
  );
  expect(kinds).toEqual(["wrong", "note", "well", "note", "well", "well"]);
});

test("a clock from before this version was made is wrong", () => {
  expect(checkClock("/nowhere", Date.UTC(1970, 0, 1))).toMatchObject({ kind: "wrong" });
});

test("a finding is one line, whatever it quotes", () => {
  expect(lineOf(note("It said\n  no.", "Ask\tagain."))).toBe("note   It said no. Ask again.");
});
