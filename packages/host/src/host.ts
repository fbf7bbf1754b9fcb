import type { CloseKind, DocumentId, Role } from "@sheaf/protocol";
import type { RoomMessage, SessionId } from "@sheaf/room";
import type { Codec, Desk, SessionEvent } from "./codec.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import { sheafCodec } from "./dialect/sheaf.ts";
import { yWebsocketCodec } from "./dialect/y-websocket.ts";
import type { HostFigures, HostPorts, Identity, Receiver, Transport } from "./ports.ts";
import { type Aside, Publication, type Said, Strips } from "./publication.ts";
import { type Audience, Rooms } from "./rooms.ts";

const TICK_MILLIS = 1_000;
/** A quiet connection hears something this often; stock clients give up after 30 s. */
const KEEP_ALIVE_MILLIS = 15_000;
/** Bytes waiting for a commit beyond which senders are no longer read (D4). */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** Longest a drain waits for the disk. */
const DRAIN_MILLIS = 8_000;
/** When clients of a draining server come back, each between half and one and a half times this: about as long as a start takes. */
const RETURN_MILLIS = 1_000;
/** The same for many, so that no more than some two thousand handshakes a second wait for the next process. */
const RETURN_MILLIS_PER_CONNECTION = 0.5;
/** Who finds a document full asks again after one to two of these. */
const CROWDED_MILLIS = 10_000;

const NO_ASIDES: readonly Aside[] = [];

interface Session {
  readonly connection: Connection;
  readonly channel: number;
  readonly document: DocumentId;
  /** As its room was told last. */
  role: Role;
  /** Set while its connection is congested: broadcasts are not sent, from this row on (undefined: presence only). */
  behind: { from: number | undefined } | undefined;
}

/**
 * Connects sockets with rooms, and writes to every socket once per flush.
 *
 * socket → codec → Rooms.dispatch → `step` → effects → commit clock → `committed` → flush → sockets
 */
export class Host {
  readonly #ports: HostPorts;
  readonly #rooms: Rooms;
  readonly #desk: Desk<Connection>;
  readonly #owner: ConnectionOwner;
  readonly #sessions = new Map<SessionId, Session>();
  /** Sessions in each document that has any. */
  readonly #populations = new Map<DocumentId, number>();
  readonly #connections = new Set<Connection>();
  /** Connections with something to write or a close to do. */
  #touched: Connection[] = [];
  readonly #paused = new Set<Connection>();
  /** Frames of history, for as long as a room gives the same to others. */
  readonly #shared = new WeakMap<RoomMessage, Strips>();
  #lastSession = 0;
  #flushScheduled = false;
  #draining = false;
  #cancelTick: () => void;

  constructor(ports: HostPorts) {
    this.#ports = ports;
    this.#rooms = new Rooms(ports, this.#audience());
    this.#desk = {
      enter: (connection, channel, document, schemaVersion) =>
        this.#enter(connection, channel, document, schemaVersion, connection.identity.access(document)),
      tell: (event) => this.#tell(event),
      push: (...args) => this.#push(...args),
    };
    this.#owner = {
      received: (connection, bytes) => this.#received(connection, bytes),
      closed: (connection) => this.#disconnect(connection),
    };
    this.#cancelTick = ports.after(TICK_MILLIS, () => this.#tick());
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** How it all is now; looks at every connection. */
  figures(): HostFigures {
    const connections = { sheaf: 0, "y-websocket": 0 };
    let unsentBytes = 0;
    for (const connection of this.#connections) {
      connections[connection.codec.dialect]++;
      unsentBytes += connection.unsentBytes;
    }
    let sessionsBehind = 0;
    for (const { behind } of this.#sessions.values()) if (behind !== undefined) sessionsBehind++;
    const { count: rooms, queuedBytes } = this.#rooms;
    return { connections, rooms, sessions: this.#sessions.size, sessionsBehind, queuedBytes, unsentBytes };
  }

  /** True when nobody more is let into a document. */
  isCrowded(document: DocumentId): boolean {
    const most = this.#ports.maxSessionsPerDocument ?? Number.POSITIVE_INFINITY;
    return (this.#populations.get(document) ?? 0) >= most;
  }

  /** Takes a socket that speaks `sheaf.v1`; its documents are named by its join frames. */
  openSheaf(transport: Transport, identity: Identity): Receiver {
    return this.#connect(sheafCodec, transport, identity);
  }

  /**
   * Takes a socket of a stock y-websocket client, whose document is named by its URL.
   *
   * @param role - Of the identity in the document, for who has just asked.
   */
  openYWebsocket(
    transport: Transport,
    identity: Identity,
    document: DocumentId,
    role = identity.access(document),
  ): Receiver {
    const connection = this.#connect(yWebsocketCodec, transport, identity);
    const refusal = this.#enter(connection, 0, document, 0, role);
    if (refusal !== undefined) this.#close(connection, refusal);
    return connection;
  }

  /**
   * Asks anew what everybody may do in one document, or in all and whether they may be here, and lets them know what
   * changed: what they sent before is judged by the old role, everything after by the new one.
   */
  reconsider(document?: DocumentId): void {
    for (const connection of document === undefined ? this.#connections : []) {
      if (connection.isOpen && connection.identity.isValid?.() === false) this.#close(connection, "unauthorized");
    }
    for (const [id, session] of this.#sessions) {
      const { connection } = session;
      if ((document !== undefined && session.document !== document) || !connection.isOpen) continue;
      const role = connection.identity.access(session.document);
      if (role === undefined) this.#close(connection, "removed");
      else if (role !== session.role) {
        session.role = role;
        this.#rooms.dispatch(session.document, { kind: "role", session: id, role });
      }
    }
  }

  /** Ends everybody who is in a document, and forgets what of it is not on its way to the log: it is about to be purged. */
  forget(document: DocumentId): void {
    for (const session of this.#sessions.values()) {
      if (session.document === document) this.#close(session.connection, "removed");
    }
    this.#rooms.forget(document);
  }

  /** Stops taking anything in, makes what was taken durable, answers for it, and closes every connection. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const retryAfter = Math.round(Math.max(RETURN_MILLIS, this.#connections.size * RETURN_MILLIS_PER_CONNECTION));
    for (const connection of this.#connections) {
      connection.pause();
      this.#push(connection, connection.codec.goodbye(retryAfter, "goingAway"));
    }
    const until = this.#ports.now() + DRAIN_MILLIS;
    while (!this.#rooms.settled && this.#ports.now() < until) {
      await new Promise<void>((resolve) => this.#ports.after(5, resolve));
    }
    for (const connection of this.#connections) this.#close(connection, "goingAway");
    this.#flush();
    this.#cancelTick();
  }

  #connect(codec: Codec, transport: Transport, identity: Identity): Connection {
    const connection = new Connection(this.#owner, codec, transport, identity, this.#ports.now());
    this.#connections.add(connection);
    if (this.#draining) this.#close(connection, "goingAway");
    return connection;
  }

  #received(connection: Connection, bytes: Uint8Array): void {
    if (!connection.isOpen) return;
    const refusal = connection.codec.receive(connection, bytes, this.#desk);
    if (refusal !== undefined) {
      this.#ports.report({ kind: "refused", reason: refusal });
      this.#close(connection, refusal);
    } else if (this.#rooms.queuedBytes > MAX_QUEUED_BYTES) {
      connection.pause();
      this.#paused.add(connection);
    }
  }

  #disconnect(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    connection.gone();
    this.#paused.delete(connection);
    for (const id of connection.channels.sessions()) {
      const session = this.#sessions.get(id);
      if (session === undefined) continue;
      this.#leave(id, session);
      this.#rooms.dispatch(session.document, { kind: "leave", session: id });
    }
  }

  #enter(
    connection: Connection,
    channel: number,
    document: DocumentId,
    schemaVersion: number,
    role: Role | undefined,
  ): CloseKind | undefined {
    if (role === undefined) return "unknownDocument";
    if (this.isCrowded(document)) {
      this.#push(
        connection,
        connection.codec.goodbye(Math.round((1 + this.#ports.random()) * CROWDED_MILLIS), "crowded"),
      );
      return "crowded";
    }
    this.#populations.set(document, (this.#populations.get(document) ?? 0) + 1);
    const session = ++this.#lastSession as SessionId;
    connection.channels.set(channel, session);
    this.#sessions.set(session, { connection, channel, document, role, behind: undefined });
    const { principal } = connection.identity;
    this.#rooms.dispatch(document, { kind: "enter", session, principal, role, schemaVersion });
    return undefined;
  }

  #tell(event: SessionEvent): void {
    const session = this.#sessions.get(event.session);
    if (session === undefined) return;
    if (event.kind === "leave") this.#leave(event.session, session);
    this.#rooms.dispatch(session.document, event);
  }

  #leave(id: SessionId, { document }: Session): void {
    this.#sessions.delete(id);
    const left = (this.#populations.get(document) ?? 1) - 1;
    if (left === 0) this.#populations.delete(document);
    else this.#populations.set(document, left);
  }

  #audience(): Audience {
    return {
      send: (id, message) => {
        const session = this.#sessions.get(id);
        if (session !== undefined) this.#send(session, message);
      },
      publish: (sessions, said) => this.#publish(sessions, said),
      awaitDrain: (id) => {
        const session = this.#sessions.get(id);
        if (session === undefined) return;
        session.connection.afterDrain(() => this.#rooms.dispatch(session.document, { kind: "drained", session: id }));
        this.#touch(session.connection);
      },
      close: (id, reason) => {
        const session = this.#sessions.get(id);
        if (session !== undefined) this.#close(session.connection, reason);
      },
      closeAll: (document, reason) => {
        for (const session of this.#sessions.values()) {
          if (session.document === document) this.#close(session.connection, reason);
        }
      },
      flush: () => {
        this.#flush();
        if (this.#draining) return;
        for (const connection of this.#paused) connection.resume();
        this.#paused.clear();
      },
    };
  }

  #send({ connection, channel }: Session, message: RoomMessage): void {
    if (message.kind === "nack") this.#ports.meter?.nacked(message.code);
    const { codec } = connection;
    const isShared = message.kind === "history" || message.kind === "synced";
    const frames = isShared ? this.#stripsOf(message).of(codec, channel).frames : codec.encode(message, channel);
    this.#push(connection, frames);
  }

  #stripsOf(message: RoomMessage): Strips {
    let strips = this.#shared.get(message);
    if (strips === undefined) this.#shared.set(message, (strips = new Strips([message])));
    return strips;
  }

  #publish(sessions: ReadonlySet<SessionId>, said: readonly Said[]): void {
    const { toAll, asides } = new Publication(said);
    const { messages } = toAll;
    for (const id of sessions) {
      const session = this.#sessions.get(id);
      if (session === undefined) continue;
      const { connection, channel } = session;
      let heard = 0;
      const hear = (to: number): void => {
        while (heard < to) {
          if (session.behind !== undefined || connection.isCongested) {
            return this.#fallBehind(id, session, messages[heard]!);
          }
          const { frames, starts, portion } = toAll.of(connection.codec, channel);
          const next = Math.min(to, heard + portion);
          this.#push(connection, frames, starts[heard], starts[next]);
          heard = next;
        }
      };
      for (const { at, message } of asides.get(id) ?? NO_ASIDES) {
        hear(at);
        heard = message === undefined ? at + 1 : at;
        if (message !== undefined) this.#send(session, message);
      }
      hear(messages.length);
    }
    for (const [id, its] of asides) {
      const session = sessions.has(id) ? undefined : this.#sessions.get(id);
      if (session === undefined) continue;
      for (const { message } of its) if (message !== undefined) this.#send(session, message);
    }
  }

  /** Nothing more is queued for a session whose socket is congested; when it drains, its room begins at what it missed. */
  #fallBehind(id: SessionId, session: Session, message: RoomMessage): void {
    const { connection, document } = session;
    if (session.behind === undefined) {
      const behind: NonNullable<Session["behind"]> = (session.behind = { from: undefined });
      connection.afterDrain(() => {
        session.behind = undefined;
        this.#rooms.dispatch(document, { kind: "resume", session: id, from: behind.from });
      });
      this.#touch(connection);
    }
    if (message.kind === "update") session.behind.from ??= message.seq;
  }

  #push(connection: Connection, frames: readonly Uint8Array[], from?: number, to?: number): void {
    connection.push(frames, from, to);
    this.#touch(connection);
  }

  #close(connection: Connection, kind: CloseKind): void {
    connection.close(kind);
    this.#touch(connection);
  }

  #touch(connection: Connection): void {
    if (!connection.isTouched) {
      connection.isTouched = true;
      this.#touched.push(connection);
    }
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#ports.defer(() => this.#flush());
  }

  #flush(): void {
    this.#flushScheduled = false;
    const now = this.#ports.now();
    const touched = this.#touched;
    this.#touched = [];
    for (const connection of touched) {
      connection.isTouched = false;
      const closed = connection.flush(now);
      if (closed !== undefined) this.#ports.meter?.closed(closed);
    }
  }

  #tick(): void {
    this.#cancelTick = this.#ports.after(TICK_MILLIS, () => this.#tick());
    this.#rooms.tick();
    const now = this.#ports.now();
    for (const connection of this.#connections) {
      const { keepAlive } = connection.codec;
      if (keepAlive !== undefined && now - connection.lastWritten >= KEEP_ALIVE_MILLIS) {
        this.#push(connection, keepAlive);
      }
    }
  }
}
