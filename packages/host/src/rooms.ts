import { assertNever, type CloseKind, type DocumentId, err, NACK, ok, type Result } from "@sheaf/protocol";
import {
  isIdle,
  type LogError,
  openRoom,
  receivers,
  type Room,
  type RoomEffect,
  type RoomEvent,
  type RoomMessage,
  type SessionId,
  step,
} from "@sheaf/room";
import { type Commit, CommitClock } from "./commit-clock.ts";
import type { HostPorts } from "./ports.ts";
import type { Said } from "./publication.ts";
import { PresenceWindow } from "./presence-window.ts";
import { SnapshotCache } from "./snapshot-cache.ts";

/** Rooms stay this long after the last session left: a reload should not read the log again. */
const LINGER_MILLIS = 15_000;

/** What rooms say, and to whom; the host knows the sockets behind the sessions. */
export interface Audience {
  send(session: SessionId, message: RoomMessage): void;
  /** In order; what is broadcast is for these sessions. */
  publish(sessions: ReadonlySet<SessionId>, said: readonly Said[]): void;
  /** Dispatches `drained` for the session once what it was sent has left. */
  awaitDrain(session: SessionId): void;
  close(session: SessionId, reason: CloseKind): void;
  /** Ends everyone who is in a document. */
  closeAll(document: DocumentId, reason: CloseKind): void;
  /** All that a commit had to say has been said: write it now. */
  flush(): void;
}

/** A document being loaded, with the events that wait for it. */
interface LoadingPlace {
  readonly kind: "loading";
  readonly waiting: RoomEvent[];
}

interface OpenPlace {
  readonly kind: "open";
  readonly document: DocumentId;
  readonly room: Room;
  /** Made when somebody first shows a caret. */
  presence: PresenceWindow | undefined;
  idleSince: number | undefined;
}

/** The rooms that are live: loaded when the first session enters, told their events, forgotten when idle. */
export class Rooms {
  readonly #ports: HostPorts;
  readonly #audience: Audience;
  readonly #clock: CommitClock<OpenPlace>;
  readonly #places = new Map<DocumentId, LoadingPlace | OpenPlace>();
  readonly #snapshots = new SnapshotCache();
  #stepping = false;

  constructor(ports: HostPorts, audience: Audience) {
    this.#ports = ports;
    this.#audience = audience;
    this.#clock = new CommitClock<OpenPlace>(ports.log, ports, (commit) => this.#committed(commit));
  }

  /** Bytes that wait for a commit to begin. */
  get queuedBytes(): number {
    return this.#clock.queuedBytes;
  }

  /** How many are live. */
  get count(): number {
    return this.#places.size;
  }

  /** True when nothing is on its way to the log. */
  get settled(): boolean {
    return this.#clock.idle;
  }

  /** Tells a document's room. Only someone who enters brings a room to life. */
  dispatch(document: DocumentId, event: RoomEvent): void {
    const place = this.#places.get(document);
    if (place === undefined) {
      if (event.kind !== "enter") return;
      const loading: LoadingPlace = { kind: "loading", waiting: [event] };
      this.#places.set(document, loading);
      void this.#load(document, loading);
    } else if (place.kind === "loading") {
      place.waiting.push(event);
    } else {
      this.#step(place, event);
    }
  }

  /** Forgets a document's room with all that waits for a commit: nobody is in it any more. */
  forget(document: DocumentId): void {
    this.#snapshots.forget(document);
    const place = this.#places.get(document);
    this.#places.delete(document);
    if (place?.kind === "open") this.#clock.drop(place);
  }

  /** Lets time pass for every room. */
  tick(): void {
    const now = this.#ports.now();
    this.#snapshots.tick(now);
    for (const [document, place] of this.#places) {
      if (place.kind !== "open") continue;
      this.#step(place, { kind: "tick" });
      if (!isIdle(place.room)) place.idleSince = undefined;
      else if (now - (place.idleSince ??= now) >= LINGER_MILLIS) {
        this.#places.delete(document);
        this.#ports.report({ kind: "room-closed", document });
      }
    }
  }

  #step(place: OpenPlace, event: RoomEvent): void {
    // Answers of the log may come for a room that was given up meanwhile.
    if (this.#places.get(place.document) !== place) return;
    if (this.#stepping) throw new Error(`a room was told ${event.kind} while it was being told something else`);
    this.#stepping = true;
    let effects: readonly RoomEffect[];
    try {
      effects = step(place.room, event, this.#ports.now());
    } catch (cause) {
      this.#fail(place, cause);
      return;
    } finally {
      this.#stepping = false;
    }
    if (event.kind === "committed") this.#publish(place, effects);
    else for (const effect of effects) this.#perform(place, effect);
  }

  /** All that a commit brought is said at once; presence that waited for an update comes behind it (R56). */
  #publish(place: OpenPlace, effects: readonly RoomEffect[]): void {
    const said = effects.filter(isSaid);
    this.#audience.publish(receivers(place.room), said);
    if (said.length === effects.length) return;
    for (const effect of effects) if (!isSaid(effect)) this.#perform(place, effect);
  }

  /** A room that broke its own rules is not asked again. */
  #fail(place: OpenPlace, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#ports.report({ kind: "room-failed", document: place.document, reason });
    this.#giveUp(place);
  }

  /** The sessions of a room come back to a new one, made from the log. */
  #giveUp(place: OpenPlace): void {
    const { document } = place;
    if (this.#places.get(document) !== place) return;
    this.#places.delete(document);
    this.#snapshots.forget(document);
    this.#clock.drop(place);
    this.#audience.closeAll(document, "fault");
  }

  #perform(place: OpenPlace, effect: RoomEffect): void {
    const { document, room } = place;
    switch (effect.kind) {
      case "append":
        this.#clock.enqueue({ ...effect.row, document, time: this.#ports.wallClock() }, place, receivers(room).size);
        return;
      case "read":
        void this.#read(place, effect.from, effect.to);
        return;
      case "read-snapshot":
        void this.#readSnapshot(place);
        return;
      case "await-drain":
        this.#audience.awaitDrain(effect.session);
        return;
      case "send":
        this.#audience.send(effect.session, effect.message);
        return;
      case "broadcast":
        if (effect.message.kind === "presence") {
          place.presence ??= this.#presenceWindow(room);
          place.presence.add(effect.except, effect.message.entries, receivers(room).size);
        } else this.#audience.publish(receivers(room), [effect]);
        return;
      case "close":
        this.#ports.report({ kind: "refused", document, reason: effect.reason });
        this.#audience.close(effect.session, effect.reason);
        return;
      default:
        assertNever(effect);
    }
  }

  async #load(document: DocumentId, loading: LoadingPlace): Promise<void> {
    let opened = await this.#open(document);
    if (!opened.ok && opened.error.code === "corrupt") opened = await this.#openWhole(document, opened.error.reason);
    // It was forgotten meanwhile; who waited for it has left.
    if (this.#places.get(document) !== loading) return;
    if (!opened.ok) {
      this.#ports.report({ kind: "load-failed", document, ...factsOf(opened.error) });
      this.#places.delete(document);
      this.#audience.closeAll(document, opened.error.code === "corrupt" ? "damaged" : "storage");
      return;
    }
    const room = opened.value;
    const open: OpenPlace = { kind: "open", document, room, presence: undefined, idleSince: undefined };
    this.#places.set(document, open);
    this.#ports.report({ kind: "room-opened", document });
    for (const event of loading.waiting) this.#step(open, event);
  }

  #presenceWindow(room: Room): PresenceWindow {
    return new PresenceWindow(this.#ports, (except, entries) => {
      this.#audience.publish(receivers(room), [{ kind: "broadcast", except, message: { kind: "presence", entries } }]);
    });
  }

  async #open(document: DocumentId): Promise<Result<Room, LogError>> {
    const loaded = await this.#ports.log.load(document);
    if (!loaded.ok) return loaded;
    const { snapshot } = loaded.value;
    if (snapshot !== undefined) this.#snapshots.add(document, snapshot, this.#ports.now());
    return openRoom(document, loaded.value);
  }

  /** A damaged row does not close its document: what is whole opens, and whoever holds the rest brings it back. */
  async #openWhole(document: DocumentId, damage: string): Promise<Result<Room, LogError>> {
    this.#snapshots.forget(document);
    const quarantined = await this.#ports.log.quarantine(document);
    if (!quarantined.ok) {
      const { code, reason } = factsOf(quarantined.error);
      return err({ code: code === "corrupt" ? code : "storage", reason: `${damage}; it was not set aside: ${reason}` });
    }
    this.#ports.report({ kind: "quarantined", document, reason: damage, ...quarantined.value });
    return this.#open(document);
  }

  async #read(place: OpenPlace, from: number, to: number): Promise<void> {
    const { document } = place;
    const rows = await this.#ports.log.read(document, from, to);
    if (rows.ok) return this.#step(place, { kind: "rows", from, rows: rows.value });
    // What is remembered may be from before these rows were erased.
    this.#snapshots.forget(document);
    if (rows.error.code === "erased") return this.#step(place, { kind: "erased", from });
    this.#ports.report({ kind: "read-failed", document, ...factsOf(rows.error) });
    if (rows.error.code !== "corrupt") return this.#step(place, { kind: "read-failed", from });
    // Whoever asked would come back and ask for the same, for ever.
    const snapshot = await this.#ports.log.snapshot(document);
    if (snapshot.ok && (snapshot.value?.seq ?? 0) >= from) this.#step(place, { kind: "erased", from });
    else this.#giveUp(place);
  }

  async #readSnapshot(place: OpenPlace): Promise<void> {
    const { document } = place;
    const known = this.#snapshots.get(document, this.#ports.now());
    // Awaited though it is known: an answer comes in a turn of its own, never while a step's effects are under way (D10).
    const read = await (known === undefined ? this.#ports.log.snapshot(document) : ok(known));
    if (read.ok) {
      const snapshot = read.value;
      if (snapshot !== known && snapshot !== undefined) this.#snapshots.add(document, snapshot, this.#ports.now());
      return this.#step(place, { kind: "snapshot", snapshot });
    }
    this.#ports.report({ kind: "read-failed", document, ...factsOf(read.error) });
    if (read.error.code === "corrupt") this.#giveUp(place);
    else this.#step(place, { kind: "read-failed", from: 0 });
  }

  /** One commit is over: every room in it hears, and then every socket they touched is written to, at once (D3). */
  #committed({ owners, handedOver, began, result }: Commit<OpenPlace>): void {
    const { meter } = this.#ports;
    if (!result.ok) {
      meter?.commitFailed();
      this.#ports.report({ kind: "commit-failed", ...factsOf(result.error), rows: owners.length });
      const sentence = result.error.code === "full" ? "The server’s disk is full." : NACK.storage.reason;
      for (const place of new Set(owners)) {
        this.#clock.drop(place);
        this.#step(place, { kind: "commit-failed", reason: sentence });
      }
    } else {
      meter?.committed(owners.length, this.#ports.now() - began);
      const seqsOf = new Map<OpenPlace, number[]>();
      for (let index = 0; index < owners.length; index++) {
        const [place, seq] = [owners[index]!, result.value[index]!];
        const seqs = seqsOf.get(place);
        if (seqs === undefined) seqsOf.set(place, [seq]);
        else seqs.push(seq);
      }
      for (const [place, seqs] of seqsOf) {
        this.#step(place, { kind: "committed", seqs });
        // Everybody in the room is written to anyway.
        place.presence?.flush();
      }
    }
    this.#audience.flush();
    if (meter === undefined || !result.ok) return;
    const now = this.#ports.now();
    for (const at of handedOver) meter.acked(now - at);
  }
}

const isSaid = (effect: RoomEffect): effect is Said =>
  effect.kind === "send" || (effect.kind === "broadcast" && effect.message.kind !== "presence");

function factsOf(error: LogError): { readonly code: string; readonly reason: string } {
  return { code: error.code, reason: "reason" in error ? error.reason : error.code };
}
