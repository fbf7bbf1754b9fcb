import { assertNever, type CloseKind, type DocumentId } from "@sheaf/protocol";
import {
  isIdle,
  openRoom,
  receivers,
  type Room,
  type RoomEffect,
  type RoomEvent,
  type RoomMessage,
  type SessionId,
  step,
} from "@sheaf/room";
import type { Codec, Desk, SessionEvent } from "./codec.ts";
import { type Commit, CommitClock } from "./commit-clock.ts";
import { Connection } from "./connection.ts";
import { sheafCodec } from "./dialect/sheaf.ts";
import { yWebsocketCodec } from "./dialect/y-websocket.ts";
import type { HostPorts, Identity, Transport } from "./ports.ts";

/** How a server hands a socket's messages over. */
export interface Receiver {
  /** One whole message; `bytes` may be reused after the call. */
  receive(bytes: Uint8Array): void;
  /** The socket has closed, for whatever reason. Idempotent. */
  closed(): void;
}

/** Rooms stay this long after the last session left: a reload should not read the log again. */
const LINGER_MILLIS = 15_000;
const TICK_MILLIS = 1_000;
/** A quiet connection hears something this often; stock clients give up after 30 s. */
const KEEP_ALIVE_MILLIS = 15_000;
/** Bytes waiting for a commit beyond which senders are no longer read (D4). */
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** Longest a drain waits for the disk. */
const DRAIN_MILLIS = 8_000;
/** Clients of a draining server come back spread over this time. */
const RETURN_SPREAD_MILLIS = 1_000;

interface Session {
  readonly connection: Connection;
  readonly channel: number;
  readonly document: DocumentId;
}

/** A document being loaded, with the events that wait for it; or its room. */
type Place =
  | { readonly kind: "loading"; readonly waiting: RoomEvent[] }
  | { readonly kind: "open"; readonly room: Room; idleSince: number | undefined };

/**
 * Runs rooms: tells them events, does their effects, and writes to every socket once per flush.
 *
 * socket → codec → {@link Host.dispatch} → `step` → effects → commit clock → `committed` → flush → sockets
 */
export class Host implements Desk {
  readonly #ports: HostPorts;
  readonly #clock: CommitClock;
  readonly #places = new Map<DocumentId, Place>();
  readonly #sessions = new Map<SessionId, Session>();
  readonly #connections = new Set<Connection>();
  readonly #touched = new Set<Connection>();
  readonly #paused = new Set<Connection>();
  #lastSession = 0;
  #flushScheduled = false;
  #stepping = false;
  #draining = false;
  #cancelTick: () => void;

  constructor(ports: HostPorts) {
    this.#ports = ports;
    this.#clock = new CommitClock(ports.log, ports, (commit) => this.#committed(commit));
    this.#cancelTick = ports.after(TICK_MILLIS, () => this.#tick());
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Takes a socket that speaks `sheaf.v1`; its documents are named by its join frames. */
  openSheaf(transport: Transport, identity: Identity): Receiver {
    return this.#receiver(this.#connect(sheafCodec, transport, identity));
  }

  /** Takes a socket of a stock y-websocket client; `document` comes from its URL and was authorised. */
  openYWebsocket(transport: Transport, identity: Identity, document: DocumentId): Receiver {
    const connection = this.#connect(yWebsocketCodec, transport, identity);
    const refusal = this.enter(connection, 0, document, 0);
    if (refusal !== undefined) this.#close(connection, refusal);
    return this.#receiver(connection);
  }

  /** Stops taking anything in, makes what was taken durable, answers for it, and closes every connection. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (const connection of this.#connections) {
      connection.pause();
      this.push(connection, connection.codec.goodbye(Math.round(this.#ports.random() * RETURN_SPREAD_MILLIS)));
    }
    const until = this.#ports.now() + DRAIN_MILLIS;
    while (!this.#clock.idle && this.#ports.now() < until) {
      await new Promise<void>((resolve) => this.#ports.after(5, resolve));
    }
    for (const connection of this.#connections) this.#close(connection, "goingAway");
    this.#flush();
    this.#cancelTick();
  }

  // Desk: what codecs may do.

  enter(connection: Connection, channel: number, document: DocumentId, schemaVersion: number): CloseKind | undefined {
    const role = connection.identity.access(document);
    if (role === undefined) return "unknownDocument";
    const session = ++this.#lastSession as SessionId;
    connection.channels.set(channel, session);
    this.#sessions.set(session, { connection, channel, document });
    const { principal } = connection.identity;
    this.#dispatch(document, { kind: "enter", session, principal, role, schemaVersion });
    return undefined;
  }

  tell(connection: Connection, channel: number, event: SessionEvent): void {
    const session = connection.channels.get(channel);
    const document = session === undefined ? undefined : this.#sessions.get(session)?.document;
    // A frame for a channel that was left crossed the leave on its way: nobody is there to hear it.
    if (session === undefined || document === undefined) return;
    if (event.kind === "leave") this.#sessions.delete(session);
    this.#dispatch(document, { ...event, session });
  }

  push(connection: Connection, frames: readonly Uint8Array[]): void {
    connection.push(frames);
    this.#touch(connection);
  }

  #connect(codec: Codec, transport: Transport, identity: Identity): Connection {
    const connection = new Connection(codec, transport, identity, this.#ports.now());
    this.#connections.add(connection);
    if (this.#draining) this.#close(connection, "goingAway");
    return connection;
  }

  #receiver(connection: Connection): Receiver {
    return {
      receive: (bytes) => {
        if (!connection.isOpen) return;
        const refusal = connection.codec.receive(connection, bytes, this);
        if (refusal !== undefined) {
          this.#ports.report({ kind: "refused", reason: refusal });
          this.#close(connection, refusal);
        } else if (this.#clock.queuedBytes > MAX_QUEUED_BYTES) {
          connection.pause();
          this.#paused.add(connection);
        }
      },
      closed: () => this.#disconnect(connection),
    };
  }

  #close(connection: Connection, kind: CloseKind): void {
    connection.close(kind);
    this.#touch(connection);
  }

  #disconnect(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    connection.gone();
    this.#touched.delete(connection);
    this.#paused.delete(connection);
    for (const session of connection.channels.values()) {
      const document = this.#sessions.get(session)?.document;
      this.#sessions.delete(session);
      if (document !== undefined) this.#dispatch(document, { kind: "leave", session });
    }
    connection.channels.clear();
  }

  #dispatch(document: DocumentId, event: RoomEvent): void {
    const place = this.#places.get(document);
    if (place === undefined) {
      if (event.kind !== "enter") return;
      this.#places.set(document, { kind: "loading", waiting: [event] });
      void this.#load(document);
    } else if (place.kind === "loading") {
      place.waiting.push(event);
    } else {
      this.#step(document, place.room, event);
    }
  }

  #step(document: DocumentId, room: Room, event: RoomEvent): void {
    if (this.#stepping) throw new Error(`a room was told ${event.kind} while it was being told something else`);
    this.#stepping = true;
    const effects = step(room, event, this.#ports.now());
    this.#stepping = false;
    for (const effect of effects) this.#perform(document, room, effect);
  }

  #perform(document: DocumentId, room: Room, effect: RoomEffect): void {
    switch (effect.kind) {
      case "append":
        this.#clock.enqueue({ ...effect.row, document, time: this.#ports.wallClock() }, receivers(room).size);
        return;
      case "read":
        void this.#read(document, effect.from, effect.to);
        return;
      case "send": {
        const session = this.#sessions.get(effect.session);
        if (session === undefined) return;
        this.push(session.connection, session.connection.codec.encode(effect.message, session.channel));
        return;
      }
      case "broadcast":
        this.#broadcast(room, effect.message, effect.except);
        return;
      case "close": {
        const session = this.#sessions.get(effect.session);
        if (session === undefined) return;
        this.#ports.report({ kind: "refused", document, reason: effect.reason });
        this.#close(session.connection, effect.reason);
        return;
      }
      default:
        assertNever(effect);
    }
  }

  #broadcast(room: Room, message: RoomMessage, except: SessionId | undefined): void {
    // Frames differ by dialect and channel number only, and nearly everyone is on channel 0.
    const encoded = new Map<Codec, (readonly Uint8Array[])[]>();
    for (const id of receivers(room)) {
      const session = this.#sessions.get(id);
      if (id === except || session === undefined) continue;
      const { connection, channel } = session;
      let byChannel = encoded.get(connection.codec);
      if (byChannel === undefined) encoded.set(connection.codec, (byChannel = []));
      this.push(connection, (byChannel[channel] ??= connection.codec.encode(message, channel)));
    }
  }

  async #load(document: DocumentId): Promise<void> {
    const loaded = await this.#ports.log.load(document);
    const place = this.#places.get(document);
    if (place?.kind !== "loading") throw new Error("a document was loaded twice");
    const opened = loaded.ok ? openRoom(document, loaded.value) : loaded;
    if (!opened.ok) {
      const { code } = opened.error;
      this.#ports.report({
        kind: "load-failed",
        document,
        code,
        reason: "reason" in opened.error ? opened.error.reason : code,
      });
      this.#places.delete(document);
      for (const event of place.waiting) if (event.kind === "enter") this.#refuse(event.session, "storage");
      return;
    }
    const room = opened.value;
    this.#places.set(document, { kind: "open", room, idleSince: undefined });
    this.#ports.report({ kind: "room-opened", document });
    for (const event of place.waiting) this.#step(document, room, event);
  }

  #refuse(session: SessionId, kind: CloseKind): void {
    const connection = this.#sessions.get(session)?.connection;
    if (connection !== undefined) this.#close(connection, kind);
  }

  async #read(document: DocumentId, from: number, to: number): Promise<void> {
    const rows = await this.#ports.log.read(document, from, to);
    this.#dispatch(document, rows.ok ? { kind: "rows", from, rows: rows.value } : { kind: "read-failed", from });
  }

  /** One commit is done: every room in it hears, and then every socket they touched is written to, at once (D3). */
  #committed({ rows, result }: Commit): void {
    const byDocument = Map.groupBy(rows.keys(), (index) => rows[index]!.document);
    if (!result.ok) {
      const reason = "reason" in result.error ? result.error.reason : "the log is closed";
      this.#ports.report({ kind: "commit-failed", code: result.error.code, reason, rows: rows.length });
      for (const document of byDocument.keys()) {
        this.#clock.drop(document);
        this.#dispatch(document, { kind: "commit-failed", reason });
      }
    } else {
      for (const [document, indexes] of byDocument) {
        this.#dispatch(document, { kind: "committed", seqs: indexes.map((index) => result.value[index]!) });
      }
    }
    this.#flush();
    for (const connection of this.#paused) if (!this.#draining) connection.resume();
    this.#paused.clear();
  }

  #touch(connection: Connection): void {
    this.#touched.add(connection);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#ports.defer(() => this.#flush());
  }

  #flush(): void {
    this.#flushScheduled = false;
    const now = this.#ports.now();
    for (const connection of this.#touched) connection.flush(now);
    this.#touched.clear();
  }

  #tick(): void {
    this.#cancelTick = this.#ports.after(TICK_MILLIS, () => this.#tick());
    const now = this.#ports.now();
    for (const [document, place] of this.#places) {
      if (place.kind !== "open") continue;
      this.#step(document, place.room, { kind: "tick" });
      if (!isIdle(place.room)) place.idleSince = undefined;
      else if (now - (place.idleSince ??= now) >= LINGER_MILLIS) {
        this.#places.delete(document);
        this.#ports.report({ kind: "room-closed", document });
      }
    }
    for (const connection of this.#connections) {
      const { keepAlive } = connection.codec;
      if (keepAlive !== undefined && now - connection.lastWritten >= KEEP_ALIVE_MILLIS)
        this.push(connection, keepAlive);
    }
  }
}
