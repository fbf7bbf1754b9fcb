import type { Attrs, Node } from "@tiptap/pm/model";
import type * as Y from "yjs";
import { isRecord } from "../schema/dom-attributes.ts";
import { EXTRA, FIELDS, type Extra, type Json } from "../schema/fields.ts";
import { fromJson, setAttribute, toJson } from "./raw.ts";

/** An element's attributes for the view: repaired where out of range, unknown ones gathered into one hidden attribute. */
export const readAttributes = (element: Y.XmlElement): Attrs => readValues(element.nodeName, element.getAttributes());

/** The same of what is no element, by the name of the node that shows it. */
export function readValues(node: string, values: Readonly<Record<string, unknown>>): Attrs {
  const fields = FIELDS[node] ?? {};
  const attributes: Record<string, Json> = {};
  let extra: Record<string, Json> | null = null;
  for (const name of Object.keys(values)) {
    const field = fields[name];
    if (field === undefined) (extra ??= {})[name] = toJson(values[name]);
    else attributes[name] = field.repair(values[name]);
  }
  if (extra !== null) attributes[EXTRA] = toJson(extra);
  return attributes;
}

/** Writes the attributes that differ between two nodes shown for `element`, and no other. */
export function writeAttributes(element: Y.XmlElement, before: Node | null, after: Node): void {
  for (const [name, field] of Object.entries(FIELDS[after.type.name] ?? {})) {
    const value = after.attrs[name] as Json;
    if (isSame((before?.attrs[name] ?? field.initial) as Json, value)) continue;
    if (isSame(value, field.initial)) element.removeAttribute(name);
    else setAttribute(element, name, value);
  }
  const old = (before?.attrs[EXTRA] ?? null) as Extra;
  const extra = (after.attrs[EXTRA] ?? null) as Extra;
  for (const name of Object.keys(old ?? {})) if (extra?.[name] === undefined) element.removeAttribute(name);
  for (const [name, value] of Object.entries(extra ?? {}))
    if (!isSame(old?.[name] ?? null, value)) setAttribute(element, name, fromJson(value));
}

/** The attributes of a node that is not an element of its own, as {@link readValues} reads them. */
export function valuesOf({ type, attrs }: Node): Record<string, unknown> {
  const values = fromJson(attrs[EXTRA] as Json);
  const known = Object.entries(FIELDS[type.name] ?? {}).filter(
    ([name, { initial }]) => !isSame(attrs[name] as Json, initial),
  );
  return { ...(isRecord(values) ? values : {}), ...Object.fromEntries(known.map(([name]) => [name, attrs[name]])) };
}

/** Equality of JSON values. */
export function isSame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, at) => isSame(value, b[at] as Json));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && isSame(a[name] ?? null, b[name] ?? null))
  );
}
