/** What the first bytes of a picture say. */
export interface PictureHeader {
  readonly type: PictureType;
  /** Pixels, as it is shown: turned where the file says so. */
  readonly width: number;
  readonly height: number;
}

export type PictureType = "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif";

/** Cameras put previews and notes before a JPEG's size, seldom more than this. */
export const HEADER_BYTES = 1024 * 1024;

/**
 * Tells what a picture is from its own bytes, never from its name or from what its sender calls it.
 *
 * @param bytes - The file, or its first HEADER_BYTES.
 * @returns undefined for anything that is not one of the five types, or has no size. Takes time linear in `bytes`.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const file = new Bytes(bytes);
  for (const read of [readPng, readJpeg, readGif, readWebp, readAvif]) {
    const header = read(file);
    if (header !== undefined) return header.width > 0 && header.height > 0 ? header : undefined;
  }
  return undefined;
}

/** Reads numbers; beyond the end everything is zero, which is no size, no marker and no box. */
class Bytes {
  readonly length: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  at(offset: number): number {
    return this.#bytes[offset] ?? 0;
  }

  /** Big-endian, of up to four bytes; `little` the other way round. */
  big(offset: number, count: number): number {
    let number = 0;
    for (let index = 0; index < count; index++) number = number * 256 + this.at(offset + index);
    return number;
  }

  little(offset: number, count: number): number {
    let number = 0;
    for (let index = count; index-- > 0;) number = number * 256 + this.at(offset + index);
    return number;
  }

  says(offset: number, text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      if (this.#bytes[offset + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }
}

function readPng(file: Bytes): PictureHeader | undefined {
  if (!file.says(0, "\x89PNG\r\n\x1a\n") || !file.says(12, "IHDR")) return undefined;
  return { type: "image/png", width: file.big(16, 4), height: file.big(20, 4) };
}

function readGif(file: Bytes): PictureHeader | undefined {
  if (!file.says(0, "GIF87a") && !file.says(0, "GIF89a")) return undefined;
  return { type: "image/gif", width: file.little(6, 2), height: file.little(8, 2) };
}

function readWebp(file: Bytes): PictureHeader | undefined {
  if (!file.says(0, "RIFF") || !file.says(8, "WEBP")) return undefined;
  const type = "image/webp";
  if (file.says(12, "VP8X")) return { type, width: file.little(24, 3) + 1, height: file.little(27, 3) + 1 };
  if (file.says(12, "VP8L") && file.at(20) === 0x2f) {
    const bits = file.little(21, 4);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (file.says(12, "VP8 ") && file.says(23, "\x9d\x01\x2a")) {
    return { type, width: file.little(26, 2) & 0x3fff, height: file.little(28, 2) & 0x3fff };
  }
  return undefined;
}

/** Segment by segment up to the first frame header (ITU T.81, annex B). */
function readJpeg(file: Bytes): PictureHeader | undefined {
  if (file.big(0, 2) !== 0xffd8) return undefined;
  let isTurned = false;
  for (let at = 2; at < file.length && file.at(at) === 0xff;) {
    const marker = file.at(at + 1);
    // Fill bytes, and markers without a segment.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (isFrame(marker)) {
      const [height, width] = [file.big(at + 5, 2), file.big(at + 7, 2)];
      return { type: "image/jpeg", width: isTurned ? height : width, height: isTurned ? width : height };
    } else {
      const length = file.big(at + 2, 2);
      // Words of the picture itself begin, or this is none.
      if (marker === 0xd9 || marker === 0xda || length < 2) return undefined;
      if (marker === 0xe1 && file.says(at + 4, "Exif\0\0")) isTurned = isTurnedByExif(file, at + 10, at + 2 + length);
      at += 2 + length;
    }
  }
  return undefined;
}

/** Every SOF but the three numbers among them that mean tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const ORIENTATION = 0x0112;

/** True when Exif has browsers lay the picture on its side. */
function isTurnedByExif(file: Bytes, start: number, end: number): boolean {
  const isLittle = file.says(start, "II");
  const read = (offset: number, count: number): number =>
    isLittle ? file.little(start + offset, count) : file.big(start + offset, count);
  const directory = read(4, 4);
  const entries = read(directory, 2);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (start + at + 12 > end) return false;
    if (read(at, 2) === ORIENTATION) return read(at + 8, 2) >= 5;
  }
  return false;
}

/** Where a box of ISO/IEC 14496-12 has its content. */
interface Box {
  readonly start: number;
  readonly end: number;
}

/** The largest picture in the file, for a grid or a thumbnail have sizes, too (ISO/IEC 23008-12). */
function readAvif(file: Bytes): PictureHeader | undefined {
  const [type] = boxesIn(file, { start: 0, end: file.length }, "ftyp");
  if (type === undefined || type.start !== 8 || !isAvif(file, type)) return undefined;
  const [meta] = boxesIn(file, { start: 0, end: file.length }, "meta");
  const [properties] = meta === undefined ? [] : boxesIn(file, { ...meta, start: meta.start + 4 }, "iprp");
  const [container] = properties === undefined ? [] : boxesIn(file, properties, "ipco");
  if (container === undefined) return undefined;
  let [width, height] = [0, 0];
  for (const { start } of boxesIn(file, container, "ispe")) {
    const [wide, high] = [file.big(start + 4, 4), file.big(start + 8, 4)];
    if (wide * high > width * height) [width, height] = [wide, high];
  }
  const isTurned = boxesIn(file, container, "irot").some(({ start }) => file.at(start) % 2 === 1);
  return { type: "image/avif", width: isTurned ? height : width, height: isTurned ? width : height };
}

/** Its main brand or one of those it is compatible with. */
function isAvif(file: Bytes, { start, end }: Box): boolean {
  for (let at = start; at < Math.min(end, start + 64); at += 4) {
    if (at !== start + 4 && (file.says(at, "avif") || file.says(at, "avis"))) return true;
  }
  return false;
}

/** Side by side, so that all of them together are read once. */
function boxesIn(file: Bytes, { start, end }: Box, name: string): Box[] {
  const found: Box[] = [];
  for (let at = start; at + 8 <= end;) {
    const size = file.big(at, 4);
    const isLast = size === 0;
    const next = isLast ? end : at + size;
    if (!isLast && size < 8) break;
    if (file.says(at + 4, name)) found.push({ start: at + 8, end: Math.min(next, end) });
    at = next;
  }
  return found;
}
