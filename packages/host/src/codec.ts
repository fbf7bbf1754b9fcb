import type { CloseKind, DocumentId } from "@sheaf/protocol";
import type { RoomEvent, RoomMessage, SessionId } from "@sheaf/room";
import type { Channels } from "./channels.ts";

/** What a session asks of its room. */
export type SessionEvent = Extract<RoomEvent, { readonly session: SessionId }>;

/** What a codec remembers of a connection: framing, and nothing else. */
export interface Speaker {
  /** True once the dialect's greeting, where it has one, was heard. */
  greeted: boolean;
  /** The session on each channel; a dialect without channels uses 0. */
  readonly channels: Channels;
}

/** What a codec may do with what it read. */
export interface Desk<S extends Speaker> {
  /** Brings a session into a room. Answers why not, when it may not. */
  enter(speaker: S, channel: number, document: DocumentId, schemaVersion: number): CloseKind | undefined;
  /** Tells the room the session is in. */
  tell(event: SessionEvent): void;
  /** Queues frames that no room decides. */
  push(speaker: S, frames: readonly Uint8Array[]): void;
}

/** One dialect: maps its frames to room events and room messages to its frames, and decides nothing (D5). */
export interface Codec {
  readonly dialect: "sheaf" | "y-websocket";
  /** Frames that keep a quiet connection of this dialect from being given up by its client, if it needs any. */
  readonly keepAlive: readonly Uint8Array[] | undefined;
  /** @returns Why the connection must end, when the message cannot be served. `bytes` is only valid during the call. */
  receive<S extends Speaker>(speaker: S, bytes: Uint8Array, desk: Desk<S>): CloseKind | undefined;
  /** The frames for a message: the same bytes for every session on that channel number. */
  encode(message: RoomMessage, channel: number): readonly Uint8Array[];
  /** Said before a close after which the client is to come back at a time of its own. */
  goodbye(retryAfterMillis: number, kind: CloseKind): readonly Uint8Array[];
}
