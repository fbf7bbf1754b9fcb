import * as Y from "yjs";
import type { Formats, Insert } from "../binding/y-types.ts";
import type { LostWords } from "./port.ts";

/** How much of what stood on either side of a lost run is kept to find its place again, in UTF-16 units. */
const CONTEXT = 32;

/** A stretch of lost words, and what its place looked like to whoever deleted it. */
export interface LostRun {
  readonly content: readonly Insert[];
  /** As text; an object counts as U+FFFC. */
  readonly words: string;
  /** What stood before and after it, nearest last and first; empty at the ends of the text. */
  readonly before: string;
  readonly after: string;
  /** Offset among the words around it, and offset with the lost runs before it counted. */
  readonly offset: number;
  readonly offsetInAll: number;
}

/** A deleted text that lost words stood in. */
export interface DeadText {
  readonly type: Y.XmlText;
  /** Of the block it was the text of; null when that had none. */
  readonly blockId: string | null;
  readonly runs: readonly LostRun[];
  readonly authors: readonly number[];
}

/** One UTF-16 unit or object of a text. */
interface Unit {
  readonly value: string | object;
  readonly formats: Formats;
  readonly isLost: boolean;
}

/** Reads what was lost from deleted content, text by text in the order of the document. Empty where Yjs forgot it. */
export function deadTextsOf(doc: Y.Doc, words: LostWords): DeadText[] {
  return [...textsHolding(doc, words)]
    .map(([type, authors]) => ({ type, authors: [...authors], path: pathOf(type._item) }))
    .sort((a, b) => comparePaths(a.path, b.path))
    .map(({ type, authors }) => ({ type, authors, blockId: blockIdOf(type), runs: runsOf(unitsOf(type, words)) }))
    .filter(({ runs }) => runs.length > 0);
}

function textsHolding({ store }: Y.Doc, { lost }: LostWords): Map<Y.XmlText, Set<number>> {
  const texts = new Map<Y.XmlText, Set<number>>();
  for (const { client, clock, length } of lost.ranges()) {
    const structs = store.clients.get(client) ?? [];
    for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
      const struct = structs[at];
      if (struct === undefined || struct.id.clock >= clock + length) break;
      if (!(struct instanceof Y.Item) || !(struct.parent instanceof Y.XmlText)) continue;
      const authors = texts.get(struct.parent) ?? new Set();
      if (struct.countable) authors.add(client);
      texts.set(struct.parent, authors);
    }
  }
  return texts;
}

/** The text as it was before it went, without what others had deleted in it before or nobody here has to put back. */
function unitsOf(type: Y.XmlText, { lost, seen }: LostWords): Unit[] {
  const units: Unit[] = [];
  let formats: Formats = {};
  for (let item = type._start; item !== null; item = item.right) {
    const { content, id } = item;
    for (let at = 0; at < item.length; at++) {
      const isLost = lost.has(id.client, id.clock + at);
      if (!isLost && !seen.has(id.client, id.clock + at)) continue;
      if (content instanceof Y.ContentFormat) formats = { ...formats, [content.key]: content.value };
      else if (content instanceof Y.ContentString) units.push({ value: content.str.charAt(at), formats, isLost });
      else if (content instanceof Y.ContentEmbed) units.push({ value: content.embed, formats, isLost });
    }
  }
  return units;
}

function runsOf(units: readonly Unit[]): LostRun[] {
  const runs: LostRun[] = [];
  let seen = "";
  const rest = units.filter(({ isLost }) => !isLost).map(textOf);
  let offset = 0;
  for (let at = 0; at < units.length;) {
    if (units[at]?.isLost !== true) {
      seen += rest[offset++] ?? "";
      at++;
      continue;
    }
    let end = at;
    while (units[end]?.isLost === true) end++;
    const lost = units.slice(at, end);
    runs.push({
      content: insertsOf(lost),
      words: lost.map(textOf).join(""),
      before: seen.slice(-CONTEXT),
      after: rest.slice(offset, offset + CONTEXT).join(""),
      offset,
      offsetInAll: at,
    });
    at = end;
  }
  return runs;
}

function insertsOf(units: readonly Unit[]): Insert[] {
  const inserts: { insert: string | object; attributes: Formats }[] = [];
  for (const { value, formats } of units) {
    const last = inserts.at(-1);
    if (typeof value === "string" && typeof last?.insert === "string" && last.attributes === formats)
      last.insert += value;
    else inserts.push({ insert: value, attributes: formats });
  }
  return inserts;
}

const textOf = ({ value }: Unit): string => (typeof value === "string" ? value : "\uFFFC");

/** Of the block that a text is of. Read around `getAttribute`, which does not show what was deleted. */
export function blockIdOf({ parent }: Y.XmlText): string | null {
  if (!(parent instanceof Y.XmlElement)) return null;
  const id: unknown = parent._map.get("id")?.content.getContent().at(-1);
  return typeof id === "string" ? id : null;
}

/** Indexes from the root down, deleted siblings counted. */
function pathOf(dead: Y.Item | null): number[] {
  const path: number[] = [];
  for (let item = dead; item !== null; item = (item.parent as Y.AbstractType<unknown>)._item) {
    let index = 0;
    for (let left = item.left; left !== null; left = left.left) index++;
    path.unshift(index);
  }
  return path;
}

function comparePaths(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
