import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Server } from "ws";
import type { Result } from "@sheaf/protocol";
import type { Problem } from "../problem.ts";
import type { Grant, SocketRequest } from "../sockets.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { ServerSocket } from "./server-socket.ts";

export interface UpgradePorts {
  readonly sockets: Server<typeof ServerSocket>;
  readonly heartbeat: Heartbeat;
  readonly judge: (request: SocketRequest) => Result<Grant, Problem>;
  /** What every answer has. */
  readonly headers: readonly (readonly [string, string])[];
  /** Told of every answer, with the path but not the query, where stock clients put their tokens. */
  readonly answered: (path: string, status: number, millis: number) => void;
  readonly failed: (path: string, cause: unknown) => Problem;
}

/** Answers upgrades: with a socket, or with what a request without an upgrade would hear, in words. */
export function answerUpgrades({ sockets, heartbeat, judge, headers, answered, failed }: UpgradePorts) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const began = performance.now();
    const target = request.url ?? "/";
    const path = target.split("?", 1)[0]!;
    const cookies: string[] = [];
    let judged: Result<Grant, Problem>;
    try {
      judged = judge(toSocketRequest(request, target, (value) => cookies.push(`Set-Cookie: ${value}`)));
    } catch (cause) {
      judged = { ok: false, error: failed(path, cause) };
    }
    let status = 101;
    if (judged.ok) {
      const { open, release } = judged.value;
      let isServed = false;
      const addCookies = (lines: string[]): void => void lines.push(...cookies);
      // What the host says first, it writes when this turn has ended: that leaves with the 101, in one write (D6).
      socket.cork();
      sockets.on("headers", addCookies);
      // All of it happens at once, and what is no handshake is answered by ws.
      sockets.handleUpgrade(request, socket, head, (ws) => {
        isServed = true;
        ws.serve(open, heartbeat, release);
      });
      sockets.off("headers", addCookies);
      setImmediate(() => socket.uncork());
      if (!isServed) {
        status = 400;
        release();
      }
    } else {
      ({ status } = judged.error);
      refuse(socket, judged.error, headers);
    }
    answered(path, status, Math.round(performance.now() - began));
  };
}

function toSocketRequest({ headers, socket }: IncomingMessage, target: string, setCookie: (value: string) => void) {
  return {
    target,
    peer: socket.remoteAddress ?? "",
    host: headers.host,
    origin: headers.origin,
    authorization: headers.authorization,
    cookie: headers.cookie,
    forwardedFor: [headers["x-forwarded-for"] ?? []].flat().join(),
    subprotocols: headers["sec-websocket-protocol"],
    isUpgrade: true,
    setCookie,
  };
}

function refuse(
  socket: Duplex,
  { status, code, reason, retryAfterSeconds }: Problem,
  headers: UpgradePorts["headers"],
) {
  const body = JSON.stringify({ code, reason });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  // It may be reset meanwhile, and nobody else listens any more.
  socket.on("error", () => {});
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
