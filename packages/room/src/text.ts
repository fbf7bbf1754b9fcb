import type { Reader } from "@sheaf/protocol";

/** Levels of arrays and objects in one value; deeper ones overflow the stack of whoever decodes or writes them. */
export const MAX_VALUE_DEPTH = 256;

/**
 * Reads past one length-prefixed string.
 *
 * @returns Its length in UTF-16 units, which is what Yjs counts in clocks. Fails on whatever Yjs' own
 * fatal decoder throws at: stray or missing continuation bytes, overlong forms, surrogates.
 */
export function skipText(reader: Reader): number {
  const { bytes } = reader;
  const size = reader.varUint();
  let at = reader.position;
  reader.skip(size);
  if (reader.failed) return 0;
  const end = reader.position;
  let units = 0;
  while (at < end) {
    const first = bytes[at++]!;
    units++;
    if (first < 0x80) continue;
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || at + more > end) return reader.fail();
    const second = bytes[at]!;
    // The second byte alone tells overlong forms, surrogates and code points past U+10FFFF apart.
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return reader.fail();
    for (let i = 1; i < more; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return reader.fail();
    if (more === 3) units++;
    at += more;
  }
  return units;
}

/** Reads past one string that must be JSON no deeper than MAX_VALUE_DEPTH: Yjs parses it while applying, and throws. */
export function skipJson(reader: Reader): void {
  const text = reader.varString(reader.bytes.length);
  if (!reader.failed && parseJson(text) === undefined) reader.fail();
}

/** @returns The value in a box (so that `null` is a success), or undefined when `text` is not JSON or too deep. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  if (text.length <= MAX_VALUE_DEPTH) return false;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (quoted) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) quoted = false;
    } else if (unit === QUOTE) quoted = true;
    else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      if (++depth > MAX_VALUE_DEPTH) return true;
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
