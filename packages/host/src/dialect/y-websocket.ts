import {
  assertNever,
  type CloseKind,
  decodePresence,
  decodeStateVector,
  decodeYWebsocket,
  encodePresence,
  encodeYWebsocket,
  mayEdit,
  NACK,
} from "@sheaf/protocol";
import { joinUpdates, type RoomMessage, type RowMessage, type SyncedMessage, withDeletions } from "@sheaf/room";
import type { Codec, Desk, Speaker } from "../codec.ts";

/** Stock y-websocket. Its wire has no acks, refusals or log positions, so those messages have no frames. */
export const yWebsocketCodec: Codec = {
  dialect: "y-websocket",
  // A stock client expects to hear something within 30 s, and nothing echoes its own presence to it.
  keepAlive: [encodeYWebsocket({ kind: "presence", payload: encodePresence([]) })],
  receive,
  encode: (message) => encode(message),
  goodbye: () => [],
};

function receive<S extends Speaker>(speaker: S, bytes: Uint8Array, desk: Desk<S>): CloseKind | undefined {
  const decoded = decodeYWebsocket(bytes);
  if (!decoded.ok) return "malformed";
  const frame = decoded.value;
  const session = speaker.channels.get(0);
  if (session === undefined) return undefined;
  switch (frame.kind) {
    case "step1": {
      const vector = decodeStateVector(frame.vector);
      if (vector === undefined) return "malformed";
      desk.tell({ kind: "sync", session, vector, position: undefined });
      return undefined;
    }
    case "step2":
    case "update":
      desk.tell({
        kind: "update",
        session,
        number: undefined,
        base: undefined,
        // A slice of the read buffer would keep all of it alive for as long as the row is in a tail.
        update: frame.update.slice(),
        answer: frame.kind === "step2",
      });
      return undefined;
    case "presence": {
      const entries = decodePresence(frame.payload.slice());
      if (entries === undefined) return "malformed";
      desk.tell({ kind: "presence", session, entries });
      return undefined;
    }
    case "query-presence":
      desk.tell({ kind: "query-presence", session });
      return undefined;
    case "denied":
      return "malformed";
  }
}

function encode(message: RoomMessage): readonly Uint8Array[] {
  switch (message.kind) {
    case "welcome":
    case "ask":
      return [encodeYWebsocket({ kind: "step1", vector: message.vector })];
    case "update":
      return [updateFrame(message.update)];
    case "history":
      return join(message.rows).map(updateFrame);
    case "synced":
      return end(message);
    case "presence":
      return [encodeYWebsocket({ kind: "presence", payload: encodePresence(message.entries) })];
    case "role":
      // Stock clients have no word for a role; they print why they were denied something.
      return mayEdit(message.role) ? [] : [encodeYWebsocket({ kind: "denied", reason: NACK.readOnly.reason })];
    case "ack":
    case "nack":
      return [];
    default:
      return assertNever(message);
  }
}

const updateFrame = (update: Uint8Array): Uint8Array => encodeYWebsocket({ kind: "update", update });

/** The first step 2 makes a stock client "synced", so it comes last (trap 12), and brings what there is still to bring. */
function end({ rows, deletions }: SyncedMessage): readonly Uint8Array[] {
  const updates = [...join(rows)];
  let last = updates.pop() ?? NOTHING;
  if (deletions !== undefined) {
    const joined = withDeletions(last, deletions);
    // What cannot be read is for its readers to judge.
    if (joined === undefined) updates.push(last);
    last = joined ?? deletions;
  }
  return [...updates.map(updateFrame), encodeYWebsocket({ kind: "step2", update: last })];
}

/** Neither structs nor deletions. */
const NOTHING = Uint8Array.of(0, 0);

/** This dialect has no positions, so rows need not stay apart. */
const join = (rows: readonly RowMessage[]): readonly Uint8Array[] => joinUpdates(rows.map(({ update }) => update));
