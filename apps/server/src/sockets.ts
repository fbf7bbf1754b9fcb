import { CLOSE, type DocumentId, err, ok, parseDocumentId, type Result, SUBPROTOCOL } from "@sheaf/protocol";
import type { Host, Identity, Receiver, Transport } from "@sheaf/host";
import { type Origins, refuseRequest } from "./access.ts";
import type { Admission } from "./admission.ts";
import { type Asking, type Callers, NOTHING_THERE } from "./callers.ts";
import { clientAddress, type TrustProxy } from "./client-address.ts";
import { NOTHING_AT_ADDRESS, type Problem } from "./problem.ts";

export interface SocketPorts {
  readonly host: Host;
  readonly callers: Callers;
  /** Known only once the server listens, hence a function. */
  readonly origins: () => Origins;
  readonly admission: Admission;
  readonly trustProxy: TrustProxy;
  /** Of the pages that may speak the stock dialect beside our own. */
  readonly appOrigins: readonly string[];
}

/** A request for a socket, or one that asks what would become of it: a browser never sees why a handshake failed. */
export interface SocketRequest extends Asking {
  /** Path and query, as they came. */
  readonly target: string;
  readonly peer: string;
  readonly forwardedFor: string | undefined;
  readonly subprotocols: string | undefined;
  readonly isUpgrade: boolean;
}

/** Somebody may have a socket. */
export interface Grant {
  readonly open: (transport: Transport) => Receiver;
  /** To be called once the socket is gone. */
  readonly release: () => void;
}

/** Decides who gets a socket, before 101: only who may be here, with room for one more, gets that far. */
export class Sockets {
  readonly #ports: SocketPorts;

  constructor(ports: SocketPorts) {
    this.#ports = ports;
  }

  /** @returns Why not, for one that does not upgrade at the latest because it does not. */
  judge(request: SocketRequest): Result<Grant, Problem> {
    const { origins, appOrigins, admission, trustProxy } = this.#ports;
    const [path = "", query = ""] = request.target.split("?", 2);
    const isStock = path.startsWith(STOCK_PATH);
    const stranger = refuseRequest(origins(), request, isStock ? appOrigins : []);
    if (stranger !== undefined) return err({ status: 403, code: "forbidden", reason: stranger });
    if (!isStock && path !== OWN_PATH) return err(NOTHING_AT_ADDRESS);
    // Before anything is looked up, and for whoever asks why, too.
    const admitted = admission.admit(clientAddress(request.peer, request.forwardedFor, trustProxy));
    if (!("release" in admitted)) return err(admitted);
    const { release } = admitted;
    const opened = isStock ? this.#stock(request, path.slice(STOCK_PATH.length), query) : this.#own(request);
    if (opened.ok && request.isUpgrade) return ok({ open: opened.value, release });
    release();
    return opened.ok ? err(UPGRADE_REQUIRED) : opened;
  }

  #own(request: SocketRequest): Result<Grant["open"], Problem> {
    const caller = this.#ports.callers.of(request, !request.isUpgrade);
    if (!caller.ok) return caller;
    const offered = request.subprotocols?.split(",").map((name) => name.trim());
    if (request.isUpgrade && offered?.includes(SUBPROTOCOL) !== true) return err(UNKNOWN_SUBPROTOCOL);
    return ok((transport) => this.#ports.host.openSheaf(transport, caller.value.identity));
  }

  #stock(request: SocketRequest, name: string, query: string): Result<Grant["open"], Problem> {
    const document = documentNamed(name);
    if (document === undefined) return err(NOTHING_AT_ADDRESS);
    const identity = this.#stockIdentity(request, query);
    if (!identity.ok) return identity;
    const role = identity.value.access(document);
    if (role === undefined) return err(NOTHING_THERE);
    // A stock client that was let in and then thrown out would come back at once.
    if (this.#ports.host.isCrowded(document)) return err(CROWDED);
    return ok((transport) => this.#ports.host.openYWebsocket(transport, identity.value, document, role));
  }

  /** Stock clients cannot send headers, so a room token in the address speaks for them. */
  #stockIdentity(request: SocketRequest, query: string): Result<Identity, Problem> {
    const token = new URLSearchParams(query).get("token");
    if (token !== null) return this.#ports.callers.ofRoomToken(token);
    const caller = this.#ports.callers.of(request, !request.isUpgrade);
    return caller.ok ? ok(caller.value.identity) : caller;
  }
}

const OWN_PATH = "/sync";
const STOCK_PATH = "/y/";

function documentNamed(name: string): DocumentId | undefined {
  try {
    return parseDocumentId(decodeURIComponent(name));
  } catch {
    // No encoding of any name.
    return undefined;
  }
}

const UPGRADE_REQUIRED = { status: 426, code: "upgrade-required", reason: "This address speaks WebSocket." } as const;
const UNKNOWN_SUBPROTOCOL = {
  status: 400,
  code: "unknown-subprotocol",
  reason: `This address speaks the subprotocol ${SUBPROTOCOL}.`,
} as const;
const CROWDED = { status: 503, code: "crowded", reason: CLOSE.crowded.reason, retryAfterSeconds: 10 } as const;
