/** How far one page is in the log of its document (D1). */
export interface LogProgress {
  /** The last position applied here: the `base` of what is written next. */
  readonly position: number;
  /** Every row up to here is held, with its deletions: where the next connection goes on. */
  readonly complete: number;
  /** No row that was heard of is still to come, as some are after a time in which we read too slowly (D7). */
  readonly isWhole: boolean;
  /** A row was applied; 0 for gathered deletions, which have no position. */
  applied(seq: number): void;
  /** A row is held, though it may be ours. After a hole it says nothing about those before it, still on their way. */
  holds(seq: number): void;
  /** What was applied stands for every row up to here. */
  begunWith(seq: number): void;
  /** The server has sent everything up to here. */
  caughtUp(seq: number): void;
  /** Another log begins. */
  restart(): void;
}

export function createLogProgress(): LogProgress {
  let position = 0;
  let complete = 0;
  let newest = 0;

  function holds(seq: number): void {
    if (seq === complete + 1) complete = seq;
    newest = Math.max(newest, seq);
  }

  return {
    get position() {
      return position;
    },
    get complete() {
      return complete;
    },
    get isWhole() {
      return newest <= complete;
    },
    holds,
    applied(seq) {
      position = Math.max(position, seq);
      holds(seq);
    },
    begunWith(seq) {
      complete = seq;
      position = Math.max(position, seq);
    },
    caughtUp(seq) {
      position = Math.max(position, seq);
      complete = newest = seq;
    },
    restart() {
      position = complete = newest = 0;
    },
  };
}
