import { encodeStateVector, type StateVector } from "@sheaf/protocol";
import { encodeDeletions } from "./clock-ranges.ts";
import type { SessionId } from "./event.ts";
import type { LogRow } from "./log.ts";
import { close, isOutdated, send, type Session, type Turn } from "./state.ts";
import { type HistoryRow, isCovered, toHistoryRow } from "./tail.ts";
import { walkUpdate } from "./walker.ts";

/** Tells a session where the durable state stands. */
export function welcome(turn: Turn, { id, role }: Session): void {
  const { logId, seq, durable } = turn.room;
  send(turn, id, {
    kind: "welcome",
    role,
    schemaVersion: durable.schemaVersion,
    logId,
    seq,
    vector: encodeStateVector(durable.vector),
  });
}

/** Answers a session that holds `vector`: from the tail, or once the rows before it are read. */
export function sync(turn: Turn, session: Session, vector: StateVector): void {
  const { room, effects } = turn;
  if (isOutdated(session, room)) return;
  if (room.tail.isEnoughFor(vector)) {
    room.waiters.delete(session.id);
    answer(turn, session.id, vector, []);
    return;
  }
  room.waiters.set(session.id, vector);
  if (room.readingTo !== undefined) return;
  room.readingTo = room.tail.start;
  room.tail.isPinned = true;
  effects.push({ kind: "read", from: 1, to: room.readingTo });
}

/** The rows before the tail have come: everyone who waited for them is answered. */
export function answerWaiters(turn: Turn, rows: readonly LogRow[]): void {
  const { room } = turn;
  const to = finishRead(turn);
  // Only somebody who holds something can be spared a row.
  const spares = Array.from(room.waiters.values()).some((vector) => vector.size > 0);
  const older: HistoryRow[] = [];
  for (const row of rows) {
    const walk = spares ? walkUpdate(row.update) : undefined;
    if (row.seq === older.length + 1 && spares === (walk !== undefined))
      older.push(toHistoryRow(row, walk?.runs ?? []));
  }
  if (older.length !== rows.length || older.length + 1 !== to) return closeWaiters(turn);
  for (const [session, vector] of room.waiters) answer(turn, session, vector, older);
  room.waiters.clear();
}

export function failRead(turn: Turn): void {
  finishRead(turn);
  closeWaiters(turn);
}

function finishRead({ room }: Turn): number | undefined {
  const to = room.readingTo;
  room.readingTo = undefined;
  room.tail.isPinned = false;
  return to;
}

function closeWaiters(turn: Turn): void {
  for (const session of turn.room.waiters.keys()) close(turn, session, "storage");
}

/** From here on the session hears broadcasts. All of it goes out in one flush, `synced` last (trap 12). */
function answer(turn: Turn, session: SessionId, vector: StateVector, older: readonly HistoryRow[]): void {
  const { room } = turn;
  let skips = older.length + 1 < room.tail.start;
  for (const rows of [older, room.tail.rows]) {
    for (const row of rows) {
      if (vector.size > 0 && isCovered(row, vector)) skips = true;
      else send(turn, session, row.message);
    }
  }
  // Rows were skipped by their structs alone, and a state vector says nothing about deletions (trap 1).
  if (skips && !room.durable.deletions.isEmpty) {
    const update = encodeDeletions(room.durable.deletions.entries());
    send(turn, session, { kind: "update", seq: 0, base: 0, update });
  }
  const entries = room.presence.entries();
  if (entries.length > 0) send(turn, session, { kind: "presence", entries });
  send(turn, session, { kind: "synced", seq: room.seq });
  room.receivers.add(session);
}
