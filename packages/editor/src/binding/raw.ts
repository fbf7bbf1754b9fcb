import { fromBase64, toBase64 } from "lib0/buffer";
import * as Y from "yjs";
import { isRecord } from "../schema/dom-attributes.ts";
import type { Json } from "../schema/fields.ts";
import type { Raw, RawInsert } from "../schema/raw-value.ts";
import { textContent, type Formats } from "./y-types.ts";

/** Reads a Y subtree as JSON, whatever it is. Never writes. */
export function readRaw(type: unknown): Raw {
  // XmlHook extends Y.Map and XmlElement extends XmlFragment: the order of these tests matters.
  if (type instanceof Y.XmlElement) {
    return {
      kind: "element",
      name: type.nodeName,
      attributes: toJson(type.getAttributes()),
      children: type.toArray().map(readRaw),
    };
  }
  if (type instanceof Y.XmlText) {
    return {
      kind: "text",
      delta: textContent(type).map(({ insert, attributes }): RawInsert => {
        const value = typeof insert === "string" ? insert : readRaw(insert);
        return attributes === undefined ? { insert: value } : { insert: value, attributes: toJson(attributes) };
      }),
    };
  }
  if (type instanceof Y.AbstractType) return { kind: "opaque" };
  return { kind: "embed", value: toJson(type) };
}

/**
 * Builds a copy of what {@link readRaw} read, not yet part of a document.
 *
 * @returns null for an opaque type, of which nothing is known.
 */
export function createRaw(raw: Raw): Y.XmlElement | Y.XmlText | null {
  switch (raw.kind) {
    case "element": {
      const element = new Y.XmlElement(raw.name);
      if (isRecord(raw.attributes))
        for (const [name, value] of Object.entries(raw.attributes)) setAttribute(element, name, fromJson(value));
      element.insert(
        0,
        raw.children.map(createRaw).filter((child) => child !== null),
      );
      return element;
    }
    case "text": {
      const text = new Y.XmlText();
      text.applyDelta(raw.delta.flatMap(createInsert));
      return text;
    }
    case "embed":
    case "opaque":
      return null;
  }
}

/** What goes into a text for an inline placeholder; null when nothing can. */
export function createEmbed(raw: Raw): object | null {
  if (raw.kind !== "embed") return createRaw(raw);
  const value = fromJson(raw.value);
  return typeof value === "object" ? value : null;
}

function createInsert({ insert, attributes }: RawInsert): { insert: string | object; attributes: Formats }[] {
  const value = typeof insert === "string" ? insert : createEmbed(insert);
  return value === null ? [] : [{ insert: value, attributes: { ...(fromJson(attributes ?? {}) as Formats) } }];
}

/** Yjs types attribute values as strings; it stores any JSON. */
export function setAttribute(element: Y.XmlElement, name: string, value: unknown): void {
  element.setAttribute(name, value as string);
}

const BYTES = "$bytes";

/** Bytes become base64 under a reserved key; what JSON cannot hold becomes null. */
export function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return { [BYTES]: toBase64(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Y.AbstractType || value === undefined || typeof value === "bigint") return null;
  if (isRecord(value)) {
    // Sorted: replicas hold the same attributes in the order in which they arrived.
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, toJson(value[name])]));
  }
  return value as Json;
}

export function fromJson(value: Json): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (!isRecord(value)) return value;
  const bytes = value[BYTES];
  if (typeof bytes === "string" && Object.keys(value).length === 1) return fromBase64(bytes);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromJson(inner)]));
}
