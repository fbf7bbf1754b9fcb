import { type CloseKind, decodeStateVector, type DocumentId, type PresenceEntry, type Role } from "@sheaf/protocol";
import type { RoomEffect, RoomMessage } from "../effect.ts";
import type { RoomEvent, SessionId } from "../event.ts";
import { type LogRow, NOBODY, type Principal, type Snapshot } from "../log.ts";
import { openRoom, receivers, type Room, step } from "../room.ts";

type Kind = RoomMessage["kind"];
type Message<K extends Kind> = Extract<RoomMessage, { kind: K }>;

/** Runs one room by hand: keeps its log, hands out what it sends, and commits or fails when told to. */
export class RoomDriver {
  readonly room: Room;
  readonly rows: LogRow[];
  /** Everything the room ever asked for, in order. */
  readonly effects: RoomEffect[] = [];
  readonly closed = new Map<SessionId, CloseKind>();
  /** Called with whatever a session is sent, as it is sent. */
  onMessage: (session: SessionId, message: RoomMessage) => void = () => {};
  now = 0;
  /** What the log has compacted. */
  snapshot: Snapshot | undefined;
  rowsPerRead = Number.POSITIVE_INFINITY;
  /** Sessions that wait for their socket to drain. */
  #draining = new Set<SessionId>();
  readonly #inboxes = new Map<SessionId, RoomMessage[]>();
  #appends: Extract<RoomEffect, { kind: "append" }>[] = [];
  #reads: Extract<RoomEffect, { kind: "read" | "read-snapshot" }>[] = [];

  constructor(rows: readonly LogRow[] = [], tailBytes?: number) {
    const opened = openRoom("doc" as DocumentId, { logId: new Uint8Array(16), snapshot: undefined, rows }, tailBytes);
    if (!opened.ok) throw new Error(opened.error.reason);
    this.room = opened.value;
    this.rows = rows.slice();
  }

  tell(event: RoomEvent): readonly RoomEffect[] {
    const effects = step(this.room, event, this.now);
    // A copy of the receivers: what the effects of this step reach is settled by this step.
    const hearing = [...receivers(this.room)];
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind === "append") this.#appends.push(effect);
      else if (effect.kind === "read" || effect.kind === "read-snapshot") this.#reads.push(effect);
      else if (effect.kind === "await-drain") this.#draining.add(effect.session);
      else if (effect.kind === "close") this.closed.set(effect.session, effect.reason);
      else if (effect.kind === "send") this.#deliver(effect.session, effect.message);
      else for (const session of hearing) if (session !== effect.except) this.#deliver(session, effect.message);
    }
    return effects;
  }

  enter(id: number, options: { principal?: string; role?: Role; schemaVersion?: number } = {}): SessionId {
    const { principal = NOBODY, role = "editor", schemaVersion = 0 } = options;
    const session = id as SessionId;
    this.tell({ kind: "enter", session, principal: principal as Principal, role, schemaVersion });
    return session;
  }

  /** Enters with nothing in hand and is answered. */
  join(id: number, options: { principal?: string; role?: Role; schemaVersion?: number } = {}): SessionId {
    const session = this.enter(id, options);
    this.sync(session);
    return session;
  }

  sync(session: SessionId, vector: Uint8Array = Uint8Array.of(0), position?: { logId: Uint8Array; seq: number }): void {
    this.tell({ kind: "sync", session, vector: decodeStateVector(vector)!, position });
  }

  /** Without a number, as a stock client. */
  update(session: SessionId, update: Uint8Array, number?: number, base?: number): readonly RoomEffect[] {
    return this.tell({ kind: "update", session, number, base, update, answer: false });
  }

  answer(session: SessionId, update: Uint8Array, number?: number): readonly RoomEffect[] {
    return this.tell({ kind: "update", session, number, base: undefined, update, answer: true });
  }

  presence(session: SessionId, ...entries: PresenceEntry[]): void {
    this.tell({ kind: "presence", session, entries });
  }

  leave(session: SessionId): void {
    this.tell({ kind: "leave", session });
  }

  tick(millis = 1_000): void {
    this.now += millis;
    this.tell({ kind: "tick" });
  }

  get inFlight(): number {
    return this.#appends.length;
  }

  get reads(): number {
    return this.#reads.length;
  }

  /** Commits the oldest appends. */
  commit(count = this.#appends.length): void {
    const rows = this.#appends
      .splice(0, count)
      .map(({ row }, index) => ({ ...row, time: 0, seq: this.rows.length + index + 1 }));
    if (rows.length === 0) return;
    this.rows.push(...rows);
    this.tell({ kind: "committed", seqs: rows.map(({ seq }) => seq) });
  }

  failCommit(): void {
    if (this.#appends.length === 0) return;
    this.#appends = [];
    this.tell({ kind: "commit-failed", reason: "disk full" });
  }

  /** Answers the oldest read. */
  answerRead(): void {
    const read = this.#reads.shift();
    if (read === undefined) return;
    if (read.kind === "read-snapshot") {
      this.tell({ kind: "snapshot", snapshot: this.snapshot });
      return;
    }
    const rows = this.rows.filter(({ seq }) => read.from <= seq && seq < read.to).slice(0, this.rowsPerRead);
    this.tell({ kind: "rows", from: read.from, rows });
  }

  failRead(): void {
    const read = this.#reads.shift();
    if (read !== undefined) this.tell({ kind: "read-failed", from: read.kind === "read" ? read.from : 0 });
  }

  /** Everybody's socket has sent what it had. */
  drain(): void {
    const sessions = [...this.#draining];
    this.#draining.clear();
    for (const session of sessions) this.tell({ kind: "drained", session });
  }

  /** Answers reads and drains sockets until nobody waits. */
  catchUp(): void {
    while (this.#reads.length > 0 || this.#draining.size > 0) {
      this.answerRead();
      this.drain();
    }
  }

  /** What a session was sent since this was last asked. */
  take(session: SessionId): readonly RoomMessage[] {
    const inbox = this.#inboxes.get(session) ?? [];
    this.#inboxes.delete(session);
    return inbox;
  }

  kinds(session: SessionId): readonly Kind[] {
    return this.take(session).map(({ kind }) => kind);
  }

  /** The messages of one kind since the last look; the others are lost. */
  takeOnly<K extends Kind>(session: SessionId, kind: K): readonly Message<K>[] {
    return this.take(session).filter((message): message is Message<K> => message.kind === kind);
  }

  /** History as its rows, and its end as one more: how they are grouped is seen in `effects`. */
  #deliver(session: SessionId, message: RoomMessage): void {
    if (message.kind !== "history" && message.kind !== "synced") return this.#put(session, message);
    for (const row of message.rows) this.#put(session, row);
    if (message.kind === "history") return;
    const { deletions } = message;
    if (deletions !== undefined) this.#put(session, { kind: "update", seq: 0, base: 0, update: deletions });
    this.#put(session, { ...message, rows: [], deletions: undefined });
  }

  #put(session: SessionId, message: RoomMessage): void {
    const inbox = this.#inboxes.get(session) ?? [];
    inbox.push(message);
    this.#inboxes.set(session, inbox);
    this.onMessage(session, message);
  }
}
