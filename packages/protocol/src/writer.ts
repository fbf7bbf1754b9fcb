import { encodeUtf8 } from "lib0/string";

/** A writer's room is kept for the next one up to this. */
const MOST_KEPT_BYTES = 64 * 1024;

/**
 * Writes lib0's encodings, the counterpart of `Reader`. Room is taken from the last writer that has finished, and what
 * is short becomes an array without a buffer of its own: with lib0's encoder two buffers a frame were most of its cost.
 *
 * ```
 * const writer = Writer.begin();
 * writer.varUint(1);
 * return writer.finish();
 * ```
 */
export class Writer {
  static #spare: Writer | undefined;
  #bytes = new Uint8Array(1024);
  #length = 0;

  private constructor() {}

  static begin(): Writer {
    const writer = Writer.#spare ?? new Writer();
    Writer.#spare = undefined;
    writer.#length = 0;
    return writer;
  }

  /** @returns What was written, in bytes of its own. The writer must not be used any more. */
  finish(): Uint8Array<ArrayBuffer> {
    const written = this.#bytes.slice(0, this.#length);
    if (this.#bytes.length <= MOST_KEPT_BYTES) Writer.#spare = this;
    return written;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** An unsigned integer of at most 53 bits, 7 bits a byte, lowest first. */
  varUint(value: number): void {
    this.#reserve(8);
    let left = value;
    while (left > 127) {
      this.#bytes[this.#length++] = 128 | (left & 127);
      left = left <= MAX_INT32 ? left >> 7 : Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Bytes behind their length. */
  varBytes(bytes: Uint8Array): void {
    this.varUint(bytes.length);
    this.bytes(bytes);
  }

  /** UTF-8 behind its length. */
  varString(text: string): void {
    if (text.length > ONE_BYTE_LENGTH) return this.varBytes(encodeUtf8(text));
    this.#reserve(text.length + 1);
    const start = this.#length;
    // Nearly always an id: a byte a letter.
    this.#bytes[this.#length++] = text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.#length = start;
        return this.varBytes(encodeUtf8(text));
      }
      this.#bytes[this.#length++] = code;
    }
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const MAX_INT32 = 2 ** 31 - 1;
/** Whose length takes one byte. */
const ONE_BYTE_LENGTH = 127;
