import type { PresenceEntry } from "@sheaf/protocol";
import { broadcastPresence, send, type Session, type Turn } from "./state.ts";

/** Takes presence in, but never before the text it points into is visible (D3). */
export function receivePresence(turn: Turn, session: Session, entries: readonly PresenceEntry[]): void {
  const before = turn.room.inFlight.findLast((append) => append.session === session.id);
  if (before === undefined) return hearPresence(turn, session, entries);
  const held = (before.presence ??= new Map());
  for (const entry of entries) {
    const waiting = held.get(entry.clientId);
    if (waiting === undefined || waiting.clock <= entry.clock) held.set(entry.clientId, entry);
  }
}

export function hearPresence(turn: Turn, session: Session, entries: readonly PresenceEntry[]): void {
  const { room, now } = turn;
  const { relay, echo } = room.presence.hear(session.id, entries, now, (client) => {
    return room.durable.mayUse(client, session.principal);
  });
  broadcastPresence(turn, session.id, relay);
  if (echo.length > 0) send(turn, session.id, { kind: "presence", entries: echo });
}
