import type { DocumentId } from "@sheaf/protocol";
import type { RoomEffect } from "./effect.ts";
import type { RoomEvent } from "./event.ts";
import type { LoadedLog } from "./log.ts";

export interface Room { readonly document: DocumentId; }

export function openRoom(document: DocumentId, log: LoadedLog): Room { void log; return { document }; }
export function step(room: Room, event: RoomEvent, now: number): readonly RoomEffect[] { void room; void event; void now; return []; }
/** True when the host may forget the room. */
export function isIdle(room: Room): boolean { void room; return true; }
/** Sessions whose join was answered: what a broadcast costs. */
export function receivers(room: Room): number { void room; return 0; }
