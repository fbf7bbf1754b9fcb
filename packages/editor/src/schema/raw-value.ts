import { isRecord } from "./dom-attributes.ts";
import type { Json } from "./fields.ts";

/**
 * A Y subtree as JSON. `element` and `text` are what XML types hold; `embed` is an object inside a text; `opaque` is a
 * shared type that has no XML form, kept in place but not copied.
 */
export type Raw =
  | { readonly kind: "element"; readonly name: string; readonly attributes: Json; readonly children: readonly Raw[] }
  | { readonly kind: "text"; readonly delta: readonly RawInsert[] }
  | { readonly kind: "embed"; readonly value: Json }
  | { readonly kind: "opaque" };

export interface RawInsert {
  readonly insert: string | Raw;
  readonly attributes?: Json;
}

/** True for the shapes above, checked all the way down: pasted HTML can claim anything. */
export function isRaw(value: unknown, depth = 0): value is Raw {
  if (!isRecord(value) || depth > 32) return false;
  switch (value["kind"]) {
    case "element":
      return (
        typeof value["name"] === "string" &&
        isRecord(value["attributes"]) &&
        Array.isArray(value["children"]) &&
        value["children"].every((child) => isRaw(child, depth + 1))
      );
    case "text":
      return (
        Array.isArray(value["delta"]) &&
        value["delta"].every(
          (op: unknown) => isRecord(op) && (typeof op["insert"] === "string" || isRaw(op["insert"], depth + 1)),
        )
      );
    case "embed":
      return "value" in value;
    case "opaque":
      return true;
    default:
      return false;
  }
}

const LONGEST_PREVIEW = 2000;

/** The words inside, for people to read in the placeholder; the element's name when there are none. */
export function rawText(raw: Raw): string {
  const text = wordsOf(raw).trim().slice(0, LONGEST_PREVIEW);
  return text !== "" ? text : raw.kind === "element" ? `[${raw.name}]` : "[…]";
}

function wordsOf(raw: Raw): string {
  switch (raw.kind) {
    case "element":
      return raw.children
        .map(wordsOf)
        .filter((text) => text !== "")
        .join(" ");
    case "text":
      return raw.delta.map((op) => (typeof op.insert === "string" ? op.insert : wordsOf(op.insert))).join("");
    case "embed":
    case "opaque":
      return "";
  }
}
