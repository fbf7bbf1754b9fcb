import type { Node } from "@tiptap/pm/model";
import { EXTRA, FIELDS, type Json } from "./fields.ts";

/**
 * A block's attributes as `data-*`, only those that differ from the default: the contract with stylesheets (README)
 * and a lossless carrier for copy and paste. Never a `style` attribute, which the page's policy blocks.
 */
export function renderFields(node: Node): Record<string, string> {
  const rendered: Record<string, string> = {};
  const fields = FIELDS[node.type.name];
  // Of every block there is, before the first is on the screen: no list is made of what is listed already.
  for (const name in fields) {
    const value = node.attrs[name] as Json;
    if (value === fields[name]?.initial) continue;
    rendered[`data-${name}`] = typeof value === "string" ? value : JSON.stringify(value);
  }
  const extra = node.attrs[EXTRA] as Json;
  if (extra !== null) rendered[`data-${EXTRA}`] = JSON.stringify(extra);
  return rendered;
}

/** For a node view: keeps the fields on its element those of the node given last, and leaves its other attributes alone. */
export function fieldsOn(element: Element): (node: Node) => void {
  let shown: Record<string, string> = {};
  return (node) => {
    const wanted = renderFields(node);
    for (const name in shown) if (!(name in wanted)) element.removeAttribute(name);
    for (const name in wanted) if (shown[name] !== wanted[name]) element.setAttribute(name, wanted[name] ?? "");
    shown = wanted;
  };
}

/** The reverse of {@link renderFields}: what our own HTML says; repaired, because HTML comes from anywhere. */
export function parseFields(name: string, element: HTMLElement): Record<string, Json> {
  const parsed: Record<string, Json> = {};
  for (const [field, { repair, isText = false }] of Object.entries(FIELDS[name] ?? {})) {
    const text = element.getAttribute(`data-${field}`);
    if (text === null) continue;
    parsed[field] = repair(isText ? text : parseJson(text));
  }
  const extra = parseJson(element.getAttribute(`data-${EXTRA}`));
  if (isRecord(extra)) parsed[EXTRA] = extra;
  return parsed;
}

/** @returns null for no text and for text that is not JSON. */
export function parseJson(text: string | null): Json {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
