import type { SessionId } from "@sheaf/room";

/** Which session is on which channel. Nearly every connection has one, so it is no Map, which takes 200 bytes though it is empty. */
export class Channels {
  #only: readonly [channel: number, session: SessionId] | undefined;
  #others: Map<number, SessionId> | undefined;

  /** @param channel - Not taken yet. */
  set(channel: number, session: SessionId): void {
    if (this.#only === undefined && this.#others === undefined) this.#only = [channel, session];
    else (this.#others ??= new Map()).set(channel, session);
  }

  get(channel: number): SessionId | undefined {
    return this.#only?.[0] === channel ? this.#only[1] : this.#others?.get(channel);
  }

  delete(channel: number): void {
    if (this.#only?.[0] === channel) this.#only = undefined;
    else this.#others?.delete(channel);
  }

  sessions(): readonly SessionId[] {
    return [...(this.#only === undefined ? [] : [this.#only[1]]), ...(this.#others?.values() ?? [])];
  }
}
