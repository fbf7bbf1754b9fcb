import type { SessionId } from "@sheaf/room";

/** No channel has this number. */
const NONE = -1;

/** Which session is on which channel. Nearly every connection has one, so it is no Map, which takes 200 bytes though it is empty. */
export class Channels {
  #channel = NONE;
  /** On that channel. */
  #session: SessionId | undefined;
  #others: Map<number, SessionId> | undefined;

  /** @param channel - Not taken yet. */
  set(channel: number, session: SessionId): void {
    if (this.#channel === NONE && this.#others === undefined) {
      this.#channel = channel;
      this.#session = session;
    } else (this.#others ??= new Map()).set(channel, session);
  }

  get(channel: number): SessionId | undefined {
    return this.#channel === channel ? this.#session : this.#others?.get(channel);
  }

  delete(channel: number): void {
    if (this.#channel === channel) {
      this.#channel = NONE;
      this.#session = undefined;
    } else this.#others?.delete(channel);
  }

  sessions(): readonly SessionId[] {
    return [...(this.#session === undefined ? [] : [this.#session]), ...(this.#others?.values() ?? [])];
  }
}
