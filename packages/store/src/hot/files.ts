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
  type PlacedRow,
  ROW_HEADER_BYTES,
  rowAt,
  rowsBetween,
} from "./frame.ts";
import { type Found, readFrames } from "./read.ts";

/** Where a row lies: the number of its file, and the offset in it, in one number. */
export type Position = number & { readonly __brand: "Position" };

/** What was wrong in a hot file when it was read at the start. */
export interface HotDamage extends Pick<Found, "mended" | "lost"> {
  readonly file: string;
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

  /**
   * Reads rows one after the other; those that lie close together are read at once. Throws what the file system throws.
   *
   * @returns For each position its row; undefined where none can be read.
   */
  *read(positions: Iterable<Position | undefined>): Generator<PlacedRow | undefined> {
    let start = Number.NEGATIVE_INFINITY;
    let bytes: Buffer = Buffer.alloc(0);
    for (const position of positions) {
      if (position === undefined) {
        yield undefined;
        continue;
      }
      let at = position - start;
      if (at < 0 || at + lengthAt(bytes, at) > bytes.length) {
        bytes = this.#readSome(position, at >= 0 && at < BLOCK_BYTES ? BLOCK_BYTES : FIRST_READ_BYTES);
        if (lengthAt(bytes, 0) > bytes.length) bytes = this.#readSome(position, lengthAt(bytes, 0));
        [start, at] = [position, 0];
      }
      yield rowAt(bytes.subarray(0, at + lengthAt(bytes, at)), at);
    }
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

  #readSome(position: Position, length: number): Buffer {
    const descriptor = this.#descriptors.get(fileOf(position));
    const bytes = Buffer.allocUnsafeSlow(length);
    return bytes.subarray(0, descriptor === undefined ? 0 : readSync(descriptor, bytes, 0, length, offsetOf(position)));
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
    const { end, mended, lost } = readFrames(file, !isReadOnly, (row) => take(toPosition(number, row.offset), row));
    const isDamaged = mended + lost > 0;
    const kept = lost > 0 && !isReadOnly ? `${path}${KEPT}` : undefined;
    if (kept !== undefined) copyFileSync(path, kept);
    if (!isReadOnly && isDamaged) writeFully(descriptor, file.subarray(0, end), 0);
    if (!isReadOnly && (isDamaged || end < file.length)) cut(descriptor, end);
    return isDamaged ? { file: path, mended, lost, kept } : undefined;
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

/** What the row there takes; of one that is damaged and says otherwise no more than most rows do. */
function lengthAt(bytes: Buffer, at: number): number {
  if (at + ROW_HEADER_BYTES > bytes.length) return FIRST_READ_BYTES;
  const length = ROW_HEADER_BYTES + bytes.readUInt32LE(at + 4);
  return length > MAX_ROW_BYTES ? FIRST_READ_BYTES : length;
}

const toPosition = (file: number, offset: number): Position => (file * OFFSETS + offset) as Position;
export const fileOf = (position: Position): number => Math.floor(position / OFFSETS);
const offsetOf = (position: Position): number => position % OFFSETS;
const OFFSETS = 2 ** 32;

const KEPT = ".damaged";
const ZEROS = Buffer.alloc(64 * 1024);
/** Most rows are shorter. */
const FIRST_READ_BYTES = 512;
/** As much is read when a row lies no farther than this behind the one before: the next will, too. */
const BLOCK_BYTES = 64 * 1024;
const MAX_ROW_BYTES = 16 * 1024 * 1024;
