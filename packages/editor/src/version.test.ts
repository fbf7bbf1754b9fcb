import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { FIELDS } from "./schema/fields.ts";
import { createSchema } from "./schema/schema.ts";
import { SCHEMA_VERSION } from "./version.ts";
import { DOCUMENT } from "./binding/y-types.ts";

/** Everything about the schema that decides what a session can read and write. */
function describeSchema(): string {
  const schema = createSchema();
  const nodes = Object.values(schema.nodes).map(({ name, spec }) => ({
    name,
    content: spec.content ?? "",
    group: spec.group ?? "",
    marks: spec.marks ?? "",
    attributes: Object.entries(spec.attrs ?? {}).map(
      ([attribute, { default: initial }]) =>
        `${attribute}=${JSON.stringify(initial)}:${FIELDS[name]?.[attribute]?.accepts ?? ""}`,
    ),
  }));
  const marks = Object.values(schema.marks).map(({ name, spec }) => ({
    name,
    excludes: spec.excludes ?? name,
    attributes: Object.keys(spec.attrs ?? {}),
  }));
  return JSON.stringify({ root: DOCUMENT, nodes, marks });
}

/** When this fails the schema changed: raise SCHEMA_VERSION, add a line to its history, add the new hash here. */
const HASHES: Readonly<Record<number, string>> = {
  1: "79202c8a95395303",
  2: "a83fce6d0d130615",
  3: "ab4260ab64c02d15",
  4: "b7f02d77c7472b8e",
};

test("the schema is the one this version number was given to", () => {
  const hash = createHash("sha256").update(describeSchema()).digest("hex").slice(0, 16);
  expect(hash).toBe(HASHES[SCHEMA_VERSION]);
  expect(Object.keys(HASHES).map(Number)).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1));
});
