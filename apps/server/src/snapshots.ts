import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type DocumentId, parseDocumentId, positionName, snapshotHeaders } from "@sheaf/protocol";
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

const PATH = "/api/documents/:document/snapshot";

/**
 * The newest stored snapshot of a document, for our own clients (D8; W80, W81 of the protocol's SPEC). Whoever may read
 * the document may have it, which is looked up at every request; to everybody else there is nothing here.
 */
export function snapshotRoutes({ log, callers, report }: SnapshotPorts): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.get(PATH, async (c) => {
    const document = parseDocumentId(c.req.param("document"));
    if (document === undefined) return notFound(c);
    const caller = callers.of(askingOf(c), true);
    if (!caller.ok) return refused(c, caller.error);
    const role = caller.value.identity.access(document);
    if (role === undefined) return notFound(c);
    const encoding = preferredEncoding(c.req.header("accept-encoding"));
    const newest = await log.newestSnapshot(document, encoding);
    if (!newest.ok) return unavailable(c, document, newest.error);
    if (newest.value === undefined) {
      c.header("Cache-Control", "no-store");
      return c.body(null, 204);
    }
    const { position, schemaVersion, bytes } = newest.value;
    const name = `"${positionName(position)}-${encoding}"`;
    for (const [header, value] of Object.entries(snapshotHeaders({ position, schemaVersion, role })))
      c.header(header, value);
    c.header("ETag", name);
    // Kept by a browser, and asked about each time: a newer one may have come, or the role may be another.
    c.header("Cache-Control", "private, no-cache");
    c.header("Vary", "Accept-Encoding");
    if (c.req.header("if-none-match") === name) return c.body(null, 304);
    c.header("Content-Type", "application/octet-stream");
    if (encoding !== "identity") c.header("Content-Encoding", encoding);
    // Said here because an answer to HEAD has no body to count.
    c.header("Content-Length", String(bytes.length));
    return c.body(bytes);
  });

  routes.on(["POST", "PUT", "PATCH", "DELETE"], PATH, notFound);
  return routes;

  /** Nobody depends on it: the same words come over the socket, or its close says what is wrong. */
  function unavailable(c: Context, document: DocumentId, error: LogError): Response {
    const reason = "reason" in error ? error.reason : error.code;
    report({ kind: "snapshot-failed", document, code: error.code, reason });
    return problem(c, 503, "unavailable", "The server could not read this.");
  }
}
