import {
  type DocumentId,
  encodePresence,
  encodeUp,
  encodeYWebsocket,
  PROTOCOL_VERSION,
  type PresenceEntry,
  SUBPROTOCOL,
} from "@sheaf/protocol";
import { readVarUint, reading } from "./reading.ts";

/** What a message says, as far as it matters here, and where its payload lies. One object: the next reading overwrites it. */
export interface Heard {
  /** `answer` is an update that ends a join; `question` wants a step 2. */
  kind: "update" | "answer" | "synced" | "question" | "presence" | "other";
  at: number;
  end: number;
  /** Where the message goes on, with another update; undefined where it does not. */
  next: number | undefined;
}

/** How a client says things to one kind of server, and hears them. */
export interface Dialect {
  readonly subprotocol: string | undefined;
  path(document: string): string;
  /** @param vector - What it has. @returns All that it says to come in. */
  join(document: string, vector: Uint8Array): readonly Uint8Array[];
  /** @param number - How many it has sent before. */
  update(document: string, update: Uint8Array, number: number): Uint8Array;
  presence(document: string, entries: readonly PresenceEntry[]): Uint8Array;
  /** Says that it has nothing the server lacks. */
  nothingNew(document: string): Uint8Array;
  hear(bytes: Uint8Array, at: number, end: number): Heard;
  /** Reads on at `next`. */
  hearNext?(bytes: Uint8Array, next: number, end: number): Heard;
}

export type DialectName = "y-websocket" | "hocuspocus" | "sheaf";

export const NO_VECTOR = Uint8Array.of(0);
const EMPTY_UPDATE = Uint8Array.of(0, 0);
const heard: Heard = { kind: "other", at: 0, end: 0, next: undefined };

const yWebsocket: Dialect = {
  subprotocol: undefined,
  // Sheaf has the document behind /y/, @y/websocket-server takes all of it for the name.
  path: (document) => `/y/${document}`,
  join: (_document, vector) => [encodeYWebsocket({ kind: "step1", vector })],
  update: (_document, update) => encodeYWebsocket({ kind: "update", update }),
  presence: (_document, entries) => encodeYWebsocket({ kind: "presence", payload: encodePresence(entries) }),
  nothingNew: () => encodeYWebsocket({ kind: "step2", update: EMPTY_UPDATE }),
  hear: hearYWebsocket,
};

/** y-websocket's messages behind the name of their document, and a greeting. */
const hocuspocus: Dialect = {
  ...yWebsocket,
  path: () => "/",
  join: (document, vector) => [
    named(document, Uint8Array.of(2, 0, 0)),
    named(document, encodeYWebsocket({ kind: "step1", vector })),
  ],
  update: (document, update) => named(document, encodeYWebsocket({ kind: "update", update })),
  presence: (document, entries) => named(document, yWebsocket.presence(document, entries)),
  nothingNew: (document) => named(document, encodeYWebsocket({ kind: "step2", update: EMPTY_UPDATE })),
  hear(bytes, at, end) {
    reading.at = at;
    const length = readVarUint(bytes);
    return hearYWebsocket(bytes, reading.at + length, end);
  },
};

const CHANNEL = 0;

const sheaf: Dialect = {
  subprotocol: SUBPROTOCOL,
  path: () => "/sync",
  join: (document, vector) => [
    encodeUp({ kind: "hello", protocolVersion: PROTOCOL_VERSION }),
    encodeUp({
      kind: "join",
      channel: CHANNEL,
      document: document as DocumentId,
      schemaVersion: 0,
      vector,
      position: undefined,
    }),
  ],
  update: (_document, update, number) =>
    encodeUp({ kind: "batch", channel: CHANNEL, number, base: 0, answer: false, update }),
  presence: (_document, entries) => encodeUp({ kind: "presence", channel: CHANNEL, payload: encodePresence(entries) }),
  nothingNew: () => encodeUp({ kind: "ping", token: 0 }),
  hear(bytes, at, end) {
    reading.at = at;
    const kind = readVarUint(bytes);
    heard.kind = SHEAF_KINDS[kind] ?? "other";
    readVarUint(bytes);
    if (heard.kind === "update") return hearRow(bytes, reading.at, end);
    if (heard.kind === "presence") readVarUint(bytes);
    heard.at = reading.at;
    heard.end = end;
    heard.next = undefined;
    return heard;
  },
  hearNext: hearRow,
};

/** One of a `history`, or the only one of an `update`. */
function hearRow(bytes: Uint8Array, at: number, end: number): Heard {
  reading.at = at;
  readVarUint(bytes);
  readVarUint(bytes);
  const length = readVarUint(bytes);
  heard.at = reading.at;
  heard.end = heard.at + length;
  heard.next = heard.end < end ? heard.end : undefined;
  return heard;
}

const SHEAF_KINDS: Readonly<Record<number, Heard["kind"]>> = { 2: "update", 3: "synced", 7: "presence", 12: "update" };

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { "y-websocket": yWebsocket, hocuspocus, sheaf };

const SYNC_KINDS: readonly Heard["kind"][] = ["question", "answer", "update"];

function hearYWebsocket(bytes: Uint8Array, at: number, end: number): Heard {
  reading.at = at;
  const type = readVarUint(bytes);
  // Hocuspocus answers with 4 where others say 0 again.
  if (type === 0 || type === 4) heard.kind = SYNC_KINDS[readVarUint(bytes)] ?? "other";
  else heard.kind = type === 1 ? "presence" : "other";
  if (heard.kind !== "other") readVarUint(bytes);
  heard.at = reading.at;
  heard.end = end;
  return heard;
}

function named(document: string, message: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(document.length), Buffer.from(document), message]);
}
