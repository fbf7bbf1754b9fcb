/**
 * What SQLite cannot say about its write-ahead log: whether it ends where writing ended, or where a bit has flipped.
 * SQLite stops at the first frame that does not match its checksum and forgets all commits behind it without a word.
 *
 * Layout: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** A log that was mended so that every commit in it counts again; what is wrong in a page is for checksums of rows. */
export interface Mended {
  /** The whole file, with checksums that match. */
  readonly bytes: Uint8Array;
  /** Commits SQLite would have dropped. */
  readonly commits: number;
}

/**
 * Mends a log that has a damaged frame in its middle.
 *
 * A crash leaves at most one commit unsynced, so a header or frame that does not match, with more than one whole commit
 * behind it, was damaged afterwards. With one or none nobody can tell, and what was not synced may not be revived: it
 * stays as it is.
 *
 * @param pageBytes - Of the database, for a log whose own header is damaged.
 * @returns undefined when nothing has to be mended.
 */
export function mendWriteAheadLog(bytes: Uint8Array, pageBytes: number): Mended | undefined {
  if (bytes.length < HEADER_BYTES + FRAME_HEADER_BYTES) return undefined;
  const mended = bytes.slice();
  const view = new DataView(mended.buffer);
  const isHeaderWhole = matches(view, 24, checksum(view, 0, 24, [0, 0], isBigEndian(view)));
  if (!isHeaderWhole) makeHeader(view, pageBytes);
  const frameBytes = FRAME_HEADER_BYTES + view.getUint32(8);
  /** What the file says of everything before, and what is true of it once it is mended. */
  let said = sumAt(view, 24);
  let sum = said;
  let isDamaged = !isHeaderWhole;
  let commits = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    // Frames of an earlier generation have other salts: here writing ended.
    if (view.getUint32(at + 8) !== view.getUint32(16) || view.getUint32(at + 12) !== view.getUint32(20)) break;
    const isWhole = matches(view, at + 16, frameSum(view, at, frameBytes, said));
    said = sumAt(view, at + 16);
    sum = frameSum(view, at, frameBytes, sum);
    isDamaged ||= !isWhole;
    if (!isDamaged) continue;
    write(view, at + 16, sum);
    if (isWhole && view.getUint32(at + 4) > 0) commits++;
  }
  return commits > 1 ? { bytes: mended, commits } : undefined;
}

/** The header that a log with these frames has: all of it but the salts is the same in every log of this file. */
function makeHeader(view: DataView, pageBytes: number): void {
  view.setUint32(0, MAGIC);
  view.setUint32(4, VERSION);
  view.setUint32(8, pageBytes);
  view.setUint32(16, view.getUint32(HEADER_BYTES + 8));
  view.setUint32(20, view.getUint32(HEADER_BYTES + 12));
  write(view, 24, checksum(view, 0, 24, [0, 0], false));
}

/** Says of the words that checksums are taken of; the lowest bit tells their order. */
const MAGIC = 0x377f0682;
const VERSION = 3_007_000;

const isBigEndian = (view: DataView): boolean => (view.getUint32(0) & 1) === 1;

type Sum = readonly [number, number];

const sumAt = (view: DataView, at: number): Sum => [view.getUint32(at), view.getUint32(at + 4)];

/** The checksum of a frame, which goes on from the one before it. */
function frameSum(view: DataView, at: number, frameBytes: number, before: Sum): Sum {
  const headed = checksum(view, at, at + 8, before, isBigEndian(view));
  return checksum(view, at + FRAME_HEADER_BYTES, at + frameBytes, headed, isBigEndian(view));
}

const matches = (view: DataView, at: number, [first, second]: Sum): boolean =>
  view.getUint32(at) === first && view.getUint32(at + 4) === second;

function write(view: DataView, at: number, [first, second]: Sum): void {
  view.setUint32(at, first);
  view.setUint32(at + 4, second);
}

/** SQLite's running checksum over 32-bit words, taken in pairs. */
function checksum(view: DataView, from: number, to: number, [first, second]: Sum, bigEndian: boolean): Sum {
  let a = first;
  let b = second;
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, !bigEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, !bigEndian) + a) >>> 0;
  }
  return [a, b];
}
