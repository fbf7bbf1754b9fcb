import { encodeStateVector } from "@sheaf/protocol";
import { begin } from "./catch-up.ts";
import type { RoomEvent } from "./event.ts";
import { type CatchUp, isOutdated, type RoomState, send, type Session, type Turn } from "./state.ts";

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

/** A session says what it holds and wants the rest. */
export function sync(turn: Turn, session: Session, held: Extract<RoomEvent, { kind: "sync" }>): void {
  if (!isOutdated(session, turn.room)) begin(turn, session, startFor(turn.room, held));
}

/** What a session that did not keep up has missed is in the log like everything else. */
export function resume(turn: Turn, session: Session, from: number | undefined): void {
  const { room } = turn;
  if (!room.receivers.delete(session.id)) return; // on its way already, or not to be told anything
  begin(turn, session, { vector: undefined, next: from ?? room.seq + 1, skips: false });
}

function startFor({ logId, seq, tail }: RoomState, held: Extract<RoomEvent, { kind: "sync" }>): CatchUp {
  const { vector, position } = held;
  // A position past the end is one of a log that lost its last rows: it means nothing.
  if (position !== undefined && position.seq <= seq && isSame(position.logId, logId)) {
    return { vector: undefined, next: position.seq + 1, skips: false };
  }
  const isNearlyCurrent = tail.isEnoughFor(vector);
  return { vector, next: isNearlyCurrent ? tail.start : 0, skips: isNearlyCurrent && tail.start > 1 };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
