import { MAX_PRESENCE_ENTRIES, type PresenceEntry } from "@sheaf/protocol";
import type { SessionId } from "@sheaf/room";
import type { HostPorts } from "./ports.ts";

/** Longest a caret waits for the others', in milliseconds. */
const MAX_WINDOW_MILLIS = 200;
/** What one more receiver adds, for each flush costs a write to each of them: three frames of a screen among a hundred. */
const MILLIS_PER_RECEIVER = 0.5;
/** Where so many are, none of them follows each of the others with the eye. */
const CROWD = 100;
const MILLIS_PER_RECEIVER_OF_A_CROWD = 0.75;
/** A room of four is not worth a wait. */
const SMALL_ROOM = 4;

type Relay = (except: SessionId | undefined, entries: readonly PresenceEntry[]) => void;

/**
 * Presence of one room on its way out. What comes close together leaves together, and of each client id only the
 * latest: at once when the last left more than a window ago, else when the window is over (D9). The window grows with
 * what a flush costs.
 */
export class PresenceWindow {
  readonly #ports: Pick<HostPorts, "now" | "after">;
  readonly #relay: Relay;
  #entries = new Map<number, PresenceEntry>();
  /** Who brought all of them; undefined when it was not one. What comes back to its author says nothing new to it. */
  #author: SessionId | undefined;
  #lastLeft = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: Pick<HostPorts, "now" | "after">, relay: Relay) {
    this.#ports = ports;
    this.#relay = relay;
  }

  /** @param receivers - How many the room's presence is written to. */
  add(author: SessionId | undefined, entries: readonly PresenceEntry[], receivers: number): void {
    if (this.#entries.size + entries.length > MAX_PRESENCE_ENTRIES) this.flush();
    this.#author = this.#entries.size === 0 || this.#author === author ? author : undefined;
    for (const entry of entries) this.#entries.set(entry.clientId, entry);
    if (this.#cancelTimer !== undefined) return;
    const wait = this.#lastLeft + windowFor(receivers) - this.#ports.now();
    if (wait <= 0) this.flush();
    else this.#cancelTimer = this.#ports.after(wait, () => this.flush());
  }

  /** Whatever waits leaves now. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#entries.size === 0) return;
    this.#lastLeft = this.#ports.now();
    const entries = [...this.#entries.values()];
    this.#entries = new Map();
    this.#relay(this.#author, entries);
  }
}

function windowFor(receivers: number): number {
  if (receivers <= SMALL_ROOM) return 0;
  const beyond = Math.max(0, receivers - CROWD);
  const window = (receivers - beyond) * MILLIS_PER_RECEIVER + beyond * MILLIS_PER_RECEIVER_OF_A_CROWD;
  return Math.min(MAX_WINDOW_MILLIS, window);
}
