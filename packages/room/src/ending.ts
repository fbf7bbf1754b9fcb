import { encodeDeletions } from "./clock-ranges.ts";
import type { HistoryMessage, SyncedMessage } from "./effect.ts";
import type { RoomState } from "./state.ts";

/** How a sync ended, kept for who lacks the same (R36). */
export interface Ending {
  /** Whose rows it brings. */
  readonly history: readonly HistoryMessage[];
  readonly message: SyncedMessage;
}

/** As many rows go along though they are from more than one chunk; with more, a new one would have all of them encoded again. */
const FEW_ROWS = 50;
/** Of a room that are kept: who come together lack the same. */
const MOST_ENDINGS = 8;

/**
 * Takes from what a session lacks the end, which goes along with `synced`: for who is nearly current that is all of it.
 *
 * @param history - Loses the messages whose rows it brings.
 * @param skips - True when rows were left out by their structs: whoever has these may lack the deletions in them (trap 1).
 */
export function takeEnding(room: RoomState, history: HistoryMessage[], skips: boolean): SyncedMessage {
  const last = history.splice(startOfEnding(history));
  const deletions = skips ? deletionsOf(room) : undefined;
  const known = room.endings.find((each) => each.message.deletions === deletions && isSame(each.history, last));
  if (known !== undefined) return known.message;
  const message: SyncedMessage = { kind: "synced", seq: room.seq, rows: last.flatMap(({ rows }) => rows), deletions };
  if (room.endings.length < MOST_ENDINGS) room.endings = [...room.endings, { history: last, message }];
  return message;
}

export const NO_ENDINGS: readonly Ending[] = [];

function startOfEnding(history: readonly HistoryMessage[]): number {
  let start = Math.max(0, history.length - 1);
  let count = history[start]?.rows.length ?? 0;
  while (start > 0 && (count += history[start - 1]!.rows.length) <= FEW_ROWS) start--;
  return start;
}

function deletionsOf(room: RoomState): Uint8Array | undefined {
  const { deletions } = room.durable;
  if (deletions.isEmpty) return undefined;
  return (room.deletions ??= encodeDeletions(deletions.entries()));
}

const isSame = (a: readonly HistoryMessage[], b: readonly HistoryMessage[]): boolean =>
  a.length === b.length && a.every((message, index) => message === b[index]);
