import { upgradeWebSocket } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { WebSocket } from "ws";
import { parseDocumentId, type Result, SUBPROTOCOL } from "@sheaf/protocol";
import type { Host, Identity, Receiver } from "@sheaf/host";
import type { Log } from "@sheaf/room";
import type { SnapshotLog } from "@sheaf/store";
import { type Origins, refuseRequest } from "./access.ts";
import { type ApiPorts, createApi } from "./api.ts";
import { NOTHING_THERE, type Refusal, refused } from "./callers.ts";
import { preferredEncoding } from "./content-encoding.ts";
import type { Heartbeat } from "./node/heartbeat.ts";
import { socketTransport } from "./node/socket-transport.ts";
import type { WebFile } from "./node/web-files.ts";
import { notFound, problem } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { type SnapshotReport, snapshotRoutes } from "./snapshots.ts";

export interface AppPorts extends ApiPorts {
  readonly host: Host;
  readonly log: SnapshotLog & Pick<Log, "purge">;
  readonly report: (event: SnapshotReport) => void;
  readonly heartbeat: Heartbeat;
  readonly files: ReadonlyMap<string, WebFile>;
  /** Known only once the server listens, hence a function. */
  readonly origins: () => Origins;
}

type Env = { Bindings: HttpBindings; Variables: { identity: Identity } };

/** Every route. What one may do is decided by middleware, so a refused upgrade is a real HTTP answer before 101. */
export function createApp(ports: AppPorts): Hono<Env> {
  const { host, log, report, heartbeat, files, callers, origins } = ports;
  const app = new Hono<Env>();

  app.use(securityHeaders);
  app.use(async (c, next) => {
    const { host: name, origin } = c.env.incoming.headers;
    const refusal = refuseRequest(origins(), { host: name, origin });
    return refusal === undefined ? next() : problem(c, 403, "forbidden", refusal);
  });

  app.get("/healthz", (c) => c.json({ status: "ok" }));

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
    console.error(JSON.stringify({ level: "error", event: "request-failed", path: c.req.path, reason: error.message }));
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
    heartbeat.watch(ws);
    // Hono attaches listeners of its own after this call; they keep the request alive and copy every message.
    queueMicrotask(() => {
      ws.removeAllListeners("message");
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
