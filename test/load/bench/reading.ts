/** Where the next number is read. One for all: nothing here reads two things at a time. */
export const reading = { at: 0 };

export function readVarUint(bytes: Uint8Array): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[reading.at++]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
}

const GC = 0;
const DELETED = 1;
const STRING = 4;
const SKIP = 10;

/**
 * Walks the structs of a Yjs update (V1): an update may be many that were merged, and counts for what it holds.
 * Knows what typing makes, and nothing else.
 */
export function walkStructs(
  bytes: Uint8Array,
  at: number,
  arrived: (client: number, clock: number, length: number) => void,
): void {
  reading.at = at;
  for (let sections = readVarUint(bytes); sections > 0; sections--) {
    let structs = readVarUint(bytes);
    const client = readVarUint(bytes);
    let clock = readVarUint(bytes);
    for (; structs > 0; structs--) {
      const info = bytes[reading.at++]!;
      const kind = info & 31;
      if (kind !== GC && kind !== SKIP) skipPlace(bytes, info);
      const length = kind === STRING ? readString(bytes) : readVarUint(bytes);
      if (kind > STRING && kind !== SKIP) throw new Error(`content of kind ${kind} where text was typed`);
      if (kind === STRING || kind === DELETED || kind === GC) arrived(client, clock, length);
      clock += length;
    }
  }
}

function skipPlace(bytes: Uint8Array, info: number): void {
  if ((info & 128) !== 0) skipId(bytes);
  if ((info & 64) !== 0) skipId(bytes);
  if ((info & 192) === 0) {
    if (readVarUint(bytes) === 1) readString(bytes);
    else skipId(bytes);
  }
}

function skipId(bytes: Uint8Array): void {
  readVarUint(bytes);
  readVarUint(bytes);
}

/** @returns Its length; what is typed here is ASCII. */
function readString(bytes: Uint8Array): number {
  const length = readVarUint(bytes);
  reading.at += length;
  return length;
}
