import { MAX_PRESENCE_STATE_BYTES } from "@sheaf/protocol";
import {
  applyAwarenessUpdate,
  type Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import { createAlarm } from "./alarm.ts";
import type { ClockLike } from "./ports.ts";

/** At most twenty presence frames a second: carets move faster than people look. */
export const PRESENCE_INTERVAL_MILLIS = 50;

/** Carries one awareness instance over a connection that comes and goes. */
export interface Presence {
  /** Sends the local state if it changed and the last frame is old enough; called at the end of a turn. */
  flush(): void;
  receive(payload: Uint8Array): void;
  /** A connection carries us: says who is here, with a higher clock, because the server forgot us. */
  show(): void;
  /** Tells the others at once that we are gone, while `awareness` keeps the local state for the next `show`. */
  hide(): void;
  /** The connection is gone, and with it the others. */
  disconnect(): void;
  destroy(): void;
}

export interface PresenceOptions {
  readonly awareness: Awareness;
  /** What `awareness` is told as the origin of remote changes. */
  readonly origin: object;
  readonly clock: ClockLike;
  /** Asks for a `flush` at the end of this turn. */
  readonly schedule: () => void;
  readonly send: (payload: Uint8Array) => void;
}

export function createPresence({ awareness, origin, clock, schedule, send }: PresenceOptions): Presence {
  let isShown = false;
  let isDirty = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  const alarm = createAlarm(clock, flush);
  const self = awareness.clientID;

  interface Change {
    readonly added: readonly number[];
    readonly updated: readonly number[];
    readonly removed: readonly number[];
  }

  // `update`, not `change`: y-protocols renews an unchanged state every 15 s, and that must be sent too.
  // A remote removal of our own id also ends here, with a higher clock: we say that we still exist.
  function onUpdate({ added, updated, removed }: Change): void {
    if (![added, updated, removed].some((ids) => ids.includes(self))) return;
    isDirty = true;
    schedule();
  }
  awareness.on("update", onUpdate);

  function flush(): void {
    if (!isShown || !isDirty) return;
    const due = sentAt + PRESENCE_INTERVAL_MILLIS;
    if (clock.now() < due) {
      alarm.set(due);
      return;
    }
    isDirty = false;
    sentAt = clock.now();
    sendSelf(awareness.states);
  }

  function sendSelf(states: Map<number, Record<string, unknown>>): void {
    const payload = encodeAwarenessUpdate(awareness, [self], states);
    // The server ends the connection over a larger one; a caret is not worth that.
    if (payload.length <= MAX_PRESENCE_STATE_BYTES) send(payload);
  }

  function bump(): void {
    const state = awareness.getLocalState();
    if (state !== null) awareness.setLocalState(state);
  }

  return {
    flush,
    receive(payload) {
      try {
        applyAwarenessUpdate(awareness, payload, origin);
      } catch {
        // Somebody's malformed state. It carries no words, and theirs is replaced at their next move.
      }
    },
    show() {
      isShown = true;
      bump();
    },
    hide() {
      if (!isShown || awareness.getLocalState() === null) return;
      bump();
      isDirty = false;
      sendSelf(new Map());
      isShown = false;
    },
    disconnect() {
      isShown = false;
      const others = [...awareness.meta.keys()].filter((id) => id !== self);
      removeAwarenessStates(awareness, others, origin);
      // Without this the same clock, heard again after reconnecting, would be taken for old news.
      for (const id of others) awareness.meta.delete(id);
    },
    destroy() {
      alarm.set(undefined);
      awareness.off("update", onUpdate);
    },
  };
}
