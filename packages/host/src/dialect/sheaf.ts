import {
  type CloseKind,
  CLOSE,
  decodePresence,
  decodeStateVector,
  decodeUp,
  type DownFrame,
  encodeDown,
  encodePresence,
  fragment,
  MAX_UPDATE_BYTES,
  PROTOCOL_VERSION,
  type Row,
  type UpFrame,
} from "@sheaf/protocol";
import type { HistoryMessage, RoomMessage, SyncedMessage } from "@sheaf/room";
import type { Codec, Desk, Speaker } from "../codec.ts";

/** Our own dialect, `sheaf.v1`: many documents on one socket, durable acks, typed refusals. */
export const sheafCodec: Codec = {
  dialect: "sheaf",
  keepAlive: undefined,

  receive(speaker, bytes, desk) {
    const decoded = decodeUp(bytes);
    if (!decoded.ok) return "malformed";
    return receiveFrame(speaker, decoded.value, desk);
  },

  encode,

  goodbye: (retryAfterMillis, kind) => [encodeDown({ kind: "goodbye", retryAfterMillis, reason: CLOSE[kind].reason })],
};

function receiveFrame<S extends Speaker>(speaker: S, frame: UpFrame, desk: Desk<S>): CloseKind | undefined {
  if (frame.kind === "hello") {
    speaker.greeted = true;
    return frame.protocolVersion === PROTOCOL_VERSION ? undefined : "unsupportedVersion";
  }
  if (!speaker.greeted) return "malformed";
  if (frame.kind === "ping") {
    desk.push(speaker, [encodeDown({ kind: "pong", token: frame.token })]);
    return undefined;
  }
  if (frame.kind === "join") {
    const vector = decodeStateVector(frame.vector);
    if (vector === undefined || speaker.channels.get(frame.channel) !== undefined) return "malformed";
    const refusal = desk.enter(speaker, frame.channel, frame.document, frame.schemaVersion);
    const session = speaker.channels.get(frame.channel);
    if (session !== undefined) desk.tell({ kind: "sync", session, vector, position: copyOf(frame.position) });
    return refusal;
  }
  // A frame for a channel that was left crossed the leave on its way: nobody is there to hear it.
  const session = speaker.channels.get(frame.channel);
  switch (frame.kind) {
    case "batch":
      if (session === undefined) return undefined;
      desk.tell({
        kind: "update",
        session,
        number: frame.number,
        base: frame.base,
        // A slice of the read buffer would keep all of it alive for as long as the row is in a tail.
        update: frame.update.slice(),
        answer: frame.answer,
      });
      return undefined;
    case "presence": {
      const entries = decodePresence(frame.payload.slice());
      if (entries === undefined) return "malformed";
      if (session !== undefined) desk.tell({ kind: "presence", session, entries });
      return undefined;
    }
    case "leave":
      if (session !== undefined) desk.tell({ kind: "leave", session });
      speaker.channels.delete(frame.channel);
      return undefined;
  }
}

/** Frames are views into the read buffer; a room may keep what it is told. */
const copyOf = (position: JoinPosition): JoinPosition =>
  position === undefined ? undefined : { logId: position.logId.slice(), seq: position.seq };

function encode(message: RoomMessage, channel: number): readonly Uint8Array[] {
  if (message.kind === "history") return encodeHistory(message.rows, channel);
  if (message.kind === "synced") return encodeEnd(message, channel);
  return fragment(encodeDown(toFrame(message, channel)));
}

/** Of what is lacking goes in one frame: who has a slow network should keep what came when it breaks. */
const HISTORY_BYTES = 64 * 1024;

function encodeHistory(rows: readonly Row[], channel: number): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  let next = 0;
  let bytes = 0;
  for (const [index, { update }] of rows.entries()) {
    bytes += update.length;
    if (bytes < HISTORY_BYTES && index < rows.length - 1) continue;
    frames.push(...fragment(encodeDown({ kind: "history", channel, rows: rows.slice(next, index + 1) })));
    next = index + 1;
    bytes = 0;
  }
  return frames;
}

function encodeEnd({ rows, deletions, seq }: SyncedMessage, channel: number): readonly Uint8Array[] {
  // What is gathered from many rows has no position (W41).
  const gathered = deletions === undefined ? [] : [{ seq: 0, base: 0, update: deletions }];
  return [...encodeHistory([...rows, ...gathered], channel), encodeDown({ kind: "synced", channel, seq })];
}

type JoinPosition = Extract<UpFrame, { kind: "join" }>["position"];

function toFrame(message: Exclude<RoomMessage, HistoryMessage | SyncedMessage>, channel: number): DownFrame {
  switch (message.kind) {
    case "welcome":
      return { ...message, channel, protocolVersion: PROTOCOL_VERSION, maxUpdateBytes: MAX_UPDATE_BYTES };
    case "presence":
      return { kind: "presence", channel, payload: encodePresence(message.entries) };
    default:
      return { ...message, channel };
  }
}
