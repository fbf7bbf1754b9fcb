import type { Context } from "hono";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 426 | 429 | 500 | 503 | 507;

/** Why a request is not served: people get a sentence, programs a code. */
export interface Problem {
  readonly status: Status;
  readonly code: string;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** The same shape on every route. */
export function problem(c: Context, status: Status, code: string, reason: string): Response {
  return answerProblem(c, { status, code, reason });
}

export function answerProblem(c: Context, { status, code, reason, retryAfterSeconds }: Problem): Response {
  c.header("Cache-Control", "no-store");
  if (status === 426) c.header("Upgrade", "websocket");
  if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
  return c.json({ code, reason }, status);
}

export const NOTHING_AT_ADDRESS: Problem = {
  status: 404,
  code: "not-found",
  reason: "There is nothing at this address.",
};

export const notFound = (c: Context): Response => answerProblem(c, NOTHING_AT_ADDRESS);

/** What somebody hears when the server itself failed. */
export const failureOf = (cause: unknown): Problem =>
  typeof cause === "object" && cause !== null && "errcode" in cause
    ? { status: 503, code: "storage", reason: "The server cannot save this at the moment: try again." }
    : { status: 500, code: "internal", reason: "The server failed to answer." };
