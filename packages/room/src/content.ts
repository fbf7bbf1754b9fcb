import type { Reader } from "@sheaf/protocol";
import { MAX_VALUE_DEPTH, skipJson, skipText } from "./text.ts";

/** Clocks one GC, deleted or skipped run may take; a longer one only serves to burn a client id for ever. */
export const MAX_RUN = 2 ** 31;

/**
 * Reads past the content of one item, by the rules of Yjs' own `readItemContent` (V1).
 *
 * @param kind - The low five bits of the struct's info byte.
 * @returns How many clocks the item takes; 0 after a failure, and for content Yjs never writes.
 */
export function skipContent(reader: Reader, kind: number): number {
  switch (kind) {
    case DELETED:
      return reader.varUint(MAX_RUN);
    case JSON_VALUES:
      return skipMany(reader, skipJsonOrUndefined);
    case BINARY:
      reader.skip(reader.varUint());
      return 1;
    case STRING:
      return skipText(reader);
    case EMBED:
      skipJson(reader);
      return 1;
    case FORMAT:
      skipText(reader);
      skipJson(reader);
      return 1;
    case TYPE: {
      const type = reader.varUint(XML_TEXT);
      if (type === XML_ELEMENT || type === XML_HOOK) skipText(reader);
      return 1;
    }
    case ANY:
      return skipMany(reader, (one) => skipAny(one, 0));
    case DOCUMENT:
      skipText(reader);
      // Yjs reads properties of the options at once, so null or undefined there throws at every client.
      if (reader.bytes[reader.position] !== ANY_OBJECT) reader.fail();
      skipAny(reader, 0);
      return 1;
    default:
      return reader.fail();
  }
}

/** The count is never trusted: each value takes a byte at least, so a lie runs out of bytes. */
function skipMany(reader: Reader, skipOne: (reader: Reader) => void): number {
  const count = reader.varUint();
  for (let i = 0; i < count && !reader.failed; i++) skipOne(reader);
  return count;
}

function skipJsonOrUndefined(reader: Reader): void {
  const start = reader.position;
  const text = reader.varString(reader.bytes.length);
  if (text === "undefined") return;
  reader.position = start;
  skipJson(reader);
}

/** Reads past one value in lib0's `any` encoding. */
function skipAny(reader: Reader, depth: number): void {
  switch (reader.uint8()) {
    case ANY_UNDEFINED:
    case ANY_NULL:
    case ANY_FALSE:
    case ANY_TRUE:
      return;
    case ANY_INTEGER:
      // Sign and six bits, then as a varUint: never more than that many bytes, and nothing here needs the value.
      if (reader.uint8() >= 128) reader.varUint(2 ** 47);
      return;
    case ANY_FLOAT32:
      return reader.skip(4);
    case ANY_FLOAT64:
    case ANY_BIGINT:
      return reader.skip(8);
    case ANY_STRING:
      skipText(reader);
      return;
    case ANY_OBJECT:
      return skipChildren(reader, depth, true);
    case ANY_ARRAY:
      return skipChildren(reader, depth, false);
    case ANY_BYTES:
      return reader.skip(reader.varUint());
    default:
      reader.fail();
  }
}

function skipChildren(reader: Reader, depth: number, named: boolean): void {
  const count = reader.varUint();
  if (depth >= MAX_VALUE_DEPTH) reader.fail();
  for (let i = 0; i < count && !reader.failed; i++) {
    if (named) skipText(reader);
    skipAny(reader, depth + 1);
  }
}

const DELETED = 1;
const JSON_VALUES = 2;
const BINARY = 3;
export const STRING = 4;
const EMBED = 5;
const FORMAT = 6;
const TYPE = 7;
const ANY = 8;
const DOCUMENT = 9;

const XML_ELEMENT = 3;
const XML_HOOK = 5;
const XML_TEXT = 6;

const ANY_BYTES = 116;
const ANY_ARRAY = 117;
const ANY_OBJECT = 118;
const ANY_STRING = 119;
const ANY_TRUE = 120;
const ANY_FALSE = 121;
const ANY_BIGINT = 122;
const ANY_FLOAT64 = 123;
const ANY_FLOAT32 = 124;
const ANY_INTEGER = 125;
const ANY_NULL = 126;
const ANY_UNDEFINED = 127;
