import { Writer } from "./writer.ts";
import { type DecodeError, decodeFrame } from "./decode.ts";
import { LOG_ID_BYTES, MAX_PRESENCE_BYTES, MAX_REASON_BYTES, MAX_SNAPSHOT_BYTES, MAX_VECTOR_BYTES } from "./limits.ts";
import { type NackCode, NACK, parseNackCode } from "./nack-code.ts";
import type { Reader } from "./reader.ts";
import { assertNever, type Result } from "./result.ts";
import { type Role, ROLES } from "./role.ts";

/** What the server says on `sheaf.v1`. Frames of one channel arrive in the order the room decided them. */
export type DownFrame =
  | {
      /** Answers a join; updates the joiner lacks follow, then `synced`. */
      readonly kind: "welcome";
      readonly channel: number;
      readonly protocolVersion: number;
      /** Highest editor schema that wrote here; 0 for a foreign document, undefined while the document is empty. */
      readonly schemaVersion: number | undefined;
      readonly role: Role;
      /** 16 bytes; another one than last time means: sync by state vector (D1). */
      readonly logId: Uint8Array;
      /** Last durable position of the log. */
      readonly seq: number;
      /** State vector of the durable state. */
      readonly vector: Uint8Array;
      readonly maxUpdateBytes: number;
    }
  /** A committed update of someone else. */
  | ({ readonly kind: "update"; readonly channel: number } & Row)
  | {
      /** What the log holds that the joiner lacks, or a part of it, in its order; to be applied at once. */
      readonly kind: "history";
      readonly channel: number;
      readonly rows: readonly Row[];
    }
  | { readonly kind: "synced"; readonly channel: number; readonly seq: number }
  /** The batch is durable; `seq` is its row, or 0 when all of it was in the log before. */
  | { readonly kind: "ack"; readonly channel: number; readonly number: number; readonly seq: number }
  | {
      readonly kind: "nack";
      readonly channel: number;
      readonly number: number;
      readonly code: NackCode;
      readonly reason: string;
    }
  | {
      /** The server lacks something a batch builds on: send everything beyond `vector` as one batch. */
      readonly kind: "ask";
      readonly channel: number;
      readonly vector: Uint8Array;
    }
  | { readonly kind: "presence"; readonly channel: number; readonly payload: Uint8Array }
  | { readonly kind: "pong"; readonly token: number }
  /** What the client may do from now on. */
  | { readonly kind: "role"; readonly channel: number; readonly role: Role }
  /** A piece of a frame too long for one message; the pieces follow one another, `left` of them after this one. */
  | { readonly kind: "fragment"; readonly left: number; readonly bytes: Uint8Array }
  | {
      /** The server will close this connection; come back after about `retryAfterMillis`. */
      readonly kind: "goodbye";
      readonly retryAfterMillis: number;
      readonly reason: string;
    };

/** A row of the log; with seq 0 the deletions of many, which have no position. */
export interface Row {
  readonly seq: number;
  /** The position its author had applied. */
  readonly base: number;
  readonly update: Uint8Array;
}

const WELCOME = 1;
const UPDATE = 2;
const SYNCED = 3;
const ACK = 4;
const NACKED = 5;
const ASK = 6;
const PRESENCE = 7;
const PONG = 8;
const GOODBYE = 9;
const FRAGMENT = 10;
const ROLE = 11;
const HISTORY = 12;

/** Writes one frame; layouts W30 to W41. */
export function encodeDown(frame: DownFrame): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  switch (frame.kind) {
    case "welcome":
      writer.varUint(WELCOME);
      writer.varUint(frame.channel);
      writer.varUint(frame.protocolVersion);
      // Shifted by one so that 0 can say "nothing written yet".
      writer.varUint(frame.schemaVersion === undefined ? 0 : frame.schemaVersion + 1);
      writer.varUint(ROLES.indexOf(frame.role));
      writer.bytes(frame.logId);
      writer.varUint(frame.seq);
      writer.varBytes(frame.vector);
      writer.varUint(frame.maxUpdateBytes);
      break;
    case "update":
      writer.varUint(UPDATE);
      writer.varUint(frame.channel);
      writeRow(writer, frame);
      break;
    case "history":
      writer.varUint(HISTORY);
      writer.varUint(frame.channel);
      for (const row of frame.rows) writeRow(writer, row);
      break;
    case "synced":
      writer.varUint(SYNCED);
      writer.varUint(frame.channel);
      writer.varUint(frame.seq);
      break;
    case "ack":
      writer.varUint(ACK);
      writer.varUint(frame.channel);
      writer.varUint(frame.number);
      writer.varUint(frame.seq);
      break;
    case "nack":
      writer.varUint(NACKED);
      writer.varUint(frame.channel);
      writer.varUint(frame.number);
      writer.varUint(NACK[frame.code].number);
      writer.varString(frame.reason);
      break;
    case "ask":
      writer.varUint(ASK);
      writer.varUint(frame.channel);
      writer.varBytes(frame.vector);
      break;
    case "presence":
      writer.varUint(PRESENCE);
      writer.varUint(frame.channel);
      writer.varBytes(frame.payload);
      break;
    case "pong":
      writer.varUint(PONG);
      writer.varUint(frame.token);
      break;
    case "goodbye":
      writer.varUint(GOODBYE);
      writer.varUint(frame.retryAfterMillis);
      writer.varString(frame.reason);
      break;
    case "role":
      writer.varUint(ROLE);
      writer.varUint(frame.channel);
      writer.varUint(ROLES.indexOf(frame.role));
      break;
    case "fragment":
      writer.varUint(FRAGMENT);
      writer.varUint(frame.left);
      writer.bytes(frame.bytes);
      break;
    default:
      assertNever(frame);
  }
  return writer.finish();
}

function writeRow(writer: Writer, { seq, base, update }: Row): void {
  writer.varUint(seq);
  writer.varUint(base);
  writer.varBytes(update);
}

/** Reads one frame. Byte fields are views into `bytes`. */
export const decodeDown = (bytes: Uint8Array): Result<DownFrame, DecodeError> => decodeFrame(bytes, readBody);

function readBody(reader: Reader, kind: number): DownFrame | undefined {
  switch (kind) {
    case WELCOME: {
      const channel = reader.varUint();
      const protocolVersion = reader.varUint();
      const schema = reader.varUint();
      const role = readRole(reader);
      return {
        kind: "welcome",
        channel,
        protocolVersion,
        schemaVersion: schema === 0 ? undefined : schema - 1,
        role,
        logId: reader.fixedBytes(LOG_ID_BYTES),
        seq: reader.varUint(),
        vector: reader.varBytes(MAX_VECTOR_BYTES),
        maxUpdateBytes: reader.varUint(),
      };
    }
    case UPDATE:
      return { kind: "update", channel: reader.varUint(), ...readRow(reader) };
    case HISTORY:
      return { kind: "history", channel: reader.varUint(), rows: readRows(reader) };
    case SYNCED:
      return { kind: "synced", channel: reader.varUint(), seq: reader.varUint() };
    case ACK:
      return { kind: "ack", channel: reader.varUint(), number: reader.varUint(), seq: reader.varUint() };
    case NACKED: {
      const channel = reader.varUint();
      const number = reader.varUint();
      const code = parseNackCode(reader.varUint());
      const reason = reader.varString(MAX_REASON_BYTES);
      if (code !== undefined) return { kind: "nack", channel, number, code, reason };
      reader.fail();
      return undefined;
    }
    case ASK:
      return { kind: "ask", channel: reader.varUint(), vector: reader.varBytes(MAX_VECTOR_BYTES) };
    case PRESENCE:
      return { kind: "presence", channel: reader.varUint(), payload: reader.varBytes(MAX_PRESENCE_BYTES) };
    case PONG:
      return { kind: "pong", token: reader.varUint() };
    case GOODBYE:
      return { kind: "goodbye", retryAfterMillis: reader.varUint(), reason: reader.varString(MAX_REASON_BYTES) };
    case ROLE:
      return { kind: "role", channel: reader.varUint(), role: readRole(reader) };
    case FRAGMENT:
      return { kind: "fragment", left: reader.varUint(), bytes: reader.rest() };
    default:
      return undefined;
  }
}

/** To the end of the frame, and at least one. */
function readRows(reader: Reader): readonly Row[] {
  const rows = [readRow(reader)];
  while (!reader.failed && !reader.complete) rows.push(readRow(reader));
  return rows;
}

const readRow = (reader: Reader): Row => ({
  seq: reader.varUint(),
  base: reader.varUint(),
  update: reader.varBytes(MAX_SNAPSHOT_BYTES),
});

const readRole = (reader: Reader): Role => ROLES[reader.varUint(ROLES.length - 1)] ?? "viewer";
