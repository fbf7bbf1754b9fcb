import { randomInt } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { committedIn, type CurrentFile, isFinished } from "./current-file.ts";
import {
  encodeFileHeader,
  endOfFrame,
  FILE_HEADER_BYTES,
  FRAME_HEADER_BYTES,
  type FrameWriter,
  nextFrame,
  type PlacedRow,
  readMarker,
  rowAt,
  rowsBetween,
} from "./frame.ts";
import { mendFrame } from "./mend.ts";

/** Where a row lies: the number of its file, and the offset in it, in one number. */
export type Position = number & { readonly __brand: "Position" };

/** What was wrong in a hot file when it was read at the start. */
export interface HotDamage {
  readonly file: string;
  /** Commits in which one bit had flipped, and was turned back. */
  readonly mended: number;
  /** Those of which rows may be missing. */
  readonly lost: number;
  /** Where the file lies as it was found, when some are. */
  readonly kept: string | undefined;
}

/** Called with each row, in the order they were committed. */
export type TakeRow = (position: Position, row: PlacedRow) => void;

interface Current extends CurrentFile {
  readonly number: number;
  readonly descriptor: number;
  /** How far its rows were taken. */
  taken: number;
}

/** Written out in zeros when it is made, so that a commit changes nothing but its own bytes; a longer one may go past it. */
export const HOT_FILE_BYTES = 4 * 1024 * 1024;

/**
 * The hot log: the rows of all documents in the order they came, in a few files beside the database, from which they
 * are packed into it. A file goes once none of its rows is needed any more; nothing in it is ever written over.
 */
export class HotFiles {
  readonly damage: readonly HotDamage[];
  readonly #path: string;
  /** Of every file there is, to read from, by number. */
  readonly #descriptors = new Map<number, number>();
  /** Those that are or will be appended to, the oldest first. */
  readonly #current: Current[] = [];
  #last = 0;

  /**
   * Reads what there is. None of these files is written to again: what comes goes to one that {@link create} makes.
   *
   * @param path - Of the database.
   * @param isReadOnly - Leaves all as it is, what is damaged as well.
   */
  constructor(path: string, take: TakeRow, isReadOnly = false) {
    this.#path = path;
    const damage: HotDamage[] = [];
    try {
      const numbers = numbersBeside(path);
      for (const number of numbers) {
        this.#last = number;
        const found = this.#readFile(number, take, isReadOnly);
        if (found !== undefined) damage.push(found);
      }
      this.damage = damage;
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  /** Makes the file that is appended to once those made before are finished. Throws what the file system throws. */
  create(): CurrentFile {
    const marker = randomInt(1, 2 ** 32);
    const file = this.#make(encodeFileHeader(marker), HOT_FILE_BYTES);
    const shared = new Int32Array(new SharedArrayBuffer(8));
    shared[0] = FILE_HEADER_BYTES;
    const current: Current = { ...file, marker, shared, taken: FILE_HEADER_BYTES };
    this.#current.push(current);
    return { path: current.path, marker, shared };
  }

  /**
   * Takes the rows that were committed since it was last called. What a file that is finished has behind its last
   * commit is cut off: it was not committed, though it may have been written. Throws what the file system throws.
   */
  follow(take: TakeRow): void {
    for (let current = this.#current[0]; current !== undefined; current = this.#current[0]) {
      // In this order: once it is finished, what it says is the last word.
      const isLast = isFinished(current);
      const committed = committedIn(current);
      if (committed > current.taken) {
        const bytes = Buffer.allocUnsafeSlow(committed - current.taken);
        readFully(current.descriptor, bytes, current.taken);
        for (let at = 0; at < bytes.length;) {
          const end = endOfFrame(bytes, at, current.marker);
          if (end === undefined) throw new Error(`${current.path} is not what was written to it`);
          for (const row of rowsBetween(bytes, at + FRAME_HEADER_BYTES, end)) {
            take(toPosition(current.number, current.taken + row.offset), row);
          }
          at = end;
        }
        current.taken = committed;
      }
      if (!isLast) return;
      cut(current.descriptor, committed);
      this.#current.shift();
    }
  }

  /** @returns undefined when there is no row that can be read. Throws what the file system throws. */
  read(position: Position): PlacedRow | undefined {
    const descriptor = this.#descriptors.get(fileOf(position));
    if (descriptor === undefined) return undefined;
    let bytes = readSome(descriptor, offsetOf(position), FIRST_READ_BYTES);
    if (bytes.length < 8) return undefined;
    const length = 8 + bytes.readUInt32LE(4);
    if (length > bytes.length && length <= MAX_ROW_BYTES) bytes = readSome(descriptor, offsetOf(position), length);
    return rowAt(bytes, 0);
  }

  /** Makes a file of one frame. Throws what the file system throws. */
  write(frame: FrameWriter, take: TakeRow): void {
    const marker = randomInt(1, 2 ** 32);
    const bytes = Buffer.concat([encodeFileHeader(marker), frame.finish(marker)]);
    const { number } = this.#make(bytes, bytes.length);
    for (const row of rowsBetween(bytes, FILE_HEADER_BYTES + FRAME_HEADER_BYTES, bytes.length)) {
      take(toPosition(number, row.offset), row);
    }
  }

  /** The files that nothing is appended to any more, the oldest first. */
  get finished(): readonly number[] {
    const first = this.#current[0]?.number ?? Number.POSITIVE_INFINITY;
    return [...this.#descriptors.keys()].filter((number) => number < first);
  }

  /** Bytes on disk. */
  get size(): number {
    let size = 0;
    for (const number of this.#descriptors.keys()) size += statSync(this.#nameOf(number)).size;
    return size;
  }

  /** Removes a file that is finished, and of which no row is needed. */
  remove(number: number): void {
    const descriptor = this.#descriptors.get(number);
    if (descriptor === undefined) return;
    rmSync(this.#nameOf(number));
    this.#descriptors.delete(number);
    closeSync(descriptor);
  }

  /** Removes the copies that were kept of damaged files: what is erased must not stay readable there. */
  removeKept(): void {
    for (const name of namesBeside(this.#path)) if (name.endsWith(KEPT)) rmSync(join(dirname(this.#path), name));
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #nameOf(number: number): string {
    return `${this.#path}-hot-${number}`;
  }

  /** A new file of so many bytes, the first of them these, that is still there after the power fails. */
  #make(bytes: Uint8Array, size: number): { number: number; path: string; descriptor: number } {
    const number = this.#last + 1;
    const path = this.#nameOf(number);
    // It may be there, half made.
    const descriptor = openSync(path, "w+", 0o600);
    try {
      writeFully(descriptor, bytes, 0);
      for (let at = bytes.length; at < size; at += ZEROS.length) {
        writeFully(descriptor, ZEROS.subarray(0, Math.min(ZEROS.length, size - at)), at);
      }
      fsyncSync(descriptor);
      syncFolder(dirname(path));
    } catch (cause) {
      closeSync(descriptor);
      rmSync(path, { force: true });
      throw cause;
    }
    this.#last = number;
    this.#descriptors.set(number, descriptor);
    return { number, path, descriptor };
  }

  #readFile(number: number, take: TakeRow, isReadOnly: boolean): HotDamage | undefined {
    const path = this.#nameOf(number);
    const descriptor = openSync(path, isReadOnly ? "r" : "r+");
    this.#descriptors.set(number, descriptor);
    const file = readFileSync(descriptor);
    const marker = markerOf(file);
    if (marker === undefined) {
      // It was being made, for a header comes before everything else; or nothing of it can be told any more.
      const kept = file.length > FILE_HEADER_BYTES && !isReadOnly && file.some(Boolean) ? `${path}${KEPT}` : undefined;
      if (kept !== undefined) copyFileSync(path, kept);
      if (!isReadOnly) cut(descriptor, 0);
      return kept === undefined ? undefined : { file: path, mended: 0, lost: 1, kept };
    }
    let [mended, lost] = [encodeFileHeader(marker).equals(file.subarray(0, FILE_HEADER_BYTES)) ? 0 : 1, 0];
    let at = FILE_HEADER_BYTES;
    for (;;) {
      const end = endOfFrame(file, at, marker);
      if (end !== undefined) {
        for (const row of rowsBetween(file, at + FRAME_HEADER_BYTES, end)) take(toPosition(number, row.offset), row);
        at = end;
        continue;
      }
      const next = nextFrame(file, at, marker);
      // A file that was finished ends where its last commit does.
      const ends = next === undefined ? [endAsSaid(file, at), file.length] : [next];
      if (!isReadOnly && ends.some((until) => until > at && mendFrame(file.subarray(at, until), marker))) {
        mended++;
        continue;
      }
      // Where nothing follows, writing ended, perhaps within a commit, that nobody was told of. One that is followed by
      // another was over, though that may be damaged, too.
      const until = isFollowed(file, at, marker) ? (next ?? file.length) : ends[0]!;
      if (next === undefined && (until <= at || until < file.length)) break;
      lost++;
      for (const row of rowsBetween(file, at + FRAME_HEADER_BYTES, until)) take(toPosition(number, row.offset), row);
      at = until;
    }
    if (mended + lost === 0 || isReadOnly) {
      if (!isReadOnly && at < file.length) cut(descriptor, at);
      return mended + lost === 0 ? undefined : { file: path, mended, lost, kept: undefined };
    }
    const kept = lost > 0 ? `${path}${KEPT}` : undefined;
    if (kept !== undefined) copyFileSync(path, kept);
    writeFully(descriptor, encodeFileHeader(marker), 0);
    writeFully(descriptor, file.subarray(FILE_HEADER_BYTES, at), FILE_HEADER_BYTES);
    cut(descriptor, at);
    return { file: path, mended, lost, kept };
  }
}

/** Files of the hot log there are, the oldest first. */
function numbersBeside(path: string): number[] {
  const { length } = `${basename(path)}-hot-`;
  const numbers = namesBeside(path).flatMap((name) =>
    /^\d+$/.test(name.slice(length)) ? Number(name.slice(length)) : [],
  );
  return numbers.sort((a, b) => a - b);
}

function namesBeside(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}-hot-`));
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

/** Nothing is behind `end` from now on, whatever happens. */
function cut(descriptor: number, end: number): void {
  ftruncateSync(descriptor, end);
  fsyncSync(descriptor);
}

function syncFolder(path: string): void {
  // Windows opens no folders, and keeps names safe by itself.
  if (process.platform === "win32") return;
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
}

function readFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, position + at);
    if (read === 0) throw new Error("a hot file is shorter than what was written to it");
    at += read;
  }
}

function readSome(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
}

const toPosition = (file: number, offset: number): Position => (file * OFFSETS + offset) as Position;
export const fileOf = (position: Position): number => Math.floor(position / OFFSETS);
const offsetOf = (position: Position): number => position % OFFSETS;
const OFFSETS = 2 ** 32;

const KEPT = ".damaged";
const ZEROS = Buffer.alloc(64 * 1024);
/** Most rows are shorter. */
const FIRST_READ_BYTES = 512;
const MAX_ROW_BYTES = 16 * 1024 * 1024;
