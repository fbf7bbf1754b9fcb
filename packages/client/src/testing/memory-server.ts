import {
  assertNever,
  decodePresence,
  encodePresence,
  encodeStateVector,
  GONE,
  isGone,
  LOG_ID_BYTES,
  MAX_UPDATE_BYTES,
  mayEdit,
  NACK,
  type NackCode,
  type PresenceEntry,
  PROTOCOL_VERSION,
  type Role,
  type UpFrame,
} from "@sheaf/protocol";
import { equalityDeep } from "lib0/function";
import * as Y from "yjs";
import type { FetchedSnapshot, OpenSocket } from "../ports.ts";
import { Wire } from "./wire.ts";

export interface MemoryRow {
  readonly base: number;
  readonly update: Uint8Array;
}

type Append = {
  readonly wire: Wire;
  readonly session: number;
  readonly number: number;
  readonly row: MemoryRow | undefined;
};

/** One document of a Sheaf server as its clients see it: a log without a disk, committed and delivered by hand. */
export class MemoryServer {
  readonly rows: MemoryRow[] = [];
  role: Role = "editor";
  schemaVersion: number | undefined;
  maxUpdateBytes = MAX_UPDATE_BYTES;
  /** Of what a joiner lacks. */
  rowsInFrame = 100;
  /** Commits still to fail. */
  failingCommits = 0;
  /** Sockets fail before they open. */
  isRefusing = false;
  /** Refuses batches for good; undefined accepts. */
  refuse: (update: Uint8Array) => NackCode | undefined = () => undefined;
  readonly wires: Wire[] = [];

  #logId = new Uint8Array(LOG_ID_BYTES).fill(1);
  #durable = new Map<number, number>();
  #accepted = new Map<number, number>();
  /** `client:clock` of every deletion accepted. */
  #deleted = new Set<string>();
  #appends: Append[] = [];
  readonly #presence = new Map<number, PresenceEntry & { readonly wire: Wire }>();

  readonly openSocket: OpenSocket = (listener) => {
    const wire = new Wire(listener);
    this.wires.push(wire);
    if (this.isRefusing) wire.cut(false);
    else wire.open();
    return wire.socket;
  };

  /** The newest socket anybody opened. */
  get newest(): Wire {
    const wire = this.wires.at(-1);
    if (wire === undefined) throw new Error("nobody has connected");
    return wire;
  }

  get isQuiet(): boolean {
    return this.#appends.length === 0 && this.wires.every(({ isQuiet }) => isQuiet);
  }

  /** What a newcomer may fetch: the document through a row. */
  snapshot(seq = this.rows.length): FetchedSnapshot {
    const doc = new Y.Doc();
    for (const { update } of this.rows.slice(0, seq)) Y.applyUpdate(doc, update);
    const { role, schemaVersion = 1 } = this;
    return { position: { logId: this.#logId, seq }, schemaVersion, role, update: Y.encodeStateAsUpdateV2(doc) };
  }

  /** The text a newcomer would read. */
  read(): string {
    const doc = new Y.Doc();
    for (const { update } of this.rows) Y.applyUpdate(doc, update);
    return doc.getText("text").toJSON();
  }

  /** The backup of an earlier day is put in place of the log. */
  restore(rows: number): void {
    this.#logId = this.#logId.map((byte) => byte + 1);
    this.lose(rows);
  }

  /** The medium lied: only so many rows are left, and the log does not know that it was longer. */
  lose(rows: number): void {
    this.rows.length = rows;
    this.#appends = [];
    this.#accepted = new Map();
    this.#deleted.clear();
    for (const { update } of this.rows) this.#accept(update);
    this.#durable = new Map(this.#accepted);
    for (const wire of this.wires) wire.close(1001);
  }

  /** Another role from now on, as everybody who is here is told. */
  changeRole(role: Role): void {
    this.role = role;
    for (const wire of this.wires) if (wire.isJoined) wire.send({ kind: "role", channel: 0, role });
  }

  /** Tells where the log stands: the answer to a join, and again when the schema is raised. */
  welcome(wire: Wire): void {
    wire.send({
      kind: "welcome",
      channel: 0,
      protocolVersion: PROTOCOL_VERSION,
      schemaVersion: this.schemaVersion,
      role: this.role,
      logId: this.#logId,
      seq: this.rows.length,
      vector: encodeStateVector(this.#durable),
      maxUpdateBytes: this.maxUpdateBytes,
    });
  }

  /** Delivers one frame of `wire` to the server. */
  hear(wire: Wire): boolean {
    return wire.deliverUp((frame) => this.#handle(wire, frame));
  }

  commit(): boolean {
    const appends = this.#appends;
    if (appends.length === 0) return false;
    this.#appends = [];
    if (this.failingCommits > 0) {
      this.failingCommits -= 1;
      this.#failed(appends);
      return true;
    }
    for (const append of appends) {
      const { number, row } = append;
      if (row !== undefined) this.rows.push(row);
      const seq = this.rows.length;
      for (const wire of this.wires) {
        // Who has joined anew since is told as anybody else is.
        if (isAuthor(wire, append)) wire.send({ kind: "ack", channel: 0, number, seq: row === undefined ? 0 : seq });
        else if (wire.isJoined && row !== undefined) {
          wire.send({ kind: "update", channel: 0, seq, base: row.base, update: row.update });
        }
      }
    }
    this.#durable = new Map(this.#accepted);
    return true;
  }

  /** Everything under way arrives, is committed and answered. @returns False when nothing was. */
  settle(): boolean {
    let isMoved = false;
    for (let again = true; again; isMoved ||= again) {
      again = false;
      for (const wire of this.wires) while (this.hear(wire)) again = true;
      while (this.commit()) again = true;
      for (const wire of this.wires) while (wire.deliverDown()) again = true;
      this.#forgetGone();
    }
    return isMoved;
  }

  #handle(wire: Wire, frame: UpFrame): void {
    switch (frame.kind) {
      case "hello":
        return;
      case "join":
        this.#join(wire, frame);
        return;
      case "batch":
        this.#batch(wire, frame);
        return;
      case "presence":
        this.#relay(wire, frame.payload);
        return;
      case "leave":
        this.#leave(wire);
        return;
      case "ping":
        wire.send({ kind: "pong", token: frame.token });
        return;
      default:
        assertNever(frame);
    }
  }

  #join(wire: Wire, { vector, position }: Extract<UpFrame, { kind: "join" }>): void {
    const seq = this.rows.length;
    const held = Y.decodeStateVector(vector);
    const isSameLog =
      position !== undefined && equalityDeep([...position.logId], [...this.#logId]) && position.seq <= seq;
    wire.isJoined = true;
    wire.session += 1;
    this.welcome(wire);
    const rows = this.rows.flatMap(({ base, update }, index) => {
      const { structs, ds } = Y.decodeUpdate(update);
      if (isSameLog && index < position.seq) return [];
      const isNews = structs.some(({ id, length }) => id.clock + length > (held.get(id.client) ?? 0));
      return isSameLog || isNews || ds.clients.size > 0 ? [{ seq: index + 1, base, update }] : [];
    });
    for (let at = 0; at < rows.length; at += this.rowsInFrame)
      wire.send({ kind: "history", channel: 0, rows: rows.slice(at, at + this.rowsInFrame) });
    wire.send({ kind: "synced", channel: 0, seq });
    const entries = [...this.#presence.values()];
    if (entries.length > 0) wire.send({ kind: "presence", channel: 0, payload: encodePresence(entries) });
  }

  #batch(wire: Wire, { number, base, update }: Extract<UpFrame, { kind: "batch" }>): void {
    const refusal = this.#refusal(update);
    if (refusal !== undefined) {
      wire.send({ kind: "nack", channel: 0, number, code: refusal, reason: NACK[refusal].reason });
      return;
    }
    if (this.#hasGap(update)) {
      if (!wire.isAsked) wire.send({ kind: "ask", channel: 0, vector: encodeStateVector(this.#durable) });
      wire.isAsked = true;
      return;
    }
    wire.isAsked = false;
    const isNews = this.#accept(update);
    this.#appends.push({
      wire,
      session: wire.session,
      number,
      row: isNews ? { base, update: update.slice() } : undefined,
    });
  }

  #refusal(update: Uint8Array): NackCode | undefined {
    if (!mayEdit(this.role)) return "readOnly";
    return update.length > this.maxUpdateBytes ? "tooLarge" : this.refuse(update);
  }

  #hasGap(update: Uint8Array): boolean {
    const { from } = Y.parseUpdateMeta(update);
    return [...from].some(([client, clock]) => clock > (this.#accepted.get(client) ?? 0));
  }

  /** @returns False when all of it was held before. */
  #accept(update: Uint8Array): boolean {
    const { structs, ds } = Y.decodeUpdate(update);
    let isNews = false;
    for (const struct of structs) {
      const { client, clock } = struct.id;
      if (clock + struct.length <= (this.#accepted.get(client) ?? 0)) continue;
      this.#accepted.set(client, clock + struct.length);
      isNews = true;
    }
    for (const [client, ranges] of ds.clients) {
      for (const { clock, len } of ranges) {
        for (let each = clock; each < clock + len; each++) {
          isNews ||= !this.#deleted.has(`${client}:${each}`);
          this.#deleted.add(`${client}:${each}`);
        }
      }
    }
    return isNews;
  }

  #failed(appends: readonly Append[]): void {
    this.#accepted = new Map(this.#durable);
    this.#deleted.clear();
    for (const { update } of this.rows) this.#accept(update);
    const answered = appends.filter((append) => isAuthor(append.wire, append));
    for (const { wire, number } of answered) {
      wire.send({ kind: "nack", channel: 0, number, code: "storage", reason: "The server's disk is full." });
    }
    for (const wire of new Set(answered.map((append) => append.wire))) {
      wire.isAsked = true;
      wire.send({ kind: "ask", channel: 0, vector: encodeStateVector(this.#durable) });
    }
  }

  #relay(wire: Wire, payload: Uint8Array): void {
    for (const entry of decodePresence(payload) ?? []) {
      const known = this.#presence.get(entry.clientId);
      if (known !== undefined && known.clock >= entry.clock) continue;
      if (isGone(entry.state)) this.#presence.delete(entry.clientId);
      else this.#presence.set(entry.clientId, { ...entry, state: entry.state.slice(), wire });
      this.#broadcastPresence(wire, [entry]);
    }
  }

  #leave(wire: Wire): void {
    wire.isJoined = false;
    const gone = [...this.#presence.values()].filter((entry) => entry.wire === wire);
    for (const { clientId } of gone) this.#presence.delete(clientId);
    if (gone.length > 0)
      this.#broadcastPresence(
        wire,
        gone.map((entry) => ({ ...entry, state: GONE })),
      );
  }

  #broadcastPresence(except: Wire, entries: readonly PresenceEntry[]): void {
    const payload = encodePresence(entries);
    for (const wire of this.wires)
      if (wire !== except && wire.isJoined) wire.send({ kind: "presence", channel: 0, payload });
  }

  #forgetGone(): void {
    for (const wire of this.wires) if (wire.isClosed && wire.isJoined) this.#leave(wire);
  }
}

const isAuthor = (wire: Wire, append: Append): boolean => wire === append.wire && wire.session === append.session;
