import { createServer } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { type DocumentId, err, MAX_FRAME_BYTES, ok, type Result, SUBPROTOCOL } from "@sheaf/protocol";
import { Host, type HostReport, type Identity } from "@sheaf/host";
import type { LogReport } from "@sheaf/store";
import { loopbackOrigins, type Origins } from "./access.ts";
import { Admission } from "./admission.ts";
import { type AnsweredRequest, createApp, type RequestReport } from "./app.ts";
import type { BlobReport } from "./blobs.ts";
import { Callers, LOOPBACK_IDENTITY, type PeopleReport } from "./callers.ts";
import { Control, type ControlReport } from "./control.ts";
import { type MetricSources, Metrics } from "./metrics/metrics.ts";
import { Heartbeat } from "./node/heartbeat.ts";
import { failureOf } from "./problem.ts";
import { Readiness } from "./readiness.ts";
import { reasonOf } from "./reason-of.ts";
import { securityHeadersAt } from "./security-headers.ts";
import { Sockets } from "./sockets.ts";
import { type CertificateReport, CertificateWatch, readCertificate } from "./node/certificate.ts";
import { LoopDelay } from "./node/loop-delay.ts";
import { inUrl, lanOrigins, listedAddresses } from "./node/network-names.ts";
import { paceArrivals } from "./node/pace-arrivals.ts";
import { processFigures } from "./node/process-figures.ts";
import { ResidentMemory } from "./node/resident-memory.ts";
import { ServerSocket } from "./node/server-socket.ts";
import { answerUpgrades } from "./node/upgrade.ts";
import { readWebFiles } from "./node/web-files.ts";
import { addInvite, findInvite, wasInvited } from "./people/invites.ts";
import { makeDocumentId } from "./people/keys.ts";
import type { PeopleFile } from "./people/people-file.ts";
import { OWNER } from "./people/principals.ts";
import type { Secrets } from "./people/secrets.ts";
import type { Settings } from "./settings.ts";
import type { SnapshotReport } from "./snapshots.ts";
import { explainListenError } from "./start-failure.ts";
import { openStores, type PurgeReport } from "./stores.ts";
import type { TitlesReport } from "./titles.ts";

export interface RunningServer {
  readonly url: string;
  /** Where else it answers on this network, for people to whom `url` leads nowhere. */
  readonly otherUrls: readonly string[];
  /** Links for whom it is shared with; undefined when it is not. */
  readonly links: Links | undefined;
  /** Reads its certificate anew; undefined where it has none. */
  readonly reload: (() => void) | undefined;
  /** Drains, closes the log, and ends; idempotent. */
  stop(): Promise<void>;
}

/** Each carries its key in the fragment, so that it is in no log and no referrer. */
export interface Links {
  readonly owner: string;
  /** Leads to the first shared document; undefined once its owner revoked it. */
  readonly invite: string | undefined;
}

/** What an operator should read about. */
export type ServerReport =
  | BlobReport
  | ControlReport
  | HostReport
  | LogReport
  | PeopleReport
  | PurgeReport
  | RequestReport
  | SnapshotReport
  | TitlesReport
  | CertificateReport
  | LifeReport;

/** That the server came and went. */
export type LifeReport =
  | {
      readonly kind: "listening";
      readonly url: string;
      readonly port: number;
      readonly isShared: boolean;
      readonly pid: number;
      readonly node: string;
    }
  | { readonly kind: "stopping"; readonly connections: number }
  | { readonly kind: "stopped"; readonly millis: number };

export interface ServerOptions {
  /** Where the built web app is. */
  readonly webFolder: string;
  readonly report: (event: ServerReport) => void;
  /** Who everybody is on loopback; by default the owner of all there is. */
  readonly identity?: Identity | undefined;
  /** Milliseconds since 1970; by default the machine's own. */
  readonly wallClock?: (() => number) | undefined;
}

/** Starts a whole server. @returns What is wrong and how to mend it, when it cannot start. */
export async function startServer(
  settings: Settings,
  { webFolder, report, identity = LOOPBACK_IDENTITY, wallClock = Date.now }: ServerOptions,
): Promise<Result<RunningServer, string>> {
  const files = await readWebFiles(webFolder);
  if (files === undefined) return err(`The web app is not built: run \`npm run build\`. (Looked in ${webFolder}.)`);

  const { dataDir, isShared, publicUrl, tlsCert, tlsKey } = settings;
  const certificateFiles = tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey };
  const certificate = certificateFiles && readCertificate(certificateFiles, wallClock());
  if (certificate?.ok === false) return certificate;
  const scheme = certificate === undefined ? "http" : "https";
  const opened = await openStores(dataDir, { report, wallClock });
  if (!opened.ok) return opened;
  const stores = opened.value;
  const { secrets, log, people, blobs } = stores;

  const metrics = new Metrics();
  const loopDelay = new LoopDelay((millis) => metrics.heldUp(millis));
  const host = new Host({
    log,
    now: () => performance.now(),
    wallClock,
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
    meter: metrics,
    maxSessionsPerDocument: settings.maxSessionsPerDocument,
  });
  const heartbeat = new Heartbeat();
  const socketServer = new WebSocketServer(WEBSOCKET_OPTIONS);

  let port = settings.port;
  let ownOrigins: Origins | undefined;
  // Nobody asks before the port is known.
  const origins = isShared
    ? lanOrigins(() => port, publicUrl, scheme)
    : () => (ownOrigins ??= loopbackOrigins(port, scheme));
  const callers = new Callers({
    people,
    signingKey: secrets.signingKey,
    loopback: isShared ? undefined : identity,
    origins,
    port: () => port,
    report,
  });
  const isWritten = async (document: DocumentId): Promise<boolean> => {
    const first = await log.read(document, 1, 2);
    return !first.ok || first.value.length > 0;
  };
  let stopping: Promise<void> | undefined;
  const memory = new ResidentMemory();
  const admission = new Admission({
    quota: isShared ? { sockets: settings.maxSocketsPerAddress, newPerSecond: settings.maxNewSockets } : undefined,
    marks: {
      loopDelayMillis: settings.maxLoopDelay,
      memoryBytes: settings.maxMemory === undefined ? availableBytes() * MEMORY_SHARE : settings.maxMemory * 1e6,
    },
    load: () => ({ loopDelayMillis: loopDelay.meanMillis, memoryBytes: memory.bytes }),
    now: () => performance.now(),
    random: () => Math.random(),
  });
  const readiness = new Readiness({
    probe: () => log.probe(),
    objection: () => (stopping === undefined ? admission.overload() : "The server is stopping."),
    now: () => performance.now(),
    sleep: (millis) => sleep(millis, undefined, { ref: false }),
  });
  const sources: MetricSources = {
    host: () => host.figures(),
    log: () => Promise.race([log.measure(), sleep(MEASURE_MILLIS, undefined, { ref: false })]),
    process: processFigures,
  };
  /** Under which people reach this server; never empty. Known only once it listens. */
  const urls = (): string[] => {
    if (publicUrl !== undefined) return [publicUrl];
    const addresses = settings.host === undefined ? listedAddresses() : [settings.host];
    return addresses.map((address) => `${scheme}://${inUrl(address)}:${port}`);
  };
  const appOrigins = settings.appOrigins ?? [];
  const sockets = new Sockets({ host, callers, origins, admission, trustProxy: settings.trustProxy, appOrigins });
  const answered = (request: AnsweredRequest): void => {
    metrics.answered(request.path, request.status);
    report({ kind: "request", ...request });
  };
  const app = createApp({
    host,
    log,
    report,
    files,
    people,
    secrets,
    blobs,
    limits: { file: settings.maxPicture * 1e6, document: settings.maxPictures * 1e6 },
    callers,
    isWritten,
    origins,
    publicUrl,
    appOrigins,
    sockets,
    readiness,
    metricsPage: () => metrics.page(sources),
    metricsToken: settings.metricsToken,
    answered,
    urls,
  });
  const listening = await new Promise<Result<ReturnType<typeof serve>, string>>((resolve) => {
    const server = serve(
      {
        fetch: app.fetch,
        ...(settings.host === undefined ? {} : { hostname: settings.host }),
        port,
        createServer: certificate === undefined ? createServer : createSecureServer,
        serverOptions: {
          ...certificate?.value,
          // Only WebSocket upgrades leave HTTP: any other would hang, unanswered.
          shouldUpgradeCallback: (request: { headers: { upgrade?: string | undefined } }) =>
            request.headers.upgrade?.toLowerCase() === "websocket",
          headersTimeout: 10_000,
          // A large picture over a slow line; everything else that is sent is small.
          requestTimeout: 300_000,
          maxHeaderSize: 16 * 1024,
        },
      },
      () => resolve(ok(server)),
    );
    server.once("error", (cause: NodeJS.ErrnoException) => resolve(err(explainListenError(cause, settings))));
  });
  if (!listening.ok) {
    heartbeat.stop();
    loopDelay.stop();
    await host.drain();
    await stores.close();
    return listening;
  }
  const server = listening.value;
  server.on(
    "upgrade",
    answerUpgrades({
      sockets: socketServer,
      heartbeat,
      judge: (request) => sockets.judge(request),
      headers: securityHeadersAt(publicUrl),
      answered: (path, status, millis) => answered({ method: "GET", path, status, millis }),
      failed(path, cause) {
        report({ kind: "request-failed", path, reason: reasonOf(cause) });
        return failureOf(cause);
      },
    }),
  );
  paceArrivals(server, "connection");
  paceArrivals(server, "upgrade");
  ({ port } = server.address() as AddressInfo);
  const control = await Control.start(dataDir, {
    status: { port, isShared },
    async backUp(path) {
      const copied = await log.copyTo(path);
      // After the log: a document that was made meanwhile has an owner, but no rows; the other way round nobody could open it.
      if (copied.ok) people.copyTo(`${path}.people`);
      return copied;
    },
    report,
  });
  const certificates =
    certificateFiles !== undefined && server instanceof SecureServer
      ? new CertificateWatch(certificateFiles, server, report, wallClock)
      : undefined;
  // Whoever is connected is seen, and what ran out meanwhile ends.
  const rounds = setInterval(() => host.reconsider(), ROUND_MILLIS);
  stores.start();
  const [url = "", ...otherUrls] = urls();

  report({ kind: "listening", url, port, isShared, pid: process.pid, node: process.version });
  return ok({
    url,
    otherUrls,
    reload: certificates && (() => certificates.reload()),
    links: isShared ? linksTo(url, people, secrets) : undefined,
    stop() {
      return (stopping ??= stop());
    },
  });

  async function stop(): Promise<void> {
    const began = performance.now();
    report({ kind: "stopping", connections: host.connectionCount });
    server.close();
    control.stop();
    heartbeat.stop();
    loopDelay.stop();
    clearInterval(rounds);
    certificates?.stop();
    await host.drain();
    await stores.close();
    // Closing handshakes get a moment; a peer that is gone does not hold the exit up.
    const until = performance.now() + 1_000;
    while (host.connectionCount > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    if ("closeAllConnections" in server) server.closeAllConnections();
    report({ kind: "stopped", millis: Math.round(performance.now() - began) });
  }
}

/** Of the memory there is, what may be taken before nobody new is let in. */
const MEMORY_SHARE = 3 / 4;

/** The machine's memory, or less where its container has less. */
function availableBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** The storage thread may be waiting for its disk: the page does not wait for it longer than this. */
const MEASURE_MILLIS = 1_000;

/** How often everybody's right to be here is looked at anew, though nobody changed it. */
const ROUND_MILLIS = 60_000;

/** The first invite leads to a document that is made with it, at the first start that shares. */
function linksTo(url: string, people: PeopleFile, { ownerKey, inviteKey }: Secrets): Links {
  if (!wasInvited(people, inviteKey)) {
    addInvite(people, { document: makeDocumentId(), role: "editor", by: OWNER, key: inviteKey });
  }
  const isOpen = findInvite(people, inviteKey) !== undefined;
  const link = (key: string): string => `${url}/join#${key}`;
  return { owner: link(ownerKey), invite: isOpen ? link(inviteKey) : undefined };
}

/** A variable, because the published types do not know the last three yet. */
const WEBSOCKET_OPTIONS = {
  WebSocket: ServerSocket,
  noServer: true,
  clientTracking: false,
  autoPong: false,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: 5_000,
};
