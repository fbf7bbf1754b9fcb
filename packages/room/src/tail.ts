import type { StateVector } from "@sheaf/protocol";
import type { RoomMessage, RowMessage } from "./effect.ts";
import { covers } from "./held.ts";
import type { LogRow } from "./log.ts";
import type { Run } from "./walker.ts";

/** Bytes of rows a room keeps, unless told otherwise; what each row costs beside its update counts too. */
export const MAX_TAIL_BYTES = 256 * 1024;
const ROW_OVERHEAD_BYTES = 128;
/** The tail is cut into about so many chunks: what a row adds to a chunk that is sent already costs no more than that. */
const CHUNKS = 16;

/** A row as sessions get it. */
export interface HistoryRow {
  readonly message: RowMessage;
  /** Its structs; what to compare a joiner's vector with. */
  readonly runs: readonly Run[];
}

export function toHistoryRow(
  { seq, base, update }: Pick<LogRow, "seq" | "base" | "update">,
  runs: readonly Run[],
): HistoryRow {
  return { message: { kind: "update", seq, base, update }, runs };
}

/** What a joiner lacks of some rows. */
export interface Lacking {
  /** Undefined when it lacks none. */
  readonly message: RoomMessage | undefined;
  /** True when a row was left out by its structs: whoever has these may lack the deletions in it. */
  readonly skips: boolean;
}

/** Rows in log order. Who lacks the same of them gets the same message. */
export class Chunk {
  readonly #rows: HistoryRow[];
  #messages: Map<string, RoomMessage> | undefined;

  constructor(rows: readonly HistoryRow[]) {
    this.#rows = [...rows];
  }

  get rows(): readonly HistoryRow[] {
    return this.#rows;
  }

  push(row: HistoryRow): void {
    this.#rows.push(row);
    this.forgetMessages();
  }

  /** @param vector - Rows whose structs it covers are left out; undefined or empty: none. */
  lacking(from: number, vector: StateVector | undefined): Lacking {
    const after = this.#rows.filter(({ message }) => message.seq >= from);
    const rows = vector === undefined || vector.size === 0 ? after : after.filter((row) => !isCovered(row, vector));
    const skips = rows.length < after.length;
    if (rows.length === 0) return { message: undefined, skips };
    const key = rows.length === this.#rows.length ? "" : rows.map(({ message }) => message.seq).join();
    this.#messages ??= new Map();
    let made = this.#messages.get(key);
    if (made === undefined) {
      made = { kind: "history", rows: rows.map(({ message }) => message) };
      this.#messages.set(key, made);
    }
    return { message: made, skips };
  }

  forgetMessages(): void {
    this.#messages = undefined;
  }
}

/** The newest rows of the log, in memory. */
export class Tail {
  #chunks: Chunk[] = [];
  #bytes = 0;
  #newestBytes = 0;
  #start: number;
  /** Farthest clock per client in the rows before the tail, also of structs no replica can integrate yet. */
  readonly #reach: Map<number, number>;
  readonly #maxBytes: number;

  /** @param reach - Farthest clock per client in the rows before `start`. */
  constructor(maxBytes: number, start: number, reach: StateVector) {
    this.#maxBytes = maxBytes;
    this.#start = start;
    this.#reach = new Map(reach);
  }

  /** Seq of the oldest row kept, or of the next row when none is. */
  get start(): number {
    return this.#start;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  push(row: HistoryRow): void {
    const newest = this.#chunks.at(-1);
    if (newest === undefined || this.#newestBytes >= this.#maxBytes / CHUNKS) {
      this.#chunks.push(new Chunk([row]));
      this.#newestBytes = 0;
    } else newest.push(row);
    this.#newestBytes += cost(row);
    this.#bytes += cost(row);
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
    let count = 0;
    while (count < this.#chunks.length && this.#bytes > this.#maxBytes * 0.75) {
      for (const row of this.#chunks[count++]!.rows) {
        this.#bytes -= cost(row);
        this.#start++;
        for (const { client, to } of row.runs) if (to > (this.#reach.get(client) ?? 0)) this.#reach.set(client, to);
      }
    }
    this.#chunks = this.#chunks.slice(count);
  }
}

/** True when somebody at `vector` has every struct of the row. Says nothing about its deletions. */
function isCovered({ runs }: HistoryRow, vector: StateVector): boolean {
  return runs.every(({ client, to }) => (vector.get(client) ?? 0) >= to);
}

const cost = ({ message }: HistoryRow): number => message.update.length + ROW_OVERHEAD_BYTES;
