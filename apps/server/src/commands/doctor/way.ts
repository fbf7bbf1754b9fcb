import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type DocumentId, encodeYWebsocket } from "@sheaf/protocol";
import type { Status } from "../../control.ts";
import { OWNER } from "../../people/principals.ts";
import { signRoomToken } from "../../people/room-token.ts";
import { parseSecrets, SECRETS_FILE } from "../../people/secrets.ts";
import { reasonOf } from "../../reason-of.ts";
import { type Finding, note, well, wrong } from "./finding.ts";

/** Goes the way of a browser, from the public name to a frame over a WebSocket, and says where it ends. */
export async function checkWay(publicUrl: string, dataDir: string, running: Status | undefined): Promise<Finding> {
  if (running === undefined) {
    return note(`No server answers, so the way through ${publicUrl} was not tried.`, "Start it, and run this again.");
  }
  return (await checkPage(publicUrl)) ?? (await checkSocket(publicUrl, dataDir));
}

/** @returns undefined when there is nothing wrong with plain requests. */
async function checkPage(publicUrl: string): Promise<Finding | undefined> {
  let answer: Response;
  let body: unknown;
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLIS);
    answer = await fetch(`${publicUrl}/healthz`, { redirect: "manual", signal });
    body = parseJson(await answer.text());
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
    return wrong(
      `${publicUrl} cannot be reached from here (${reason}).`,
      "Check its name in DNS, the proxy's port and certificate, and the firewall.",
    );
  }
  const { status, headers } = answer;
  if (headers.has("location")) {
    return wrong(`${publicUrl} redirects to ${headers.get("location")}.`, "Set PUBLIC_URL to where people end up.");
  }
  if (status === 403 && /own name/.test(JSON.stringify(body))) {
    return wrong("The proxy changes the Host header.", "Have it pass on: proxy_set_header Host $http_host;");
  }
  if ([502, 503, 504].includes(status)) {
    return wrong(`The proxy answers ${status}: it does not reach Sheaf.`, "Check where it passes requests on to.");
  }
  if (status === 200 && (body as { status?: unknown } | undefined)?.status === "ok") return undefined;
  return wrong(`${publicUrl} leads to something else (${status}).`, "Check where the proxy passes requests on to.");
}

/** As the owner, in a document nobody wrote: reading it leaves nothing behind. */
async function checkSocket(publicUrl: string, dataDir: string): Promise<Finding> {
  const secrets = parseSecrets(readFileSync(join(dataDir, SECRETS_FILE), "utf8"));
  if (secrets === undefined) return note("The WebSocket was not tried, as the secrets are damaged.", "See above.");
  const document = `doctor-${crypto.randomUUID()}` as DocumentId;
  const expires = Date.now() + ANSWER_MILLIS * 2;
  const token = signRoomToken({ document, principal: OWNER, role: "viewer", expires }, secrets.signingKey);
  const address = `${publicUrl.replace(/^http/, "ws")}/y/${document}?token=${token}`;
  const socket = new WebSocket(address, { origin: publicUrl, handshakeTimeout: ANSWER_MILLIS });
  try {
    return await new Promise<Finding>((resolve) => {
      socket.on("unexpected-response", (_request, { statusCode = 0 }) => resolve(explainRefusal(statusCode)));
      socket.on("error", (cause) =>
        resolve(wrong(`No WebSocket through ${publicUrl} (${cause.message}).`, LET_UPGRADE)),
      );
      socket.on("close", (code) => {
        resolve(
          wrong(`The WebSocket through ${publicUrl} ended at once (${code}).`, "Have the proxy keep sockets open."),
        );
      });
      socket.on("open", () => {
        socket.send(encodeYWebsocket({ kind: "step1", vector: new Uint8Array(1) }));
        setTimeout(() => {
          resolve(wrong("The proxy holds back what is sent over WebSockets.", "Turn its buffering off for them."));
        }, ANSWER_MILLIS);
      });
      socket.on("message", () => resolve(well(`A WebSocket through ${publicUrl} works.`)));
    });
  } finally {
    socket.terminate();
  }
}

function explainRefusal(status: number): Finding {
  switch (status) {
    case 101:
    case 426:
      return wrong("The proxy takes the Upgrade header away.", LET_UPGRADE);
    case 401:
      return wrong("PUBLIC_URL leads to a Sheaf with another folder.", "Check where the proxy passes requests on to.");
    case 403:
      return wrong(
        "The server refuses the proxy's Host or Origin.",
        "Start it with this PUBLIC_URL; pass both on as they are.",
      );
    case 429:
      return note("The server has had too many sockets from here.", "Run this again in a minute.");
    default:
      return wrong(`A WebSocket is answered with ${status}.`, LET_UPGRADE);
  }
}

const LET_UPGRADE = "Have the proxy pass on Upgrade and Connection over HTTP/1.1: deploy/nginx.conf shows how.";
const ANSWER_MILLIS = 5_000;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
