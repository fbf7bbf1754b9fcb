import type { Context } from "hono";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 426 | 429 | 500 | 503 | 507;

/** People get a sentence, programs a code; the same shape on every route. */
export function problem(c: Context, status: Status, code: string, reason: string): Response {
  c.header("Cache-Control", "no-store");
  if (status === 426) c.header("Upgrade", "websocket");
  return c.json({ code, reason }, status);
}

export const notFound = (c: Context): Response => problem(c, 404, "not-found", "There is nothing at this address.");
