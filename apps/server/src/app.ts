import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { parseDocumentId } from "@sheaf/protocol";
import type { SnapshotLog } from "@sheaf/store";
import { type Origins, refuseRequest } from "./access.ts";
import { type ApiPorts, createApi } from "./api.ts";
import { type BlobReport, blobRoutes } from "./blobs.ts";
import { askingOf } from "./callers.ts";
import { preferredEncoding } from "./content-encoding.ts";
import type { BlobFolder } from "./node/blob-folder.ts";
import type { WebFile } from "./node/web-files.ts";
import { createOperatorPages, type OperatorPorts } from "./operator.ts";
import { answerProblem, failureOf, notFound, problem } from "./problem.ts";
import { inlineScripts, securityHeaders } from "./security-headers.ts";
import { type SnapshotReport, snapshotRoutes } from "./snapshots.ts";
import type { Sockets } from "./sockets.ts";

export interface AppPorts extends ApiPorts, OperatorPorts {
  readonly blobs: BlobFolder;
  readonly log: ApiPorts["log"] & SnapshotLog;
  readonly files: ReadonlyMap<string, WebFile>;
  /** Known only once the server listens, hence a function. */
  readonly origins: () => Origins;
  readonly sockets: Sockets;
  /** The origin people use, where it is not one of this machine's. */
  readonly publicUrl: string | undefined;
  /** Of the pages that may speak the stock dialect beside our own. */
  readonly appOrigins: readonly string[];
  /** Told of every answer. */
  readonly answered: (request: AnsweredRequest) => void;
  readonly report: (event: BlobReport | RequestReport | SnapshotReport) => void;
}

export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly millis: number;
}

/** What an operator should read about requests. */
export type RequestReport =
  | ({ readonly kind: "request" } & AnsweredRequest)
  | { readonly kind: "request-failed"; readonly path: string; readonly reason: string };

type Env = { Bindings: HttpBindings };

/** Every route but the upgrades, which `node/upgrade.ts` answers. */
export function createApp(ports: AppPorts): Hono<Env> {
  const { log, files, callers, origins, appOrigins, sockets, publicUrl, answered, report } = ports;
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const began = performance.now();
    await next();
    const { method, path } = c.req;
    // Without its query, where stock clients put their tokens.
    answered({ method, path, status: c.res.status, millis: Math.round(performance.now() - began) });
  });
  app.use(securityHeaders(publicUrl, inlineScripts(new TextDecoder().decode(files.get("/index.html")?.body))));
  app.use(async (c, next) => {
    const { host: name, origin } = c.env.incoming.headers;
    const apps = c.req.path.startsWith("/y/") ? appOrigins : [];
    const refusal = refuseRequest(origins(), { host: name, origin }, apps);
    return refusal === undefined ? next() : problem(c, 403, "forbidden", refusal);
  });

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.route("/", createOperatorPages(ports));

  // Those that upgrade never come here: a browser does not see why a handshake failed, so our client asks without.
  app.on("GET", ["/sync", "/y/:document"], (c) => {
    const { pathname, search } = new URL(c.req.url);
    const judged = sockets.judge({
      ...askingOf(c),
      target: pathname + search,
      peer: c.env.incoming.socket.remoteAddress ?? "",
      forwardedFor: c.req.header("x-forwarded-for"),
      subprotocols: c.req.header("sec-websocket-protocol"),
      isUpgrade: false,
    });
    if (judged.ok) throw new Error("a socket was granted where there was no upgrade");
    return answerProblem(c, judged.error);
  });

  app.route("/", snapshotRoutes({ log, callers, report }));
  app.route("/", blobRoutes(ports));
  app.route("/api", createApi(ports));

  app.get("/d/:document", (c) => {
    if (parseDocumentId(c.req.param("document")) === undefined) return notFound(c);
    return sendFile(c, files.get("/index.html"));
  });
  // Its key is in the fragment, which no server and no log ever sees.
  app.get("/join", (c) => sendFile(c, files.get("/index.html")));
  app.get("/", (c) => sendFile(c, files.get("/index.html")));
  app.get("*", (c) => (c.req.path === "/index.html" ? notFound(c) : sendFile(c, files.get(c.req.path))));
  app.notFound((c) => notFound(c));
  app.onError((error, c) => {
    report({ kind: "request-failed", path: c.req.path, reason: error.message });
    return answerProblem(c, failureOf(error));
  });

  return app;
}

function sendFile(c: Context, file: WebFile | undefined): Response | Promise<Response> {
  if (file === undefined) return notFound(c);
  const compressed = file.brotli !== undefined && preferredEncoding(c.req.header("accept-encoding")) === "br";
  c.header("Content-Type", file.type);
  c.header("Vary", "Accept-Encoding");
  c.header("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (compressed) c.header("Content-Encoding", "br");
  return c.body(compressed ? file.brotli : file.body);
}
