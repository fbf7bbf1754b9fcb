import { assertNever, type DocumentId, err, ok, type Result } from "@sheaf/protocol";
import { askAgain, commit, failCommit } from "./commit.ts";
import type { RoomEffect } from "./effect.ts";
import { NO_ENDINGS } from "./ending.ts";
import type { RoomEvent, SessionId } from "./event.ts";
import { Held } from "./held.ts";
import { advance, failRead, startOver, takeRows, takeSnapshot } from "./catch-up.ts";
import { resume, sync, welcome } from "./join.ts";
import type { LoadedLog, LogError } from "./log.ts";
import { Presence } from "./presence.ts";
import { receivePresence } from "./presence-events.ts";
import { broadcastPresence, type RoomState, send, type Session, type Turn } from "./state.ts";
import { openSummary } from "./summary.ts";
import { MAX_TAIL_BYTES, Tail } from "./tail.ts";
import { walkUpdate } from "./walker.ts";
import { receive } from "./write.ts";

/** Nobody writes for so long before one state does for both: taking it apart again costs as much as the state is long. */
const QUIET_MILLIS = 30_000;

/** One document's server side, live. What is inside is the room's own; only {@link step} changes it. */
export interface Room {
  readonly document: DocumentId;
}

/**
 * Makes a room from a document's log.
 *
 * @param tailBytes - How much of the log stays in memory to answer joins from.
 * @returns `corrupt` when the summary or a row is not one a room would have made, or a row is missing.
 */
export function openRoom(
  document: DocumentId,
  { logId, snapshot, rows }: LoadedLog,
  tailBytes = MAX_TAIL_BYTES,
): Result<Room, Extract<LogError, { code: "corrupt" }>> {
  const durable = snapshot === undefined ? new Held() : openSummary(snapshot.summary);
  if (durable === undefined) return err({ code: "corrupt", reason: "the summary of the snapshot cannot be read" });
  let seq = snapshot?.seq ?? 0;
  const tail = new Tail(tailBytes, seq + 1, durable.vector);
  for (const row of rows) {
    const walk = walkUpdate(row.update);
    if (walk === undefined) return err({ code: "corrupt", reason: `row ${row.seq} is not a Yjs update` });
    if (row.seq !== ++seq) return err({ code: "corrupt", reason: `row ${seq} is missing` });
    durable.hold(row.update, walk, row);
    tail.push(row, walk.runs);
  }
  const room: RoomState = {
    document,
    logId,
    seq,
    durable,
    accepted: durable,
    lastAppend: 0,
    inFlight: [],
    tail,
    deletions: undefined,
    endings: NO_ENDINGS,
    sessions: new Map(),
    receivers: new Set(),
    reads: [],
    presence: new Presence(),
    failing: undefined,
  };
  return ok(room);
}

/**
 * Tells a room what happened; the room changes itself and says what to do about it, in order.
 * The same events at the same times give the same effects: no I/O, clock or chance inside (D10).
 *
 * @param now - Milliseconds on a clock that never goes back.
 */
export function step(room: Room, event: RoomEvent, now: number): readonly RoomEffect[] {
  // The only maker of rooms is openRoom, and what it makes is a RoomState.
  const turn: Turn = { room: room as RoomState, now, effects: [] };
  take(turn, event);
  return turn.effects;
}

/** True when the host may forget the room. */
export function isIdle(room: Room): boolean {
  const { sessions, inFlight, reads } = room as RoomState;
  return sessions.size === 0 && inFlight.length === 0 && reads.length === 0;
}

/** Sessions whose join was answered: who hears a broadcast, and what it costs. */
export function receivers(room: Room): ReadonlySet<SessionId> {
  return (room as RoomState).receivers;
}

function take(turn: Turn, event: RoomEvent): void {
  const { room } = turn;
  switch (event.kind) {
    case "enter":
      return enter(turn, event);
    case "sync":
    case "update":
    case "presence":
    case "query-presence":
    case "resume":
    case "role":
    case "drained": {
      // Events of a session that was closed may still be on their way.
      const session = room.sessions.get(event.session);
      return session === undefined ? undefined : hear(turn, session, event);
    }
    case "leave":
      return leave(turn, event.session);
    case "committed":
      return commit(turn, event.seqs);
    case "commit-failed":
      return failCommit(turn, event.reason);
    case "snapshot":
      return takeSnapshot(turn, event.snapshot);
    case "rows":
      return takeRows(turn, event.from, event.rows);
    case "read-failed":
      return failRead(turn, event.from);
    case "erased":
      return startOver(turn, event.from);
    case "tick":
      askAgain(turn);
      // Who comes later gets others: frames made of these need not lie about.
      room.tail.forgetMessages();
      room.endings = NO_ENDINGS;
      room.deletions = undefined;
      if (room.inFlight.length === 0 && turn.now - room.lastAppend >= QUIET_MILLIS) room.accepted = room.durable;
      return broadcastPresence(turn, undefined, room.presence.tick(turn.now));
    default:
      return assertNever(event);
  }
}

function enter(
  turn: Turn,
  { session: id, principal, role, schemaVersion }: Extract<RoomEvent, { kind: "enter" }>,
): void {
  const session: Session = {
    id,
    principal,
    role,
    schemaVersion,
    question: "welcomed",
    isAskDue: false,
    catchUp: undefined,
  };
  turn.room.sessions.set(id, session);
  welcome(turn, session);
}

type SessionEvent = Extract<
  RoomEvent,
  { kind: "sync" | "update" | "presence" | "query-presence" | "resume" | "role" | "drained" }
>;

function hear(turn: Turn, session: Session, event: SessionEvent): void {
  switch (event.kind) {
    case "sync":
      return sync(turn, session, event);
    case "resume":
      return resume(turn, session, event.from);
    case "drained":
      return advance(turn, session);
    case "role":
      session.role = event.role;
      return send(turn, session.id, { kind: "role", role: event.role });
    case "update":
      return receive(turn, session, event);
    case "presence":
      return receivePresence(turn, session, event.entries);
    case "query-presence":
      return send(turn, session.id, { kind: "presence", entries: turn.room.presence.entries() });
    default:
      return assertNever(event);
  }
}

function leave(turn: Turn, session: SessionId): void {
  const { room } = turn;
  room.sessions.delete(session);
  room.receivers.delete(session);
  broadcastPresence(turn, undefined, room.presence.leave(session, turn.now));
}
