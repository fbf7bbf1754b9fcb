import { Writer } from "./writer.ts";
import { type DecodeError, decodeFrame } from "./decode.ts";
import { MAX_PRESENCE_BYTES, MAX_REASON_BYTES, MAX_UPDATE_BYTES, MAX_VECTOR_BYTES } from "./limits.ts";
import type { Reader } from "./reader.ts";
import { assertNever, type Result } from "./result.ts";

/** The frames of stock y-websocket, the same in both directions; the document is named by the URL. */
export type YWebsocketFrame =
  | { readonly kind: "step1"; readonly vector: Uint8Array }
  | { readonly kind: "step2"; readonly update: Uint8Array }
  | { readonly kind: "update"; readonly update: Uint8Array }
  | { readonly kind: "presence"; readonly payload: Uint8Array }
  /** Server to client only: stock clients print the reason. */
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "query-presence" };

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
const STEP1 = 0;
const STEP2 = 1;
const UPDATE = 2;
const PERMISSION_DENIED = 0;

/** Writes one frame with bytes equal to y-websocket's own; layouts W50 to W55. */
export function encodeYWebsocket(frame: YWebsocketFrame): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  switch (frame.kind) {
    case "step1":
      writer.uint8(SYNC);
      writer.uint8(STEP1);
      writer.varBytes(frame.vector);
      break;
    case "step2":
    case "update":
      writer.uint8(SYNC);
      writer.uint8(frame.kind === "step2" ? STEP2 : UPDATE);
      writer.varBytes(frame.update);
      break;
    case "presence":
      writer.uint8(AWARENESS);
      writer.varBytes(frame.payload);
      break;
    case "denied":
      writer.uint8(AUTH);
      writer.uint8(PERMISSION_DENIED);
      writer.varString(frame.reason);
      break;
    case "query-presence":
      writer.uint8(QUERY_AWARENESS);
      break;
    default:
      assertNever(frame);
  }
  return writer.finish();
}

/** Reads one frame. Byte fields are views into `bytes`. */
export const decodeYWebsocket = (bytes: Uint8Array): Result<YWebsocketFrame, DecodeError> =>
  decodeFrame(bytes, readBody);

function readBody(reader: Reader, kind: number): YWebsocketFrame | undefined {
  switch (kind) {
    case SYNC:
      return readSync(reader);
    case AWARENESS:
      return { kind: "presence", payload: reader.varBytes(MAX_PRESENCE_BYTES) };
    case AUTH:
      if (reader.varUint() !== PERMISSION_DENIED) reader.fail();
      return { kind: "denied", reason: reader.varString(MAX_REASON_BYTES) };
    case QUERY_AWARENESS:
      return { kind: "query-presence" };
    default:
      return undefined;
  }
}

function readSync(reader: Reader): YWebsocketFrame | undefined {
  switch (reader.varUint()) {
    case STEP1:
      return { kind: "step1", vector: reader.varBytes(MAX_VECTOR_BYTES) };
    case STEP2:
      return { kind: "step2", update: reader.varBytes(MAX_UPDATE_BYTES) };
    case UPDATE:
      return { kind: "update", update: reader.varBytes(MAX_UPDATE_BYTES) };
    default:
      reader.fail();
      return undefined;
  }
}
