import { decodeUtf8 } from "lib0/string";

/**
 * Reads lib0's encodings from bytes nobody vouches for.
 *
 * It never throws and never reads outside `bytes`: after the first fault `failed` is true and every
 * read returns zero or empty, so a decoder reads straight through and asks once at the end. A loop
 * whose count was read must also stop on `failed`.
 */
export class Reader {
  readonly bytes: Uint8Array;
  position = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** True when nothing failed and every byte was read. */
  get complete(): boolean {
    return !this.failed && this.position === this.bytes.length;
  }

  /** Marks the input as refused; what was read so far must not be used. */
  fail(): 0 {
    this.failed = true;
    return 0;
  }

  uint8(): number {
    if (this.failed || this.position >= this.bytes.length) return this.fail();
    return this.bytes[this.position++]!;
  }

  /** All that is left. */
  rest(): Uint8Array {
    const bytes = this.bytes.subarray(this.position);
    this.position = this.bytes.length;
    return bytes;
  }

  /** An unsigned integer of at most 53 bits, 7 bits a byte, lowest first. */
  varUint(max: number = Number.MAX_SAFE_INTEGER): number {
    if (this.failed) return 0;
    const { bytes } = this;
    let value = 0;
    let scale = 1;
    for (;;) {
      // Not by way of uint8: numbers are most of what is read, and a call for each byte most of the time.
      if (this.position >= bytes.length) return this.fail();
      const byte = bytes[this.position++]!;
      value += (byte & 127) * scale;
      if (value > max) return this.fail();
      if (byte < 128) return value;
      // An eighth continuation byte can only add bits past the 53rd.
      if (scale >= 2 ** 49) return this.fail();
      scale *= 128;
    }
  }

  /** Length-prefixed bytes, as a view into the input. A length over `limit` fails before anything is read. */
  varBytes(limit: number): Uint8Array {
    return this.fixedBytes(this.varUint(limit));
  }

  /** Length-prefixed UTF-8 of at most `limit` bytes; malformed UTF-8 fails. */
  varString(limit: number): string {
    const bytes = this.varBytes(limit);
    if (this.failed) return "";
    try {
      return decodeUtf8(bytes);
    } catch {
      this.fail();
      return "";
    }
  }

  fixedBytes(length: number): Uint8Array {
    const start = this.position;
    if (this.failed || length > this.bytes.length - start) {
      this.fail();
      return EMPTY;
    }
    this.position = start + length;
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    if (this.failed || length > this.bytes.length - this.position) this.fail();
    else this.position += length;
  }
}

const EMPTY = new Uint8Array(0);
