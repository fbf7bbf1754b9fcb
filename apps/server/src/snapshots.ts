import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type DocumentId, parseDocumentId, parseSnapshotPath, snapshotPath } from "@sheaf/protocol";
import type { LogError } from "@sheaf/room";
import type { SnapshotLog } from "@sheaf/store";
import { askingOf, type Callers, refused } from "./callers.ts";
import { preferredEncoding } from "./content-encoding.ts";
import { notFound, problem } from "./problem.ts";

export interface SnapshotPorts {
  readonly log: SnapshotLog;
  readonly callers: Pick<Callers, "of">;
  readonly report: (event: SnapshotReport) => void;
}

/** Something an operator should read about. */
export interface SnapshotReport {
  readonly kind: "snapshot-failed";
  readonly document: DocumentId;
  readonly code: LogError["code"];
  readonly reason: string;
}

const NEWEST = "/api/documents/:document/snapshot";
const ONE = "/api/documents/:document/snapshots/:position";

/**
 * Stored snapshots, for our own clients (D8; W80, W81 of the protocol's SPEC). Whoever may read a document may have
 * them, which is looked up at every request; to everybody else there is nothing here.
 */
export function snapshotRoutes({ log, callers, report }: SnapshotPorts): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.get(NEWEST, async (c) => {
    const document = parseDocumentId(c.req.param("document"));
    if (document === undefined) return notFound(c);
    const caller = callers.of(askingOf(c), true);
    if (!caller.ok) return refused(c, caller.error);
    if (caller.value.identity.access(document) === undefined) return notFound(c);
    const newest = await log.newestSnapshot(document);
    if (!newest.ok) return unavailable(c, document, newest.error);
    c.header("Cache-Control", "no-store");
    return newest.value === undefined ? c.body(null, 204) : c.redirect(snapshotPath(document, newest.value), 307);
  });

  routes.get(ONE, async (c) => {
    const asked = parseSnapshotPath(c.req.path);
    if (asked === undefined) return notFound(c);
    const caller = callers.of(askingOf(c), true);
    if (!caller.ok) return refused(c, caller.error);
    if (caller.value.identity.access(asked.document) === undefined) return notFound(c);
    const encoding = preferredEncoding(c.req.header("accept-encoding"));
    const encoded = await log.encodedSnapshot(asked.document, asked.position, encoding);
    if (!encoded.ok) return unavailable(c, asked.document, encoded.error);
    if (encoded.value === undefined) return notFound(c);
    c.header("Content-Type", "application/octet-stream");
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("Vary", "Accept-Encoding");
    if (encoding !== "identity") c.header("Content-Encoding", encoding);
    // Said here because an answer to HEAD has no body to count.
    c.header("Content-Length", String(encoded.value.length));
    return c.body(encoded.value);
  });

  routes.on(["POST", "PUT", "PATCH", "DELETE"], [NEWEST, ONE], notFound);
  return routes;

  /** Nobody depends on it: the same words come over the socket, or its close says what is wrong. */
  function unavailable(c: Context, document: DocumentId, error: LogError): Response {
    const reason = "reason" in error ? error.reason : error.code;
    report({ kind: "snapshot-failed", document, code: error.code, reason });
    return problem(c, 503, "unavailable", "The server could not read this.");
  }
}
