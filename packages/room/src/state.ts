import type { CloseKind, DocumentId, PresenceEntry, Role, StateVector } from "@sheaf/protocol";
import type { RoomEffect, RoomMessage, RoomRow } from "./effect.ts";
import type { Ending } from "./ending.ts";
import type { SessionId } from "./event.ts";
import type { Held } from "./held.ts";
import type { Principal } from "./log.ts";
import type { Presence } from "./presence.ts";
import type { Tail } from "./tail.ts";
import type { Walk } from "./walker.ts";

/**
 * Whether a session was asked for what we lack.
 *
 * ```
 * welcomed ──answer──▶ settled ──gap──▶ asked ──answer──▶ settled
 *     └─────────── answer that does not connect ───────────▶ exhausted
 * ```
 */
export type Question =
  /** The welcome carried our vector: a stock client answers it like a question. */
  | "welcomed"
  | "asked"
  | "settled"
  /** Its answer did not connect: it has no more to give and is not asked again (trap 9). */
  | "exhausted";

export interface Session {
  readonly id: SessionId;
  readonly principal: Principal;
  role: Role;
  readonly schemaVersion: number;
  question: Question;
  /** A question that waits for its time, for the log fails at the moment. */
  isAskDue: boolean;
  /** Set while it is on its way to the present. */
  catchUp: CatchUp | undefined;
}

/** An update as its author knows it; without a number where the dialect has no acks. */
export interface Batch {
  readonly session: SessionId;
  readonly number: number | undefined;
}

/** A row on its way to the log. */
export interface Append {
  readonly session: SessionId;
  readonly row: RoomRow;
  readonly walk: Walk;
  /** Who must hear what becomes of it: its author, and whoever brought the same again before it was durable. */
  readonly batches: Batch[];
  /** Presence of the same session that came after the update, by client id. */
  presence: Map<number, PresenceEntry> | undefined;
}

/** How far a session has come on its way through the log. */
export interface CatchUp {
  /** Rows whose structs it holds are left out; undefined: it gets every row. */
  readonly vector: StateVector | undefined;
  /** The next row it needs; 0 for the snapshot. */
  readonly next: number;
  /** True once something was left out: it may lack the deletions in that. */
  readonly skips: boolean;
}

/** Everything a room remembers. Only `step` changes it. */
export interface RoomState {
  readonly document: DocumentId;
  readonly logId: Uint8Array;
  /** Last durable position. */
  seq: number;
  /** What the log holds. */
  readonly durable: Held;
  /**
   * The same with every append in flight; what updates are judged by (trap 15). While nobody writes it is the very
   * same object.
   */
  accepted: Held;
  /** When somebody last wrote. */
  lastAppend: number;
  /** Oldest first. */
  inFlight: Append[];
  readonly tail: Tail;
  /** All of `durable`'s, for joiners; undefined until one comes, and when there are more. */
  deletions: Uint8Array | undefined;
  /** Of syncs answered since the last row. */
  endings: readonly Ending[];
  readonly sessions: Map<SessionId, Session>;
  /** Sessions whose join was answered. */
  readonly receivers: Set<SessionId>;
  /** Reads under way, by their first row; 0 is the snapshot. */
  reads: readonly number[];
  readonly presence: Presence;
  /** Set while the log fails: questions wait until then. */
  failing: { readonly backoffMillis: number; askAt: number } | undefined;
}

/** One step: what it may change, when, and what it asks for. */
export interface Turn {
  readonly room: RoomState;
  readonly now: number;
  readonly effects: RoomEffect[];
}

export function send({ effects }: Turn, session: SessionId, message: RoomMessage): void {
  effects.push({ kind: "send", session, message });
}

/** Nothing more is heard from the session or told to it; its presence goes when `leave` follows. */
export function close({ room, effects }: Turn, session: SessionId, reason: CloseKind): void {
  room.sessions.delete(session);
  room.receivers.delete(session);
  effects.push({ kind: "close", session, reason });
}

/** Asks nothing of the host when nobody else would hear it. */
export function broadcast({ room, effects }: Turn, except: SessionId | undefined, message: RoomMessage): void {
  const others = room.receivers.size - (except !== undefined && room.receivers.has(except) ? 1 : 0);
  if (others > 0) effects.push({ kind: "broadcast", except, message });
}

export function broadcastPresence(turn: Turn, except: SessionId | undefined, entries: readonly PresenceEntry[]): void {
  if (entries.length > 0) broadcast(turn, except, { kind: "presence", entries });
}

/** True for a page whose schema is older than the document's: it must reload before it gets anything newer (D12). */
export function isOutdated({ schemaVersion }: Session, { durable }: RoomState): boolean {
  return schemaVersion > 0 && schemaVersion < (durable.schemaVersion ?? 0);
}
