/** One limit as people meet it. Its number is the code's, and a test whose title has `[NAME]` stands at its edge. */
export interface Limit {
  /** The constant. */
  readonly name: string;
  /** Where it is. */
  readonly file: string;
  readonly what: string;
  readonly unit: "bytes" | "millis" | "";
  /** What a plain number counts. */
  readonly of?: string;
  readonly beyond: string;
}

const PROTOCOL = "packages/protocol/src/limits.ts";
const PRESENCE = "packages/room/src/presence.ts";
const API = "apps/server/src/api.ts";

/** In the order of the README's table, which `scripts/generate.mjs` makes from this; those that can be set are settings. */
export const LIMITS: readonly Limit[] = [
  {
    name: "MAX_UPDATE_BYTES",
    file: PROTOCOL,
    what: "One edit, however much it pastes",
    unit: "bytes",
    beyond: "Refused; its author's page keeps the words, says so and offers them as text.",
  },
  {
    name: "MAX_SNAPSHOT_BYTES",
    file: PROTOCOL,
    what: "The whole state of a document, in one frame",
    unit: "bytes",
    beyond: "A page that has nothing of it cannot take it over its socket; what is stored stays.",
  },
  {
    name: "MAX_PRESENCE_ENTRIES",
    file: PROTOCOL,
    what: "Carets in one document, and in one message",
    unit: "",
    beyond: "Who comes later writes without being seen; a longer message closes with 4400.",
  },
  {
    name: "MAX_SESSION_IDS",
    file: PRESENCE,
    what: "Carets of one connection in a document",
    unit: "",
    beyond: "The rest are not shown to others.",
  },
  {
    name: "MAX_PRESENCE_STATE_BYTES",
    file: PROTOCOL,
    what: "What one participant shows of itself, as JSON",
    unit: "bytes",
    beyond: "The connection is closed with 4400.",
  },
  {
    name: "MAX_ROOM_STATE_BYTES",
    file: PRESENCE,
    what: "The same of all participants of a document",
    unit: "bytes",
    beyond: "What would not fit is not shown to others.",
  },
  {
    name: "MAX_PRESENCE_CLOCK",
    file: PRESENCE,
    what: "The clock of a presence state",
    unit: "",
    beyond: "Not shown to others.",
  },
  {
    name: "MAX_PRESENCE_BYTES",
    file: PROTOCOL,
    what: "One message of presence",
    unit: "bytes",
    beyond: "The connection is closed with 4400.",
  },
  {
    name: "MAX_FRAME_BYTES",
    file: PROTOCOL,
    what: "One message on a WebSocket",
    unit: "bytes",
    beyond: "The connection is closed with 1009.",
  },
  {
    name: "MAX_WAITING_ARRIVALS",
    file: "apps/server/src/node/pace-arrivals.ts",
    what: "Connections that wait at once to be let in",
    unit: "",
    beyond: "Turned away with 503 and when to come back.",
  },
  {
    name: "MAX_VECTOR_BYTES",
    file: PROTOCOL,
    what: "A state vector: about 200,000 client ids",
    unit: "bytes",
    beyond: "The connection is closed with 4400.",
  },
  {
    name: "MAX_CHANNELS",
    file: PROTOCOL,
    what: "Documents on one connection",
    unit: "",
    beyond: "The connection is closed with 4400.",
  },
  {
    name: "MAX_DOCUMENT_ID_LENGTH",
    file: PROTOCOL,
    what: "A document's id",
    unit: "",
    of: "characters",
    beyond: "There is no such document: 404, or 400 where it would be made.",
  },
  {
    name: "MAX_WAITING",
    file: "packages/room/src/gate.ts",
    what: "Pieces of a document that wait for others its authors have not sent",
    unit: "",
    beyond: "Not stored: the sender is asked again for what is missing.",
  },
  {
    name: "MAX_RUN",
    file: "packages/room/src/content.ts",
    what: "One run of deleted characters in an update",
    unit: "",
    beyond: "Refused as malformed.",
  },
  {
    name: "MAX_CLOCK",
    file: "packages/room/src/walker.ts",
    what: "Characters under one client id",
    unit: "",
    beyond: "Refused as malformed.",
  },
  {
    name: "MAX_VALUE_DEPTH",
    file: "packages/room/src/text.ts",
    what: "Values within values in an update",
    unit: "",
    of: "levels",
    beyond: "Refused as malformed.",
  },
  {
    name: "MAX_QUEUED_BYTES",
    file: "packages/host/src/host.ts",
    what: "What waits for the disk",
    unit: "bytes",
    beyond: "Senders are not read until it is less; nothing is dropped.",
  },
  {
    name: "MAX_UNSENT_BYTES",
    file: "packages/host/src/connection.ts",
    what: "Answers one connection asks for and does not read, beside the longest of them",
    unit: "bytes",
    beyond: "It is closed with 4529. Edits of others never count: who reads slowly gets them later.",
  },
  {
    name: "MAX_UNSENT_PONG_BYTES",
    file: "apps/server/src/node/server-socket.ts",
    what: "What waits in a socket while its pings are answered",
    unit: "bytes",
    beyond: "Pings are not answered until it is less.",
  },
  {
    name: "MAX_PIXELS",
    file: "apps/server/src/blobs.ts",
    what: "What a picture unpacks to",
    unit: "",
    of: "pixels",
    beyond: "413; the page says so where the picture would be.",
  },
  {
    name: "MAX_ALT_LENGTH",
    file: "packages/editor/src/schema/fields.ts",
    what: "The alt text of a picture",
    unit: "",
    of: "characters",
    beyond: "The field takes no more.",
  },
  {
    name: "MAX_MESSAGE_LENGTH",
    file: "packages/editor/src/chat.ts",
    what: "A message of the chat",
    unit: "",
    of: "characters",
    beyond: "The field takes no more; what another program wrote is cut where it is shown.",
  },
  {
    name: "MAX_MESSAGES",
    file: "packages/editor/src/chat.ts",
    what: "Messages of the chat that are shown",
    unit: "",
    beyond: "The older ones stay in the document, unseen.",
  },
  {
    name: "MAX_LISTED",
    file: "apps/server/src/people/titles.ts",
    what: "Documents in a list",
    unit: "",
    beyond: "Those written to before are left out; their addresses open them as ever.",
  },
  {
    name: "LONGEST_TITLE",
    file: "packages/editor/src/reading/title.ts",
    what: "A title in a list",
    unit: "",
    of: "characters",
    beyond: "Cut; the document is as it was written.",
  },
  {
    name: "MAX_NAME_LENGTH",
    file: API,
    what: "A person's name, or a program's",
    unit: "",
    of: "characters",
    beyond: "400; the page takes 40.",
  },
  {
    name: "MAX_BODY_BYTES",
    file: API,
    what: "The body of a request to the API",
    unit: "bytes",
    beyond: "413.",
  },
  {
    name: "MAX_EXPIRES_DAYS",
    file: API,
    what: "How long an invite can be made to hold",
    unit: "",
    of: "days",
    beyond: "400.",
  },
  {
    name: "ROOM_TOKEN_MILLIS",
    file: "apps/server/src/people/room-token.ts",
    what: "How long a room token lets a client in",
    unit: "millis",
    beyond: "401; who is in stays.",
  },
  {
    name: "SESSION_IDLE_MILLIS",
    file: "apps/server/src/people/credentials.ts",
    what: "How long a browser is known without being used",
    unit: "millis",
    beyond: "401: an invite link is needed again.",
  },
];

/** Bounds of caches, of what only we write, and of waits: nobody who keeps to the limits above meets them. */
export const INNER: readonly string[] = [
  "MAX_BACKOFF_MILLIS",
  "MAX_CLIENT_ID",
  "MAX_PRINCIPAL_BYTES",
  "MAX_READ_BYTES",
  "MAX_REASON_BYTES",
  "MAX_TAIL_BYTES",
  "MAX_WINDOW_MILLIS",
];
