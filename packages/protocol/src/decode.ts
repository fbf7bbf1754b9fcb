import { Reader } from "./reader.ts";
import { err, ok, type Result } from "./result.ts";

/** Why a frame could not be read. Each closes the connection: a peer that sends one of these is not speaking our dialect. */
export type DecodeError =
  | { readonly code: "unknown-kind"; readonly kind: number }
  | { readonly code: "malformed"; readonly kind: number };

/**
 * Reads one whole frame (W3).
 *
 * @param readBody - Reads what follows the kind; undefined for a kind it does not know. What it returns after the
 * reader has failed is not used.
 */
export function decodeFrame<F>(
  bytes: Uint8Array,
  readBody: (reader: Reader, kind: number) => F | undefined,
): Result<F, DecodeError> {
  const reader = new Reader(bytes);
  const kind = reader.varUint();
  const frame = reader.failed ? undefined : readBody(reader, kind);
  if (frame === undefined && !reader.failed) return err({ code: "unknown-kind", kind });
  if (frame === undefined || !reader.complete) return err({ code: "malformed", kind });
  return ok(frame);
}
