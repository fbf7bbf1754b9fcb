import { CLOSE, type CloseKind } from "@sheaf/protocol";
import type { StopReason } from "../connection.ts";

/** What the middleware of the sync route answers a request that is no handshake; anything else passes by itself. */
const PERMANENT: ReadonlyMap<number, CloseKind> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "unknownDocument"],
]);

export interface ResponseLike {
  readonly status: number;
  json(): Promise<unknown>;
}

/**
 * Asks the sync address over HTTP why a handshake failed (D13): the same middleware answers, and scripts may read it.
 *
 * @returns The reason when the server would refuse every handshake; undefined for 426 (it would not) and passing faults.
 * Rejects when the server cannot be reached.
 */
export async function whyRefused(
  url: string,
  get: (url: string, init: { readonly cache: "no-store" }) => Promise<ResponseLike>,
): Promise<StopReason | undefined> {
  const response = await get(url.replace(/^ws/, "http"), { cache: "no-store" });
  const code = PERMANENT.get(response.status);
  if (code === undefined) return undefined;
  // A proxy's own 403 has a page for a body; the status says enough.
  const body = await response.json().catch(() => undefined);
  return { code, reason: reasonIn(body) ?? CLOSE[code].reason };
}

function reasonIn(body: unknown): string | undefined {
  const reason = typeof body === "object" && body !== null && "reason" in body ? body.reason : undefined;
  return typeof reason === "string" && reason !== "" ? reason : undefined;
}
