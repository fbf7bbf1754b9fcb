import { upgradeWebSocket } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { WebSocket } from "ws";
import { CLOSE, parseDocumentId, type Result, SUBPROTOCOL } from "@sheaf/protocol";
import type { Host, Identity, Receiver } from "@sheaf/host";
import type { Log } from "@sheaf/room";
import type { SnapshotLog } from "@sheaf/store";
import { type Origins, refuseRequest } from "./access.ts";
import type { Admission, TurnedAway } from "./admission.ts";
import { type ApiPorts, createApi } from "./api.ts";
import { type BlobReport, blobRoutes } from "./blobs.ts";
import { NOTHING_THERE, type Refusal, refused } from "./callers.ts";
import { clientAddress, type TrustProxy } from "./client-address.ts";
import { preferredEncoding } from "./content-encoding.ts";
import type { BlobFolder } from "./node/blob-folder.ts";
import type { Heartbeat } from "./node/heartbeat.ts";
import { socketTransport } from "./node/socket-transport.ts";
import type { WebFile } from "./node/web-files.ts";
import { createOperatorPages, type OperatorPorts } from "./operator.ts";
import { notFound, problem } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { type SnapshotReport, snapshotRoutes } from "./snapshots.ts";

export interface AppPorts extends ApiPorts, OperatorPorts {
  readonly blobs: BlobFolder;
  readonly host: Host;
  readonly log: SnapshotLog & Pick<Log, "purge">;
  readonly heartbeat: Heartbeat;
  readonly files: ReadonlyMap<string, WebFile>;
  /** Known only once the server listens, hence a function. */
  readonly origins: () => Origins;
  readonly admission: Admission;
  readonly trustProxy: TrustProxy;
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

type Env = { Bindings: HttpBindings; Variables: { identity: Identity } };

/** Every route. What one may do is decided by middleware, so a refused upgrade is a real HTTP answer before 101. */
export function createApp(ports: AppPorts): Hono<Env> {
  const { host, log, heartbeat, files, callers, origins, appOrigins, admission, trustProxy, publicUrl } = ports;
  const { answered, report } = ports;
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const began = performance.now();
    await next();
    // An upgrade's own answer is written by ws, after this.
    const status = wantsUpgrade(c) && c.res.status === 200 ? 101 : c.res.status;
    // Without its query, where stock clients put their tokens.
    answered({ method: c.req.method, path: c.req.path, status, millis: Math.round(performance.now() - began) });
  });
  app.use(securityHeaders(publicUrl));
  app.use(async (c, next) => {
    const { host: name, origin } = c.env.incoming.headers;
    const apps = c.req.path.startsWith("/y/") ? appOrigins : [];
    const refusal = refuseRequest(origins(), { host: name, origin }, apps);
    return refusal === undefined ? next() : problem(c, 403, "forbidden", refusal);
  });

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.route("/", createOperatorPages(ports));

  // Before anything is looked up, and for whoever asks why, too.
  app.on("GET", ["/sync", "/y/:document"], (c, next) => {
    const { socket, headers } = c.env.incoming;
    const forwardedFor = [headers["x-forwarded-for"] ?? []].flat().join();
    const admitted = admission.admit(clientAddress(socket.remoteAddress ?? "", forwardedFor, trustProxy));
    if (!("release" in admitted)) return Promise.resolve(turnedAway(c, admitted));
    if (wantsUpgrade(c)) socket.once("close", admitted.release);
    else admitted.release();
    return next();
  });

  // A browser never sees why a handshake failed: our client asks the same address without upgrading.
  app.get(
    "/sync",
    async (c, next) => {
      const caller = callers.of(c, !wantsUpgrade(c));
      if (!caller.ok) return refused(c, caller.error);
      c.set("identity", caller.value.identity);
      if (!wantsUpgrade(c)) return problem(c, 426, "upgrade-required", "This address speaks WebSocket.");
      const offered = c.req
        .header("sec-websocket-protocol")
        ?.split(",")
        .map((name) => name.trim());
      if (offered?.includes(SUBPROTOCOL) !== true) {
        return problem(c, 400, "unknown-subprotocol", `This address speaks the subprotocol ${SUBPROTOCOL}.`);
      }
      return next();
    },
    upgradeWebSocket((c: Context<Env>) => {
      const identity = c.get("identity");
      return {
        onOpen: (_event, { raw }) => serve(raw as WebSocket, (transport) => host.openSheaf(transport, identity)),
      };
    }),
  );

  app.get(
    "/y/:document",
    async (c, next) => {
      const document = parseDocumentId(c.req.param("document"));
      if (document === undefined) return notFound(c);
      const identity = identityFor(c);
      if (!identity.ok) return refused(c, identity.error);
      if (identity.value.access(document) === undefined) return refused(c, NOTHING_THERE);
      c.set("identity", identity.value);
      // A stock client that was let in and then thrown out would come back at once.
      if (host.isCrowded(document)) return turnedAway(c, CROWDED);
      return wantsUpgrade(c) ? next() : problem(c, 426, "upgrade-required", "This address speaks WebSocket.");
    },
    upgradeWebSocket((c: Context<Env>) => {
      const identity = c.get("identity");
      const document = parseDocumentId(c.req.param("document") ?? "");
      return {
        onOpen(_event, { raw }) {
          if (document === undefined) throw new Error("an upgrade went past its middleware");
          serve(raw as WebSocket, (transport) => host.openYWebsocket(transport, identity, document));
        },
      };
    }),
  );

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
    if ("errcode" in error) return problem(c, 503, "storage", "The server cannot save this at the moment: try again.");
    return problem(c, 500, "internal", "The server failed to answer.");
  });

  return app;

  /** Stock clients cannot send headers, so a room token in the address speaks for them. */
  function identityFor(c: Context): Result<Identity, Refusal> {
    const token = c.req.query("token");
    if (token !== undefined) return callers.ofRoomToken(token);
    const caller = callers.of(c, !wantsUpgrade(c));
    return caller.ok ? { ok: true, value: caller.value.identity } : caller;
  }

  function serve(ws: WebSocket, open: (transport: ReturnType<typeof socketTransport>) => Receiver): void {
    const receiver = open(socketTransport(ws));
    // Hono attaches listeners of its own after this call; they keep the request alive and copy every message.
    queueMicrotask(() => {
      for (const event of ["message", "close", "error"]) ws.removeAllListeners(event);
      heartbeat.watch(ws);
      ws.on("message", (data: Buffer, isBinary: boolean) => {
        if (!isBinary) ws.close(1003, "This server speaks binary frames only.");
        else receiver.receive(new Uint8Array(data.buffer, data.byteOffset, data.length));
      });
      ws.on("close", () => receiver.closed());
      // ws closes with the right code by itself; a listener keeps the process alive.
      ws.on("error", () => {});
    });
  }
}

const wantsUpgrade = (c: Context): boolean => c.req.header("upgrade")?.toLowerCase() === "websocket";

function sendFile(c: Context, file: WebFile | undefined): Response | Promise<Response> {
  if (file === undefined) return notFound(c);
  const compressed = file.brotli !== undefined && preferredEncoding(c.req.header("accept-encoding")) === "br";
  c.header("Content-Type", file.type);
  c.header("Vary", "Accept-Encoding");
  c.header("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (compressed) c.header("Content-Encoding", "br");
  return c.body(compressed ? file.brotli : file.body);
}

function turnedAway(
  c: Context,
  { status, code, reason, retryAfterSeconds }: Omit<TurnedAway, "code"> & { code: string },
): Response {
  c.header("Retry-After", String(retryAfterSeconds));
  return problem(c, status, code, reason);
}

const CROWDED = { status: 503, code: "crowded", reason: CLOSE.crowded.reason, retryAfterSeconds: 10 } as const;
