import { Writer } from "./writer.ts";
import { MAX_CLIENT_ID, MAX_PRESENCE_BYTES, MAX_PRESENCE_ENTRIES, MAX_PRESENCE_STATE_BYTES } from "./limits.ts";
import { Reader } from "./reader.ts";

/** One participant's presence as the awareness protocol carries it; `state` is UTF-8 JSON, `null` meaning gone. */
export interface PresenceEntry {
  readonly clientId: number;
  readonly clock: number;
  readonly state: Uint8Array;
}

/** The JSON text `null`: the participant has left. */
export const GONE: Uint8Array = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c);

export const isGone = (state: Uint8Array): boolean =>
  state.length === 4 && state[0] === 0x6e && state[1] === 0x75 && state[2] === 0x6c && state[3] === 0x6c;

/** presence := varUint(entries) • (varUint(clientId) • varUint(clock) • varBytes(state))*, the awareness update of y-protocols. */
export function encodePresence(entries: readonly PresenceEntry[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.begin();
  writer.varUint(entries.length);
  for (const { clientId, clock, state } of entries) {
    writer.varUint(clientId);
    writer.varUint(clock);
    writer.varBytes(state);
  }
  return writer.finish();
}

/** @returns undefined when the bytes are not exactly one presence payload within the limits (W20). */
export function decodePresence(bytes: Uint8Array): PresenceEntry[] | undefined {
  if (bytes.length > MAX_PRESENCE_BYTES) return undefined;
  const reader = new Reader(bytes);
  const count = reader.varUint(MAX_PRESENCE_ENTRIES);
  const entries: PresenceEntry[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    const clientId = reader.varUint(MAX_CLIENT_ID);
    const clock = reader.varUint();
    entries.push({ clientId, clock, state: reader.varBytes(MAX_PRESENCE_STATE_BYTES) });
  }
  return reader.complete ? entries : undefined;
}
