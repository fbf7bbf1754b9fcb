import { Writer } from "./writer.ts";
import { type DecodeError, decodeFrame } from "./decode.ts";
import { type DocumentId, parseDocumentId } from "./document-id.ts";
import {
  LOG_ID_BYTES,
  MAX_CHANNELS,
  MAX_DOCUMENT_ID_LENGTH,
  MAX_PRESENCE_BYTES,
  MAX_UPDATE_BYTES,
  MAX_VECTOR_BYTES,
} from "./limits.ts";
import type { LogPosition } from "./log-position.ts";
import type { Reader } from "./reader.ts";
import { assertNever, type Result } from "./result.ts";

/**
 * What a `sheaf.v1` client says. `channel` is the client's own number for a document on this
 * connection, from its join to its leave.
 */
export type UpFrame =
  | { readonly kind: "hello"; readonly protocolVersion: number }
  | {
      readonly kind: "join";
      readonly channel: number;
      readonly document: DocumentId;
      /** Version of the editor schema; 0 for an application without one, whose documents are foreign (D5). */
      readonly schemaVersion: number;
      readonly vector: Uint8Array;
      /** The client has every row of this log up to `seq`; undefined when it has none, or cannot say. */
      readonly position: LogPosition | undefined;
    }
  | {
      readonly kind: "batch";
      readonly channel: number;
      /** Counts up per queue; names the batch in its ack or nack. */
      readonly number: number;
      /** The log position its author had applied when writing (D14). */
      readonly base: number;
      /** True when it answers an `ask`: it holds everything beyond the vector that was asked with. */
      readonly answer: boolean;
      readonly update: Uint8Array;
    }
  | { readonly kind: "presence"; readonly channel: number; readonly payload: Uint8Array }
  | { readonly kind: "leave"; readonly channel: number }
  | { readonly kind: "ping"; readonly token: number };

const HELLO = 1;
const JOIN = 2;
const BATCH = 3;
const PRESENCE = 4;
const LEAVE = 5;
const PING = 6;

/** Writes one frame; layouts W10 to W15. */
export function encodeUp(frame: UpFrame): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  switch (frame.kind) {
    case "hello":
      writer.varUint(HELLO);
      writer.varUint(frame.protocolVersion);
      break;
    case "join":
      writer.varUint(JOIN);
      writer.varUint(frame.channel);
      writer.varString(frame.document);
      writer.varUint(frame.schemaVersion);
      writer.varBytes(frame.vector);
      writer.varUint(frame.position === undefined ? 0 : 1);
      if (frame.position !== undefined) {
        writer.bytes(frame.position.logId);
        writer.varUint(frame.position.seq);
      }
      break;
    case "batch":
      writer.varUint(BATCH);
      writer.varUint(frame.channel);
      writer.varUint(frame.number);
      writer.varUint(frame.base);
      writer.varUint(frame.answer ? 1 : 0);
      writer.varBytes(frame.update);
      break;
    case "presence":
      writer.varUint(PRESENCE);
      writer.varUint(frame.channel);
      writer.varBytes(frame.payload);
      break;
    case "leave":
      writer.varUint(LEAVE);
      writer.varUint(frame.channel);
      break;
    case "ping":
      writer.varUint(PING);
      writer.varUint(frame.token);
      break;
    default:
      assertNever(frame);
  }
  return writer.finish();
}

/** Reads one frame. Byte fields are views into `bytes`: copy what outlives the read buffer. */
export const decodeUp = (bytes: Uint8Array): Result<UpFrame, DecodeError> => decodeFrame(bytes, readBody);

function readBody(reader: Reader, kind: number): UpFrame | undefined {
  switch (kind) {
    case HELLO:
      return { kind: "hello", protocolVersion: reader.varUint() };
    case JOIN: {
      const channel = readChannel(reader);
      const document = parseDocumentId(reader.varString(MAX_DOCUMENT_ID_LENGTH));
      const schemaVersion = reader.varUint();
      const vector = reader.varBytes(MAX_VECTOR_BYTES);
      const position =
        reader.varUint(1) === 0 ? undefined : { logId: reader.fixedBytes(LOG_ID_BYTES), seq: reader.varUint() };
      if (document !== undefined) return { kind: "join", channel, document, schemaVersion, vector, position };
      reader.fail();
      return undefined;
    }
    case BATCH:
      return {
        kind: "batch",
        channel: readChannel(reader),
        number: reader.varUint(),
        base: reader.varUint(),
        answer: reader.varUint(1) === 1,
        update: reader.varBytes(MAX_UPDATE_BYTES),
      };
    case PRESENCE:
      return { kind: "presence", channel: readChannel(reader), payload: reader.varBytes(MAX_PRESENCE_BYTES) };
    case LEAVE:
      return { kind: "leave", channel: readChannel(reader) };
    case PING:
      return { kind: "ping", token: reader.varUint() };
    default:
      return undefined;
  }
}

const readChannel = (reader: Reader): number => reader.varUint(MAX_CHANNELS - 1);
