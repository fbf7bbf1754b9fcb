/** Client ids take five bytes, as those that clients choose by chance do. */
const FIRST_CLIENT = 2 ** 31;

export const clientOf = (typist: number): number => FIRST_CLIENT + typist;
export const typistOf = (client: number): number => client - FIRST_CLIENT;

/** The letter somebody types at a clock, so that each can be checked where it arrives. */
export const letterAt = (typist: number, clock: number): number => 97 + ((typist + clock * 7) % 26);

/** The name of the shared text. */
export const TEXT = "text";

/** The update of a letter that somebody types behind their last, as Yjs writes it. */
export function encodeLetter(typist: number, clock: number): Uint8Array {
  const client = varUint(clientOf(typist));
  const place = clock === 0 ? [4, 1, TEXT.length, ...Buffer.from(TEXT)] : [128 + 4, ...client, ...varUint(clock - 1)];
  return Uint8Array.of(1, 1, ...client, ...varUint(clock), ...place, 1, letterAt(typist, clock), 0);
}

/** The update of a long run of one letter, which takes the typist's run before it away: the document stays small. */
export function encodeRun(typist: number, clock: number, length: number): Uint8Array {
  const client = varUint(clientOf(typist));
  const deleted = clock === 0 ? [0] : [1, ...client, 1, ...varUint(clock - length), ...varUint(length)];
  const item = [4, 1, TEXT.length, ...Buffer.from(TEXT), ...varUint(length)];
  const head = Uint8Array.of(1, 1, ...client, ...varUint(clock), ...item);
  return Buffer.concat([head, Buffer.alloc(length, letterAt(typist, 0)), Uint8Array.from(deleted)]);
}

function varUint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
