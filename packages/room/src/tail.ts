import type { StateVector } from "@sheaf/protocol";
import type { HistoryMessage, RowMessage } from "./effect.ts";
import { covers } from "./held.ts";
import type { LogRow } from "./log.ts";
import type { Run } from "./walker.ts";

/** Bytes of rows a room keeps, unless told otherwise; what each row costs beside its update counts too. */
export const MAX_TAIL_BYTES = 256 * 1024;
const ROW_OVERHEAD_BYTES = 128;
/** The tail is cut into about so many chunks: what a row adds to a chunk that is sent already costs no more than that. */
const CHUNKS = 16;
const FIRST_CHUNK_BYTES = 64;
/** Of a chunk that are kept: who come together lack the same, and whoever says otherwise should not fill the memory. */
const MOST_MESSAGES = 8;

const ROW_FIELDS = 3;
const BASE = 1;
const RUNS = 2;

/** Most logs are whole in their tail: an empty map for each would be a tenth of a quiet room. */
const NOTHING: StateVector = new Map();

/** What a joiner lacks of some rows. */
export interface Lacking {
  /** Undefined when it lacks none. */
  readonly message: HistoryMessage | undefined;
  /** True when a row was left out by its structs: whoever has these may lack the deletions in it. */
  readonly skips: boolean;
}

/**
 * Rows in log order, side by side in one buffer: as objects they would take ten times their bytes, and keep the
 * garbage collector busy. Who lacks the same of them gets the same message.
 */
export class Chunk {
  readonly first: number;
  #bytes = new Uint8Array(FIRST_CHUNK_BYTES);
  #length = 0;
  /** Of each row, one after the other: where it begins in the bytes, its base, where its runs begin. */
  readonly #rows: number[] = [];
  /** Client and end of each run, one after the other: what to compare a joiner's vector with. */
  readonly #runs: number[] = [];
  /** Farthest clock of each client in here: whoever has reached that is not asked about each row. */
  readonly #reach = new Map<number, number>();
  #messages: Map<string, HistoryMessage> | undefined;

  /** @param first - Seq of the first row pushed. */
  constructor(first: number) {
    this.first = first;
  }

  get count(): number {
    return this.#rows.length / ROW_FIELDS;
  }

  /** What its rows count for in a tail. */
  get cost(): number {
    return this.#length + this.count * ROW_OVERHEAD_BYTES;
  }

  push({ base, update }: Pick<LogRow, "base" | "update">, runs: readonly Run[]): void {
    this.forgetMessages();
    this.#rows.push(this.#length, base, this.#runs.length);
    for (const { client, to } of runs) {
      this.#runs.push(client, to);
      raise(this.#reach, client, to);
    }
    const end = this.#length + update.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(update, this.#length);
    this.#length = end;
  }

  /** @param vector - Rows whose structs it covers are left out; undefined or empty: none. */
  lacking(from: number, vector: StateVector | undefined): Lacking {
    const knows = vector !== undefined && vector.size > 0;
    const first = Math.max(0, from - this.first);
    if (knows && covers(vector, this.#reach)) return { message: undefined, skips: first < this.count };
    const rows: number[] = [];
    let skips = false;
    for (let row = first; row < this.count; row++) {
      if (knows && this.#isCovered(row, vector)) skips = true;
      else rows.push(row);
    }
    if (rows.length === 0) return { message: undefined, skips };
    const key = rows.length === this.count ? "" : rows.join();
    const known = this.#messages?.get(key);
    if (known !== undefined) return { message: known, skips };
    const message: HistoryMessage = { kind: "history", rows: rows.map((row) => this.#message(row)) };
    this.#messages ??= new Map();
    if (this.#messages.size < MOST_MESSAGES) this.#messages.set(key, message);
    return { message, skips };
  }

  /** Raises `reach` to the farthest clock of each client in here. */
  extend(reach: Map<number, number>): void {
    for (const [client, to] of this.#reach) raise(reach, client, to);
  }

  forgetMessages(): void {
    this.#messages = undefined;
  }

  /** True when somebody at `vector` has every struct of the row. Says nothing about its deletions. */
  #isCovered(row: number, vector: StateVector): boolean {
    const end = this.#rows[(row + 1) * ROW_FIELDS + RUNS] ?? this.#runs.length;
    for (let at = this.#rows[row * ROW_FIELDS + RUNS]!; at < end; at += 2) {
      if ((vector.get(this.#runs[at]!) ?? 0) < this.#runs[at + 1]!) return false;
    }
    return true;
  }

  #message(row: number): RowMessage {
    const at = row * ROW_FIELDS;
    const update = this.#bytes.subarray(this.#rows[at], this.#rows[at + ROW_FIELDS] ?? this.#length);
    return { kind: "update", seq: this.first + row, base: this.#rows[at + BASE]!, update };
  }
}

/** The newest rows of the log, in memory. */
export class Tail {
  #chunks: Chunk[] = [];
  #bytes = 0;
  #start: number;
  /** Farthest clock per client in the rows before the tail, also of structs no replica can integrate yet. */
  #reach: StateVector;
  readonly #maxBytes: number;

  /** @param reach - Farthest clock per client in the rows before `start`. */
  constructor(maxBytes: number, start: number, reach: StateVector) {
    this.#maxBytes = maxBytes;
    this.#start = start;
    this.#reach = reach.size === 0 ? NOTHING : new Map(reach);
  }

  /** Seq of the oldest row kept, or of the next row when none is. */
  get start(): number {
    return this.#start;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** @param row - The next of the log. */
  push(row: Pick<LogRow, "base" | "update">, runs: readonly Run[]): void {
    let newest = this.#chunks.at(-1);
    if (newest === undefined || newest.cost >= this.#maxBytes / CHUNKS) {
      newest = new Chunk(newest === undefined ? this.#start : newest.first + newest.count);
      this.#chunks.push(newest);
    }
    const before = newest.cost;
    newest.push(row, runs);
    this.#bytes += newest.cost - before;
    if (this.#bytes > this.#maxBytes) this.#trim();
  }

  /** True when somebody at `vector` lacks no struct of the rows before the tail. */
  isEnoughFor(vector: StateVector): boolean {
    return this.#start === 1 || (vector.size > 0 && covers(vector, this.#reach));
  }

  forgetMessages(): void {
    for (const chunk of this.#chunks) chunk.forgetMessages();
  }

  /** Goes a quarter below the limit, so that a full tail does not move with every row. */
  #trim(): void {
    const reach = new Map(this.#reach);
    let count = 0;
    while (count < this.#chunks.length && this.#bytes > this.#maxBytes * 0.75) {
      const chunk = this.#chunks[count++]!;
      this.#bytes -= chunk.cost;
      this.#start += chunk.count;
      chunk.extend(reach);
    }
    this.#reach = reach;
    this.#chunks = this.#chunks.slice(count);
  }
}

function raise(reach: Map<number, number>, client: number, to: number): void {
  if (to > (reach.get(client) ?? 0)) reach.set(client, to);
}
