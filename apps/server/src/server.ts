import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { err, MAX_FRAME_BYTES, ok, type Result, SUBPROTOCOL } from "@sheaf/protocol";
import { Host, type HostReport, type Identity } from "@sheaf/host";
import { openSqliteLog, type LogReport } from "@sheaf/store";
import { LOOPBACK_IDENTITY, loopbackOrigins } from "./access.ts";
import { createApp } from "./app.ts";
import { Heartbeat } from "./node/heartbeat.ts";
import { readWebFiles } from "./node/web-files.ts";
import type { Settings } from "./settings.ts";
import type { SnapshotReport } from "./snapshots.ts";

export interface RunningServer {
  readonly url: string;
  /** Drains, closes the log, and ends; idempotent. */
  stop(): Promise<void>;
}

/** What an operator should read about. */
export type ServerReport = HostReport | LogReport | SnapshotReport;

export interface ServerOptions {
  /** Where the built web app is. */
  readonly webFolder: string;
  readonly report: (event: ServerReport) => void;
  /** Who everybody is; by default, on loopback, someone who may edit everything. */
  readonly identity?: Identity | undefined;
}

/** Starts a whole server. @returns What is wrong and how to mend it, when it cannot start. */
export async function startServer(
  settings: Settings,
  { webFolder, report, identity = LOOPBACK_IDENTITY }: ServerOptions,
): Promise<Result<RunningServer, string>> {
  const files = await readWebFiles(webFolder);
  if (files === undefined) return err(`The web app is not built: run \`npm run build\`. (Looked in ${webFolder}.)`);

  const { dataDir } = settings;
  const file = join(dataDir, "sheaf.db");
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    return err(`DATA_DIR ${dataDir} cannot be made (${reasonOf(cause)}). Name a folder this user may write to.`);
  }
  const opened = await openSqliteLog(file, { report });
  if (!opened.ok) return err(explainOpenError(opened.error, file));
  const log = opened.value;

  const host = new Host({
    log,
    now: () => performance.now(),
    wallClock: () => Date.now(),
    after(millis, task) {
      if (millis <= 0) {
        const immediate = setImmediate(task);
        return () => clearImmediate(immediate);
      }
      const timer = setTimeout(task, millis);
      return () => clearTimeout(timer);
    },
    defer: (task) => void setImmediate(task),
    random: () => Math.random(),
    report,
  });
  const heartbeat = new Heartbeat();
  const sockets = new WebSocketServer(WEBSOCKET_OPTIONS);

  let port = settings.port;
  const app = createApp({ host, log, report, heartbeat, files, identity, origins: () => loopbackOrigins(port) });
  const listening = await new Promise<Result<ReturnType<typeof serve>, string>>((resolve) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname: settings.host,
        port,
        websocket: { server: sockets },
        createServer,
        serverOptions: {
          // Only WebSocket upgrades leave HTTP: any other would hang, unanswered.
          shouldUpgradeCallback: (request: { headers: { upgrade?: string | undefined } }) =>
            request.headers.upgrade?.toLowerCase() === "websocket",
          headersTimeout: 10_000,
          requestTimeout: 30_000,
          maxHeaderSize: 16 * 1024,
        },
      },
      () => resolve(ok(server)),
    );
    server.once("error", (cause: NodeJS.ErrnoException) => resolve(err(explainListenError(cause, settings))));
  });
  if (!listening.ok) {
    heartbeat.stop();
    await host.drain();
    await log.close();
    return listening;
  }
  const server = listening.value;
  ({ port } = server.address() as AddressInfo);

  let stopping: Promise<void> | undefined;
  return ok({
    url: `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`,
    stop() {
      return (stopping ??= stop());
    },
  });

  async function stop(): Promise<void> {
    server.close();
    heartbeat.stop();
    await host.drain();
    await log.close();
    // Closing handshakes get a moment; a peer that is gone does not hold the exit up.
    const until = performance.now() + 1_000;
    while (host.connectionCount > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    if ("closeAllConnections" in server) server.closeAllConnections();
  }
}

/** A variable, because the published types do not know the last three yet. */
const WEBSOCKET_OPTIONS = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: 5_000,
};

function explainListenError(cause: NodeJS.ErrnoException, { host, port }: Settings): string {
  switch (cause.code) {
    case "EADDRINUSE":
      return `Port ${port} is in use: another Sheaf, or another program. Stop it, or choose a port: PORT=3001 npm start`;
    case "EACCES":
      return `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=3000 npm start`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `HOST ${host} is not an address of this machine. Leave it out, or use 127.0.0.1.`;
    default:
      return `Cannot listen on ${host}:${port}: ${cause.message}`;
  }
}

function explainOpenError(error: { readonly code: string; readonly reason: string }, file: string): string {
  switch (error.code) {
    case "in-use":
      return `${file} is in use by another Sheaf. Stop that one, or give this one a folder of its own: DATA_DIR=./other npm start`;
    case "corrupt":
      return `${file} is damaged (${error.reason}). Nothing was changed. Move the folder aside and restore a backup; a start without it begins empty.`;
    case "newer":
      return `${file} cannot be opened: ${error.reason}. Start that version again, or use another DATA_DIR.`;
    default:
      return `${file} cannot be written (${error.reason}). Check that the folder exists, belongs to this user and has space.`;
  }
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
