import { type DownFrame, encodeDown } from "./down.ts";
import { MAX_FRAME_BYTES, MAX_SNAPSHOT_BYTES } from "./limits.ts";

/** Bytes of a fragment's own header, at most. */
const HEADER_BYTES = 16;

/**
 * Splits an encoded frame that one message cannot carry into fragment frames (W39).
 *
 * @returns The frame itself where it fits.
 */
export function fragment(frame: Uint8Array): readonly Uint8Array[] {
  if (frame.length <= MAX_FRAME_BYTES) return [frame];
  const size = MAX_FRAME_BYTES - HEADER_BYTES;
  const count = Math.ceil(frame.length / size);
  return Array.from({ length: count }, (_, index) =>
    encodeDown({
      kind: "fragment",
      left: count - 1 - index,
      bytes: frame.subarray(index * size, (index + 1) * size),
    }),
  );
}

/** Puts the fragments of one connection together again. */
export class Assembly {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #left = 0;

  /** @returns The whole frame with the last piece, undefined before; `false` when pieces do not fit together. */
  add({ left, bytes }: Extract<DownFrame, { kind: "fragment" }>): Uint8Array | undefined | false {
    if ((this.#pieces.length > 0 && left !== this.#left - 1) || this.#bytes + bytes.length > MAX_SNAPSHOT_BYTES)
      return false;
    // The message it came in may be a buffer that is used again.
    this.#pieces.push(bytes.slice());
    this.#bytes += bytes.length;
    this.#left = left;
    if (left > 0) return undefined;
    const frame = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces.splice(0)) {
      frame.set(piece, at);
      at += piece.length;
    }
    this.#bytes = 0;
    return frame;
  }
}
