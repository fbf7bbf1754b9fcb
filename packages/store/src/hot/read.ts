import {
  encodeFileHeader,
  endOfFrame,
  FILE_HEADER_BYTES,
  FRAME_HEADER_BYTES,
  nextFrame,
  type PlacedRow,
  readMarker,
  rowsBetween,
} from "./frame.ts";
import { mendFrame } from "./mend.ts";

/** What a hot file was found to be. */
export interface Found {
  /** Where its last commit ends: what is behind was not committed, or nothing of it can be told any more. */
  readonly end: number;
  /** Commits in which one bit had flipped, and was turned back. */
  readonly mended: number;
  /** Those of which rows may be missing. */
  readonly lost: number;
}

/**
 * Reads all there is in a hot file, whatever is damaged of it.
 *
 * @param isMending - Turns bits back that have flipped, in these bytes; else the commits they are in are lost.
 * @param take - Called with each row, also with those that are damaged, in the order they were committed.
 */
export function readFrames(file: Buffer, isMending: boolean, take: (row: PlacedRow) => void): Found {
  const marker = markerOf(file);
  if (marker === undefined) {
    // It was being made, for a header comes before everything else; or nothing of it can be told any more.
    return { end: 0, mended: 0, lost: file.length > FILE_HEADER_BYTES && file.some(Boolean) ? 1 : 0 };
  }
  const header = encodeFileHeader(marker);
  let [mended, lost] = [header.equals(file.subarray(0, FILE_HEADER_BYTES)) ? 0 : 1, 0];
  if (isMending) file.set(header);
  const takeBetween = (from: number, to: number): void => {
    for (const row of rowsBetween(file, from + FRAME_HEADER_BYTES, to)) take(row);
  };
  let at = FILE_HEADER_BYTES;
  for (;;) {
    const end = endOfFrame(file, at, marker);
    if (end !== undefined) {
      takeBetween(at, end);
      at = end;
      continue;
    }
    const next = nextFrame(file, at, marker);
    // A file that was finished ends where its last commit does.
    const ends = next === undefined ? [endAsSaid(file, at), file.length] : [next];
    if (isMending && ends.some((until) => until > at && mendFrame(file.subarray(at, until), marker))) {
      mended++;
      continue;
    }
    // Where nothing follows, writing ended, perhaps within a commit, that nobody was told of. One that is followed by
    // another was over, though that may be damaged, too.
    const until = isFollowed(file, at, marker) ? (next ?? file.length) : ends[0]!;
    if (next === undefined && (until <= at || until < file.length)) return { end: at, mended, lost };
    lost++;
    takeBetween(at, until);
    at = until;
  }
}

/** What a file's frames begin with: its header says so, or, where that is damaged, the first of them that is whole. */
function markerOf(file: Buffer): number | undefined {
  const said = readMarker(file);
  if (said !== undefined && nextFrame(file, FILE_HEADER_BYTES, said) !== undefined) return said;
  for (let at = FILE_HEADER_BYTES; at + FRAME_HEADER_BYTES <= file.length; at++) {
    // One without rows looks like nothing in particular.
    if (file.readUInt32LE(at + 4) === 0) continue;
    const marker = file.readUInt32LE(at);
    if (marker !== 0 && endOfFrame(file, at, marker) !== undefined) return marker;
  }
  return said;
}

/** True when a frame begins behind this place, whole or not. */
function isFollowed(file: Buffer, at: number, marker: number): boolean {
  return file.includes(Buffer.from(Uint32Array.of(marker).buffer), at + 1);
}

/** Where a frame ends as it says itself; 0 when that cannot be so. */
function endAsSaid(file: Buffer, at: number): number {
  if (at + FRAME_HEADER_BYTES > file.length) return 0;
  const length = file.readUInt32LE(at + 4);
  const end = at + FRAME_HEADER_BYTES + length;
  return length === 0 || end > file.length ? 0 : end;
}
