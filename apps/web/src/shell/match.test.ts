import { describe, expect, test } from "vitest";
import { fit } from "./match.ts";

const LABELS = [
  "Heading 2",
  "Heading 3",
  "Task list",
  "Bullet list",
  "Table",
  "Résumé of Ana",
  "Insert a table",
  "Redo",
];

const found = (wanted: string): string[] =>
  LABELS.map((label) => [fit(label, wanted), label] as const)
    .filter((each): each is readonly [number, string] => each[0] !== undefined)
    .sort(([a], [b]) => a - b)
    .map(([, label]) => label);

describe("what is typed into the palette", () => {
  test.each([
    ["h2", ["Heading 2"]],
    ["head", ["Heading 2", "Heading 3"]],
    ["tl", ["Task list"]],
    ["list task", ["Task list"]],
    ["resume", ["Résumé of Ana"]],
    ["RÉS ana", ["Résumé of Ana"]],
    // The whole word before the beginning of one, the first word before a later one.
    ["table", ["Table", "Insert a table"]],
    ["re", ["Résumé of Ana", "Redo"]],
    ["eading", []],
    ["zzz", []],
    ["", LABELS],
    ["  ", LABELS],
  ])("%j finds %j", (wanted, labels) => {
    expect(found(wanted).toSorted()).toEqual(labels.toSorted());
    expect(found(wanted)[0]).toBe(labels[0]);
  });
});
