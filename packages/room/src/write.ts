import { type CloseKind, encodeStateVector, MAX_UPDATE_BYTES, mayEdit, NACK, type NackCode } from "@sheaf/protocol";
import type { RoomEvent } from "./event.ts";
import { Held } from "./held.ts";
import { judge, type Verdict } from "./gate.ts";
import { close, type RoomState, send, type Session, type Turn } from "./state.ts";

type UpdateEvent = Extract<RoomEvent, { kind: "update" }>;
type Accepted = Extract<Verdict, { kind: "accept" }>;
type Refusal = Exclude<NackCode, "storage" | "draining">;

/** Judges an update: size → role → schema → structure → client ids → clocks. Asks for its append, or says why not. */
export function receive(turn: Turn, session: Session, event: UpdateEvent): void {
  const { room } = turn;
  if (event.update.length > MAX_UPDATE_BYTES) return refuse(turn, session, event, "tooLarge");
  const denial = denialOf(session, room);
  if (denial !== undefined && event.number !== undefined) return refuse(turn, session, event, denial);
  const verdict = judgeFor(session, room, event);
  // Who has no refusals on its wire is closed, but not for repeating what is stored: every stock client does when it joins.
  if (denial !== undefined && verdict.kind !== "known" && verdict.kind !== "malformed") {
    // Yjs deletes by itself: marks around nothing, an attribute's losing value. That is nobody's work, so nothing is lost.
    if (verdict.kind === "accept" && verdict.walk.runs.length === 0) return settleQuestion(session, event, true);
    return refuse(turn, session, event, denial);
  }
  switch (verdict.kind) {
    case "malformed":
      return refuse(turn, session, event, "malformed");
    case "foreign":
      return refuse(turn, session, event, "foreignClientId");
    case "gap":
      // The answer to a question that is out will hold this, and whatever comes until then (trap 2).
      if (session.question === "settled" || (session.question === "welcomed" && event.number !== undefined))
        ask(turn, session);
      return;
    case "known":
      settleQuestion(session, event, true);
      return acknowledge(turn, session, event);
    case "accept":
      settleQuestion(session, event, verdict.connects);
      return append(turn, session, event, verdict);
  }
}

/** Asks for everything beyond what is durable; while the log fails, once it may work again. */
export function ask(turn: Turn, session: Session): void {
  const { room, now } = turn;
  session.question = "asked";
  session.isAskDue = room.failing !== undefined && now < room.failing.askAt;
  if (!session.isAskDue) send(turn, session.id, { kind: "ask", vector: encodeStateVector(room.durable.vector) });
}

function denialOf({ role, schemaVersion }: Session, { accepted }: RoomState): "readOnly" | "otherSchema" | undefined {
  if (!mayEdit(role)) return "readOnly";
  if (accepted.schemaVersion === undefined) return undefined;
  return (accepted.schemaVersion === 0) === (schemaVersion === 0) ? undefined : "otherSchema";
}

function judgeFor({ question, principal }: Session, { accepted }: RoomState, event: UpdateEvent): Verdict {
  const isAnswer = event.answer && question !== "settled";
  const kind = isAnswer ? "answer" : question === "exhausted" ? "edit-after-gap" : "edit";
  return judge(accepted, event.update, principal, kind);
}

function settleQuestion(session: Session, { answer }: UpdateEvent, connects: boolean): void {
  // An update that connects says nothing of those dropped before it, so it cannot stand for an answer.
  if (session.question === "exhausted" || (connects && !answer)) return;
  session.question = connects ? "settled" : "exhausted";
  session.isAskDue = false;
}

function append(turn: Turn, session: Session, event: UpdateEvent, { update, walk, principal }: Accepted): void {
  const { room, effects } = turn;
  // A session that hears broadcasts has been sent all there is.
  const base = Math.min(event.base ?? (room.receivers.has(session.id) ? room.seq : 0), room.seq);
  const row = { principal, base, schemaVersion: session.schemaVersion, update };
  if (room.accepted === room.durable) room.accepted = new Held(room.durable);
  room.accepted.hold(update, walk, row);
  room.lastAppend = turn.now;
  const batches = [{ session: session.id, number: event.number }];
  room.inFlight.push({ session: session.id, row, walk, batches, presence: undefined });
  effects.push({ kind: "append", row });
}

/**
 * Nothing to append. Acked at once when durable; else it shares the fate of the newest append, which is
 * not before the one that carries it: a tab that reconnects may bring again what its old session has in flight.
 */
function acknowledge(turn: Turn, { id, principal }: Session, { number, update }: UpdateEvent): void {
  const { room } = turn;
  const newest = room.inFlight.at(-1);
  if (newest !== undefined && judge(room.durable, update, principal, "edit").kind !== "known") {
    newest.batches.push({ session: id, number });
  } else if (number !== undefined) {
    send(turn, id, { kind: "ack", number, seq: 0 });
  }
}

function refuse(turn: Turn, { id }: Session, { number }: UpdateEvent, code: Refusal): void {
  if (number !== undefined) {
    send(turn, id, { kind: "nack", number, code, reason: NACK[code].reason });
    return;
  }
  close(turn, id, CLOSE_FOR[code]);
}

/** What a refusal is to a session whose dialect has none. */
const CLOSE_FOR: Readonly<Record<Refusal, CloseKind>> = {
  malformed: "malformedUpdate",
  tooLarge: "tooLarge",
  readOnly: "forbidden",
  foreignClientId: "foreignClientId",
  otherSchema: "forbidden",
};
