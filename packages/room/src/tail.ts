import type { StateVector } from "@sheaf/protocol";
import type { RoomMessage } from "./effect.ts";
import { covers } from "./held.ts";
import type { LogRow } from "./log.ts";
import type { Run } from "./walker.ts";

/** Bytes of rows a room keeps, unless told otherwise; what each row costs beside its update counts too. */
export const MAX_TAIL_BYTES = 256 * 1024;
const ROW_OVERHEAD_BYTES = 128;

/** A row as sessions get it. */
export interface HistoryRow {
  readonly message: Extract<RoomMessage, { kind: "update" }>;
  /** Its structs; what to compare a joiner's vector with. */
  readonly runs: readonly Run[];
}

export function toHistoryRow(
  { seq, base, update }: Pick<LogRow, "seq" | "base" | "update">,
  runs: readonly Run[],
): HistoryRow {
  return { message: { kind: "update", seq, base, update }, runs };
}

/** True when somebody at `vector` has every struct of the row. Says nothing about its deletions. */
export function isCovered({ runs }: HistoryRow, vector: StateVector): boolean {
  return runs.every(({ client, to }) => (vector.get(client) ?? 0) >= to);
}

/** The newest rows of the log, in memory. */
export class Tail {
  #rows: HistoryRow[] = [];
  #bytes = 0;
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

  get rows(): readonly HistoryRow[] {
    return this.#rows;
  }

  push(row: HistoryRow): void {
    this.#rows.push(row);
    this.#bytes += cost(row);
    if (this.#bytes > this.#maxBytes) this.#trim();
  }

  /** True when somebody at `vector` lacks no struct of the rows before the tail. */
  isEnoughFor(vector: StateVector): boolean {
    return this.#start === 1 || (vector.size > 0 && covers(vector, this.#reach));
  }

  /** Goes a quarter below the limit, so that a full tail does not move with every row. */
  #trim(): void {
    let count = 0;
    while (count < this.#rows.length && this.#bytes > this.#maxBytes * 0.75) {
      const row = this.#rows[count++]!;
      this.#bytes -= cost(row);
      for (const { client, to } of row.runs) if (to > (this.#reach.get(client) ?? 0)) this.#reach.set(client, to);
    }
    this.#rows = this.#rows.slice(count);
    this.#start += count;
  }
}

const cost = ({ message }: HistoryRow): number => message.update.length + ROW_OVERHEAD_BYTES;
