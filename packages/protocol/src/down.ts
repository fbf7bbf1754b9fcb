import * as encoding from "lib0/encoding";
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
  | {
      /** A committed update of someone else, or history. `base` is what its author had applied. */
      readonly kind: "update";
      readonly channel: number;
      readonly seq: number;
      readonly base: number;
      readonly update: Uint8Array;
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

/** Writes one frame; layouts W30 to W40. */
export function encodeDown(frame: DownFrame): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  switch (frame.kind) {
    case "welcome":
      encoding.writeVarUint(encoder, WELCOME);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.protocolVersion);
      // Shifted by one so that 0 can say "nothing written yet".
      encoding.writeVarUint(encoder, frame.schemaVersion === undefined ? 0 : frame.schemaVersion + 1);
      encoding.writeVarUint(encoder, ROLES.indexOf(frame.role));
      encoding.writeUint8Array(encoder, frame.logId);
      encoding.writeVarUint(encoder, frame.seq);
      encoding.writeVarUint8Array(encoder, frame.vector);
      encoding.writeVarUint(encoder, frame.maxUpdateBytes);
      break;
    case "update":
      encoding.writeVarUint(encoder, UPDATE);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.seq);
      encoding.writeVarUint(encoder, frame.base);
      encoding.writeVarUint8Array(encoder, frame.update);
      break;
    case "synced":
      encoding.writeVarUint(encoder, SYNCED);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.seq);
      break;
    case "ack":
      encoding.writeVarUint(encoder, ACK);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.number);
      encoding.writeVarUint(encoder, frame.seq);
      break;
    case "nack":
      encoding.writeVarUint(encoder, NACKED);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, frame.number);
      encoding.writeVarUint(encoder, NACK[frame.code].number);
      encoding.writeVarString(encoder, frame.reason);
      break;
    case "ask":
      encoding.writeVarUint(encoder, ASK);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint8Array(encoder, frame.vector);
      break;
    case "presence":
      encoding.writeVarUint(encoder, PRESENCE);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint8Array(encoder, frame.payload);
      break;
    case "pong":
      encoding.writeVarUint(encoder, PONG);
      encoding.writeVarUint(encoder, frame.token);
      break;
    case "goodbye":
      encoding.writeVarUint(encoder, GOODBYE);
      encoding.writeVarUint(encoder, frame.retryAfterMillis);
      encoding.writeVarString(encoder, frame.reason);
      break;
    case "role":
      encoding.writeVarUint(encoder, ROLE);
      encoding.writeVarUint(encoder, frame.channel);
      encoding.writeVarUint(encoder, ROLES.indexOf(frame.role));
      break;
    case "fragment":
      encoding.writeVarUint(encoder, FRAGMENT);
      encoding.writeVarUint(encoder, frame.left);
      encoding.writeUint8Array(encoder, frame.bytes);
      break;
    default:
      assertNever(frame);
  }
  return encoding.toUint8Array(encoder);
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
      return {
        kind: "update",
        channel: reader.varUint(),
        seq: reader.varUint(),
        base: reader.varUint(),
        update: reader.varBytes(MAX_SNAPSHOT_BYTES),
      };
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

const readRole = (reader: Reader): Role => ROLES[reader.varUint(ROLES.length - 1)] ?? "viewer";
