import type { RoomEffect, RoomMessage, SessionId } from "@sheaf/room";
import type { Codec } from "./codec.ts";

/** What a room says to one of its sessions, or to all of them. */
export type Said = Extract<RoomEffect, { readonly kind: "send" | "broadcast" }>;

/** Where what one session hears differs from what all hear. */
export interface Aside {
  /** So many messages to all come before it. */
  readonly at: number;
  /** Said to this session alone; undefined where it does not hear the next message to all. */
  readonly message: RoomMessage | undefined;
}

/**
 * What a room has to say at one time, in order. Nearly all of it is for nearly everybody, so everybody gets stretches
 * of the same frames: what it takes grows with the messages and with the sessions, not with one times the other.
 */
export class Publication {
  readonly toAll: Strips;
  readonly asides: ReadonlyMap<SessionId, readonly Aside[]>;

  constructor(said: readonly Said[]) {
    const messages: RoomMessage[] = [];
    const asides = new Map<SessionId, Aside[]>();
    const note = (session: SessionId, message: RoomMessage | undefined): void => {
      const aside = { at: messages.length, message };
      const known = asides.get(session);
      if (known === undefined) asides.set(session, [aside]);
      else known.push(aside);
    };
    for (const effect of said) {
      if (effect.kind === "send") note(effect.session, effect.message);
      else {
        if (effect.except !== undefined) note(effect.except, undefined);
        messages.push(effect.message);
      }
    }
    this.toAll = new Strips(messages);
    this.asides = asides;
  }
}

/** Messages as frames of one dialect, for one channel. */
interface Strip {
  readonly codec: Codec;
  readonly channel: number;
  readonly frames: readonly Uint8Array[];
  /** Where each message begins among the frames, and where the last one ends. */
  readonly starts: readonly number[];
  /** So many messages are not much on average: no socket is given more before it is seen whether it keeps up. */
  readonly portion: number;
}

const PORTION_BYTES = 64 * 1024;

/** Messages as frames, made once: they differ by dialect and channel number only, and nearly everyone is on channel 0. */
export class Strips {
  readonly messages: readonly RoomMessage[];
  readonly #made: Strip[] = [];

  constructor(messages: readonly RoomMessage[]) {
    this.messages = messages;
  }

  of(codec: Codec, channel: number): Strip {
    const known = this.#made.find((strip) => strip.codec === codec && strip.channel === channel);
    if (known !== undefined) return known;
    const frames: Uint8Array[] = [];
    const starts = [0];
    for (const message of this.messages) {
      for (const frame of codec.encode(message, channel)) frames.push(frame);
      starts.push(frames.length);
    }
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    const portion = Math.max(1, Math.floor((this.messages.length * PORTION_BYTES) / Math.max(1, bytes)));
    const strip = { codec, channel, frames, starts, portion };
    this.#made.push(strip);
    return strip;
  }
}
