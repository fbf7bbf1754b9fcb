import type { CloseKind, DocumentId } from "@sheaf/protocol";
import type { RoomEvent, RoomMessage, SessionId } from "@sheaf/room";
import type { Connection } from "./connection.ts";

/** What a session asks of its room, without naming itself. */
export type SessionEvent = RoomEvent extends infer E
  ? E extends { readonly session: SessionId }
    ? Omit<E, "session">
    : never
  : never;

/** What a codec may do with what it read. */
export interface Desk {
  /** Brings a session into a room. Answers why not, when it may not. */
  enter(connection: Connection, channel: number, document: DocumentId, schemaVersion: number): CloseKind | undefined;
  /** Tells the room of the session on `channel`. */
  tell(connection: Connection, channel: number, event: SessionEvent): void;
  /** Queues frames that no room decides. */
  push(connection: Connection, frames: readonly Uint8Array[]): void;
}

/** One dialect: maps its frames to room events and room messages to its frames, and decides nothing (D5). */
export interface Codec {
  readonly dialect: "sheaf" | "y-websocket";
  /** Frames that keep a quiet connection of this dialect from being given up by its client, if it needs any. */
  readonly keepAlive: readonly Uint8Array[] | undefined;
  /** @returns Why the connection must end, when the message cannot be served. `bytes` is only valid during the call. */
  receive(connection: Connection, bytes: Uint8Array, desk: Desk): CloseKind | undefined;
  /** The frames for a message: the same bytes for every session on that channel number. */
  encode(message: RoomMessage, channel: number): readonly Uint8Array[];
  /** Said to everyone before the server goes away. */
  goodbye(retryAfterMillis: number): readonly Uint8Array[];
}
