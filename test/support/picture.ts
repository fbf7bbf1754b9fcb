import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** A PNG of one colour, more or less. Another `tint` makes other bytes, and another hash. */
export function makePng(width: number, height: number, tint = 0): Uint8Array<ArrayBuffer> {
  const line = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x++) line.set([(x * 255) / width, (tint * 67) % 256, 160], 1 + x * 3);
  return encode(width, height, Buffer.concat(Array.from({ length: height }, () => line)));
}

/** A PNG that says it is of this size and holds next to nothing. */
export const claimPng = (width: number, height: number): Uint8Array<ArrayBuffer> =>
  encode(width, height, Buffer.alloc(8));

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function encode(width: number, height: number, pixels: Buffer): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const parts = [signature, chunk("IHDR", header), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat(parts));
}
