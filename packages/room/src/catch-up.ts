import type { StateVector } from "@sheaf/protocol";
import type { HistoryMessage } from "./effect.ts";
import { takeEnding } from "./ending.ts";
import { covers } from "./held.ts";
import type { LogRow, Snapshot } from "./log.ts";
import { type CatchUp, close, type RoomState, send, type Session, type Turn } from "./state.ts";
import { vectorOfSummary } from "./summary.ts";
import { Chunk } from "./tail.ts";
import { walkUpdate } from "./walker.ts";

/**
 * The way of a session to the present, whether it joins or fell behind (D7, D8). A read at a time, and the next one
 * only when its socket has drained, so nobody's slowness costs memory.
 *
 * ```
 * begin ─▶ next is 0 ──read-snapshot──▶ sent ─┐
 *      └─▶ next < tail ──read──▶ rows sent ───┴─await-drain─▶ again, until
 *          next ≥ tail: tail, synced with deletions, presence ─▶ a receiver
 * ```
 */
export function begin(turn: Turn, session: Session, start: CatchUp): void {
  session.catchUp = start;
  advance(turn, session);
}

/** Does the next piece of a session's way. */
export function advance(turn: Turn, session: Session): void {
  const { catchUp } = session;
  if (catchUp === undefined) return;
  if (catchUp.next >= turn.room.tail.start) finish(turn, session, catchUp);
  else read(turn, catchUp.next);
}

/** Whoever needs the same is answered by one read. */
function read({ room, effects }: Turn, from: number): void {
  if (room.reads.includes(from)) return;
  room.reads = [...room.reads, from];
  effects.push(from === 0 ? { kind: "read-snapshot" } : { kind: "read", from, to: room.tail.start });
}

function answered(room: RoomState, read: number): void {
  room.reads = room.reads.filter((from) => from !== read);
}

export function takeSnapshot(turn: Turn, snapshot: Snapshot | undefined): void {
  const { room, effects } = turn;
  answered(room, 0);
  const waiting = waitingAt(turn, 0);
  if (snapshot === undefined) {
    for (const [session, catchUp] of waiting) begin(turn, session, { ...catchUp, next: 1 });
    return;
  }
  const given = giveSnapshot(snapshot);
  if (given === undefined) return failRead(turn, 0);
  const next = snapshot.seq + 1;
  for (const [session, catchUp] of waiting) {
    if (catchUp.vector !== undefined && covers(catchUp.vector, given.vector)) {
      begin(turn, session, { ...catchUp, next, skips: true });
      continue;
    }
    send(turn, session.id, given.message);
    session.catchUp = { ...catchUp, next };
    effects.push({ kind: "await-drain", session: session.id });
  }
}

interface Given {
  readonly message: HistoryMessage;
  readonly vector: StateVector;
}

/** A host that gives the same snapshot again and again has it read and encoded once. */
const givenFor = new WeakMap<Snapshot, Given>();

/** @returns undefined when its summary cannot be read. */
function giveSnapshot(snapshot: Snapshot): Given | undefined {
  const known = givenFor.get(snapshot);
  if (known !== undefined) return known;
  const vector = vectorOfSummary(snapshot.summary);
  if (vector === undefined) return undefined;
  const { seq, update } = snapshot;
  const message: HistoryMessage = { kind: "history", rows: [{ kind: "update", seq, base: 0, update }] };
  const given = { message, vector };
  givenFor.set(snapshot, given);
  return given;
}

export function takeRows(turn: Turn, from: number, rows: readonly LogRow[]): void {
  const { room, effects } = turn;
  answered(room, from);
  const waiting = waitingAt(turn, from);
  const chunk = chunkOf(from, rows, waiting);
  if (chunk === undefined) return failRead(turn, from);
  for (const [session, catchUp] of waiting) {
    const { message, skips } = chunk.lacking(from, catchUp.vector);
    session.catchUp = { ...catchUp, next: from + rows.length, skips: catchUp.skips || skips };
    if (message === undefined) advance(turn, session);
    else {
      send(turn, session.id, message);
      effects.push({ kind: "await-drain", session: session.id });
    }
  }
}

/** Nobody who waits for what could not be read is left waiting. */
export function failRead(turn: Turn, from: number): void {
  answered(turn.room, from);
  for (const [session] of waitingAt(turn, from)) close(turn, session.id, "storage");
}

/** Whose rows cannot be had any more begins with the snapshot that stands for them. */
export function startOver(turn: Turn, from: number): void {
  answered(turn.room, from);
  for (const [session, catchUp] of waitingAt(turn, from)) begin(turn, session, { ...catchUp, next: 0 });
}

/** @returns undefined when a row is missing: the caller asked for rows that exist. */
function chunkOf(from: number, rows: readonly LogRow[], waiting: readonly Waiting[]): Chunk | undefined {
  if (rows.length === 0 || rows.some(({ seq }, index) => seq !== from + index)) return undefined;
  // Only somebody who says what it holds can be spared a row, and only then its structs matter.
  const spares = waiting.some(([, { vector }]) => vector !== undefined && vector.size > 0);
  const chunk = new Chunk(from);
  for (const row of rows) {
    const walk = spares ? walkUpdate(row.update) : undefined;
    if (spares && walk === undefined) return undefined;
    chunk.push(row, walk?.runs ?? []);
  }
  return chunk;
}

/** From here on the session hears broadcasts. All of it goes out in one flush. */
function finish(turn: Turn, session: Session, catchUp: CatchUp): void {
  const { room } = turn;
  const { id } = session;
  session.catchUp = undefined;
  let { skips } = catchUp;
  const history: HistoryMessage[] = [];
  for (const chunk of room.tail.chunks) {
    const lacking = chunk.lacking(catchUp.next, catchUp.vector);
    if (lacking.message !== undefined) history.push(lacking.message);
    skips ||= lacking.skips;
  }
  const ending = takeEnding(room, history, skips);
  for (const message of [...history, ending]) send(turn, id, message);
  // Carets stand in words: who does not have these yet would not show them.
  const entries = room.presence.entries();
  if (entries.length > 0) send(turn, id, { kind: "presence", entries });
  room.receivers.add(id);
}

type Waiting = readonly [session: Session, catchUp: CatchUp];

const waitingAt = ({ room }: Turn, next: number): readonly Waiting[] =>
  [...room.sessions.values()].flatMap((session) => {
    const { catchUp } = session;
    return catchUp?.next === next ? [[session, catchUp] as const] : [];
  });
