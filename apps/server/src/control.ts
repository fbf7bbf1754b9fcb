import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Result } from "@sheaf/protocol";
import type { Copied } from "@sheaf/store";
import { makeToken } from "./people/keys.ts";
import { writeDurably } from "./people/secrets.ts";

/** What the operator's commands can ask of a running server. */
export interface ControlPorts {
  /** Copies the log to an empty file, and the people to one beside it, named `.people`. */
  /** What it serves, and where. */
  readonly status: Status;
  readonly backUp: (path: string) => Promise<Result<Copied, { readonly code: string }>>;
  readonly report: (event: ControlReport) => void;
}

export interface Status {
  readonly port: number;
  readonly isShared: boolean;
}

/** Commands will not find this server. */
export interface ControlReport {
  readonly kind: "control-failed";
  readonly reason: string;
}

/** How a command reaches the server that holds a folder. */
interface Contact {
  readonly port: number;
  /** Made at every start. */
  readonly key: string;
}

/**
 * The door for operators: a port of its own on loopback, so that neither `HOST`, TLS nor a proxy leads to it or stands
 * in the way. Its number and key are in a file that only whoever owns the folder can read.
 */
export class Control {
  readonly #server: Server;
  readonly #file: string;

  static async start(dataDir: string, { status, backUp, report }: ControlPorts): Promise<Control> {
    const key = makeToken();
    const server = createServer((incoming, outgoing) => {
      const answer = (status: number, body: unknown): void => void outgoing.writeHead(status).end(JSON.stringify(body));
      if (!isHolder(incoming, key)) return answer(401, {});
      if (incoming.method === "GET" && incoming.url === "/status") return answer(200, status);
      if (incoming.method !== "POST" || incoming.url !== "/backup") return answer(404, {});
      void text(incoming)
        .then(async (path) => answer(200, await backUp(path)))
        .catch((cause: unknown) => answer(200, { ok: false, error: { code: "storage", reason: String(cause) } }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const file = join(dataDir, CONTROL_FILE);
    const contact: Contact = { port: (server.address() as AddressInfo).port, key };
    try {
      writeDurably(file, JSON.stringify(contact));
    } catch (cause) {
      // A full disk stops no server from giving out what it has.
      report({ kind: "control-failed", reason: String(cause) });
    }
    return new Control(server, file);
  }

  private constructor(server: Server, file: string) {
    this.#server = server;
    this.#file = file;
  }

  stop(): void {
    rmSync(this.#file, { force: true });
    this.#server.close();
  }
}

/** Asks the server that holds `dataDir` what it is. @returns undefined when none answers. */
export const askForStatus = (dataDir: string): Promise<Status | undefined> => ask<Status>(dataDir, "GET", "/status");

/**
 * Has the server that holds `dataDir` copy its log and people.
 *
 * @returns undefined when no server answers: then the folder can be opened, or says itself who holds it.
 */
export const askForBackup = (dataDir: string, path: string): Promise<CopyAnswer | undefined> =>
  ask<CopyAnswer>(dataDir, "POST", "/backup", path);

export type CopyAnswer = Result<Copied, { readonly code: string; readonly reason?: string }>;

/** The caller knows what this address answers. */
async function ask<T>(dataDir: string, method: string, path: string, body?: string): Promise<T | undefined> {
  const contact = readContact(dataDir);
  if (contact === undefined) return undefined;
  const { port, key } = contact;
  // Not `fetch`, which gives up after five minutes.
  const asked = request({ host: "127.0.0.1", port, path, method, headers: { authorization: `Bearer ${key}` } });
  asked.end(body);
  try {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer.statusCode === 200 ? (JSON.parse(await text(answer)) as T) : undefined;
  } catch {
    // It was killed and left its file, or is being killed.
    return undefined;
  }
}

function readContact(dataDir: string): Contact | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, CONTROL_FILE), "utf8")) as Contact;
  } catch {
    return undefined;
  }
}

function isHolder({ headers }: IncomingMessage, key: string): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ""), Buffer.from(`Bearer ${key}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export const CONTROL_FILE = "control.json";
