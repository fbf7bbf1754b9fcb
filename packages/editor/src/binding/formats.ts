import type { Mark, NodeType, Schema } from "@tiptap/pm/model";
import { isRecord } from "../schema/dom-attributes.ts";
import { EXTRA, MARK_VALUES, type Json } from "../schema/fields.ts";
import { fromJson, toJson } from "./raw.ts";
import type { Formats } from "./y-types.ts";

/**
 * The marks that show a text's formats inside `parent`: known ones where they are allowed, the catch-all for the rest.
 * Sorted, because the order in which formats were written must not make two equal texts differ.
 */
export function marksOf(schema: Schema, parent: NodeType, formats: Formats | undefined): readonly Mark[] {
  if (formats === undefined) return [];
  let marks: readonly Mark[] = [];
  for (const name of Object.keys(formats).sort()) {
    const value = toJson(formats[name]);
    if (value === null) continue;
    marks = (knownMark(schema, parent, name, value) ?? unknownMark(schema, name, value)).addToSet(marks);
  }
  return marks;
}

/** The formats that hold `marks`. */
export function formatsOf(marks: readonly Mark[]): Formats {
  const formats: Formats = {};
  for (const mark of marks) formats[formatName(mark)] = fromJson(formatValue(mark));
  return formats;
}

/** What must be written over text that has `from` so that it has `to`; null when they agree. */
export function formatChange(from: readonly Mark[], to: readonly Mark[]): Formats | null {
  const change: Formats = {};
  for (const mark of from) if (!mark.isInSet(to)) change[formatName(mark)] = null;
  for (const mark of to) if (!mark.isInSet(from)) change[formatName(mark)] = fromJson(formatValue(mark));
  return Object.keys(change).length === 0 ? null : change;
}

function knownMark(schema: Schema, parent: NodeType, name: string, value: Json): Mark | null {
  const type = schema.marks[name];
  if (type === undefined || name === "unknownMark" || !parent.allowsMarkType(type)) return null;
  const own = MARK_VALUES[name];
  if (own === undefined) return type.create({ [EXTRA]: isEmpty(value) ? null : value });
  if (!isRecord(value)) return null;
  const { [own]: text, ...extra } = value;
  if (typeof text !== "string") return null;
  return type.create({ [own]: text, [EXTRA]: isEmpty(extra) ? null : extra });
}

function unknownMark(schema: Schema, name: string, value: Json): Mark {
  const type = schema.marks["unknownMark"];
  if (type === undefined) throw new Error("the schema has no unknownMark");
  return type.create({ name, value });
}

function formatName(mark: Mark): string {
  return mark.type.name === "unknownMark" ? String(mark.attrs["name"]) : mark.type.name;
}

function formatValue(mark: Mark): Json {
  if (mark.type.name === "unknownMark") return mark.attrs["value"] as Json;
  const extra = mark.attrs[EXTRA] as Json;
  const own = MARK_VALUES[mark.type.name];
  if (own === undefined) return extra ?? {};
  return { ...(isRecord(extra) ? extra : {}), [own]: mark.attrs[own] as Json };
}

function isEmpty(value: Json): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
