import { welcome } from "./join.ts";
import { hearPresence } from "./presence-events.ts";
import { NO_ENDINGS } from "./ending.ts";
import type { SessionId } from "./event.ts";
import { type Append, broadcast, isOutdated, type RoomState, send, type Turn } from "./state.ts";
import { ask } from "./write.ts";

const FIRST_BACKOFF_MILLIS = 1_000;
const MAX_BACKOFF_MILLIS = 30_000;

/** The oldest appends are durable: now, and not before, anybody may see them (D3). */
export function commit(turn: Turn, seqs: readonly number[]): void {
  const { room } = turn;
  room.failing = undefined;
  for (const seq of seqs) {
    const append = room.inFlight.shift();
    if (append === undefined || seq !== room.seq + 1) throw new Error(`row ${seq} was committed out of order`);
    publish(turn, append, seq);
  }
}

function publish(turn: Turn, { session, row, walk, batches, presence }: Append, seq: number): void {
  const { room } = turn;
  const schemaBefore = room.durable.schemaVersion;
  room.durable.hold(row.update, walk, row);
  if (walk.deletions.length > 0) room.deletions = undefined;
  room.endings = NO_ENDINGS;
  room.seq = seq;
  room.tail.push(row, walk.runs);
  if (room.durable.schemaVersion !== schemaBefore) warnOutdated(turn);
  // Only the first brought this row. The others hear of it before they hear that the log holds theirs, or they would
  // take it for later than their own.
  if (batches[0] !== undefined) acknowledge(turn, batches[0], seq);
  broadcast(turn, session, { kind: "update", seq, base: row.base, update: row.update });
  for (let index = 1; index < batches.length; index++) acknowledge(turn, batches[index]!, 0);
  releasePresence(turn, session, presence);
}

function acknowledge(turn: Turn, { session, number }: Append["batches"][number], seq: number): void {
  if (number !== undefined && turn.room.sessions.has(session)) send(turn, session, { kind: "ack", number, seq });
}

/** Pages with an older schema would corrupt what they cannot hold: told to reload before they get this row (D12). */
function warnOutdated(turn: Turn): void {
  const { room } = turn;
  for (const session of room.sessions.values()) {
    if (!isOutdated(session, room)) continue;
    room.receivers.delete(session.id);
    session.catchUp = undefined;
    welcome(turn, session);
  }
}

/**
 * Nothing in flight is held: the room falls back to what is durable, and authors are asked to try again.
 *
 * @param reason - A sentence for the authors of what failed.
 */
export function failCommit(turn: Turn, reason: string): void {
  const { room, now } = turn;
  const failed = room.inFlight;
  room.inFlight = [];
  room.accepted = room.durable;
  room.failing = backOff(room.failing, now);
  for (const append of failed) {
    // What its author answers binds nothing, and somebody else could take the id before their next edit.
    room.durable.bind(append.walk.runs, append.row.principal);
    for (const { session: id, number } of append.batches) {
      const session = room.sessions.get(id);
      if (session === undefined) continue;
      if (number !== undefined) send(turn, id, { kind: "nack", number, code: "storage", reason });
      // Who has no acks cannot know; it is asked for the same again, but not before `askAt`.
      else ask(turn, session);
    }
    releasePresence(turn, append.session, append.presence);
  }
}

/** Doubles per question, not per failure: between two questions people may go on typing, and failing. */
function backOff(failing: RoomState["failing"], now: number): RoomState["failing"] {
  if (failing !== undefined && now < failing.askAt) return failing;
  const backoffMillis =
    failing === undefined ? FIRST_BACKOFF_MILLIS : Math.min(failing.backoffMillis * 2, MAX_BACKOFF_MILLIS);
  return { backoffMillis, askAt: now + backoffMillis };
}

/** Asks what had to wait while the log failed. */
export function askAgain(turn: Turn): void {
  const { room, now } = turn;
  if (room.failing !== undefined && now < room.failing.askAt) return;
  for (const session of room.sessions.values()) if (session.isAskDue) ask(turn, session);
}

function releasePresence(turn: Turn, session: SessionId, presence: Append["presence"]): void {
  const author = presence === undefined ? undefined : turn.room.sessions.get(session);
  if (author !== undefined && presence !== undefined) hearPresence(turn, author, [...presence.values()]);
}
