import { decodeUtf8 } from "lib0/string";
import {
  GONE,
  isGone,
  MAX_PRESENCE_BYTES,
  MAX_PRESENCE_ENTRIES,
  MAX_PRESENCE_STATE_BYTES,
  type PresenceEntry,
} from "@sheaf/protocol";
import type { SessionId } from "./event.ts";
import { parseJson } from "./text.ts";

/** Ids one session may hold: a stock client brings those of tabs and threads beside it. */
export const MAX_SESSION_IDS = 64;
/** Bytes of all states of a room; with the ids and clocks the whole table still fits one payload. */
export const MAX_ROOM_STATE_BYTES = MAX_PRESENCE_BYTES - 32 * MAX_PRESENCE_ENTRIES;
/** Largest clock: what a higher one would say first cannot be taken back with clock + 1. */
export const MAX_PRESENCE_CLOCK = 2 ** 50;
/** How long a state lives without being heard of; stock clients use the same (trap 19). */
export const PRESENCE_TIMEOUT_MILLIS = 30_000;
/** How often renewals are forwarded: with a renewal every 15 s, no stock peer waits 30 s for one. */
export const RENEWAL_MILLIS = 10_000;
/** How long a gone id's clock is remembered, for peers remember it for ever. */
export const GONE_MILLIS = 600_000;

interface Row {
  /** Undefined once gone. */
  session: SessionId | undefined;
  clock: number;
  state: Uint8Array;
  heard: number;
  /** Heard of again with the same bytes; peers have not been told. */
  isRenewed: boolean;
}

/** What came of a presence message. */
export interface PresenceChange {
  /** For everyone else. */
  readonly relay: readonly PresenceEntry[];
  /** For the session itself: ids its peers believe gone at a clock it has not passed. */
  readonly echo: readonly PresenceEntry[];
}

/**
 * Who is where in a document, as last heard: client id → session, clock, state bytes (D9). States are
 * compared and passed on, never interpreted.
 */
export class Presence {
  readonly #rows = new Map<number, Row>();
  #bytes = 0;
  #lastForward = Number.NEGATIVE_INFINITY;

  /** @param mayUse - Whether an id does not belong to somebody else. */
  hear(
    session: SessionId,
    entries: readonly PresenceEntry[],
    now: number,
    mayUse: (client: number) => boolean,
  ): PresenceChange {
    const relay: PresenceEntry[] = [];
    const echo: PresenceEntry[] = [];
    for (const entry of entries) {
      const row = this.#rows.get(entry.clientId);
      if (row !== undefined && entry.clock <= row.clock) {
        // Stock clients send back whatever they hear, so nearly all of what comes ends here (trap 18).
        if (row.session === undefined && !isGone(entry.state)) echo.push({ ...entry, clock: row.clock, state: GONE });
      } else if (entry.clock < MAX_PRESENCE_CLOCK && mayUse(entry.clientId) && this.#accept(session, entry, row, now)) {
        relay.push(entry);
      }
    }
    return { relay, echo };
  }

  /** Everyone present, for a session that just came. */
  entries(): readonly PresenceEntry[] {
    return this.#collect((row) => row.session !== undefined);
  }

  /** The session has left: its ids are gone, but not those a newer session has taken over. */
  leave(session: SessionId, now: number): readonly PresenceEntry[] {
    return this.#remove((row) => row.session === session, now);
  }

  /** Forgets the silent, and now and then passes on what was renewed. */
  tick(now: number): readonly PresenceEntry[] {
    for (const [clientId, row] of this.#rows) {
      if (row.session === undefined && now - row.heard >= GONE_MILLIS) this.#forget(clientId, row);
    }
    const gone = this.#remove((row) => now - row.heard >= PRESENCE_TIMEOUT_MILLIS, now);
    if (now - this.#lastForward < RENEWAL_MILLIS) return gone;
    this.#lastForward = now;
    const renewed = this.#collect((row) => row.isRenewed);
    for (const { clientId } of renewed) this.#rows.get(clientId)!.isRenewed = false;
    return [...gone, ...renewed];
  }

  /** @returns True when peers must be told now. */
  #accept(session: SessionId, { clientId, clock, state }: PresenceEntry, row: Row | undefined, now: number): boolean {
    const isPresent = row?.session !== undefined;
    if (isPresent && isEqual(row.state, state)) {
      this.#rows.set(clientId, { ...row, session, clock, heard: now, isRenewed: true });
      return false;
    }
    if (isGone(state)) {
      if (isPresent) this.#put(clientId, { session: undefined, clock, state: GONE, heard: now, isRenewed: false });
      return isPresent;
    }
    const grows = state.length - (row?.state.length ?? 0);
    if (state.length > MAX_PRESENCE_STATE_BYTES || this.#bytes + grows > MAX_ROOM_STATE_BYTES) return false;
    if (row?.session !== session && this.#count((other) => other.session === session) >= MAX_SESSION_IDS) return false;
    if (row === undefined && this.#rows.size >= MAX_PRESENCE_ENTRIES && !this.#forgetOldest()) return false;
    if (!isState(state)) return false;
    this.#put(clientId, { session, clock, state, heard: now, isRenewed: false });
    return true;
  }

  #put(clientId: number, row: Row): void {
    this.#bytes += row.state.length - (this.#rows.get(clientId)?.state.length ?? 0);
    this.#rows.set(clientId, row);
  }

  #remove(isLeaving: (row: Row) => boolean, now: number): readonly PresenceEntry[] {
    const removed: PresenceEntry[] = [];
    for (const [clientId, row] of this.#rows) {
      if (row.session === undefined || !isLeaving(row)) continue;
      const clock = row.clock + 1;
      this.#put(clientId, { session: undefined, clock, state: GONE, heard: now, isRenewed: false });
      removed.push({ clientId, clock, state: GONE });
    }
    return removed;
  }

  /** Makes room for somebody present by forgetting one who is gone. */
  #forgetOldest(): boolean {
    for (const [clientId, row] of this.#rows) {
      if (row.session !== undefined) continue;
      this.#forget(clientId, row);
      return true;
    }
    return false;
  }

  #forget(clientId: number, row: Row): void {
    this.#bytes -= row.state.length;
    this.#rows.delete(clientId);
  }

  #collect(isWanted: (row: Row) => boolean): readonly PresenceEntry[] {
    const entries: PresenceEntry[] = [];
    for (const [clientId, row] of this.#rows) {
      if (isWanted(row)) entries.push({ clientId, clock: row.clock, state: row.state });
    }
    return entries;
  }

  #count(isCounted: (row: Row) => boolean): number {
    let count = 0;
    for (const row of this.#rows.values()) if (isCounted(row)) count++;
    return count;
  }
}

/** A state is an object, or null for gone; anything else breaks the code that draws carets. */
function isState(state: Uint8Array): boolean {
  try {
    const parsed = parseJson(decodeUtf8(state));
    return typeof parsed?.value === "object" && parsed.value !== null && !Array.isArray(parsed.value);
  } catch {
    return false;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
