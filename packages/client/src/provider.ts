import { assertNever, type DocumentId, type DownFrame, PROTOCOL_VERSION, type Role } from "@sheaf/protocol";
import { equalityDeep } from "lib0/function";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { createAlarm } from "./alarm.ts";
import type { RefusedBatch } from "./batches.ts";
import type { ConnectionState } from "./connection.ts";
import { createLink } from "./link.ts";
import { createOutbox } from "./outbox.ts";
import type { Ports, Signal } from "./ports.ts";
import { createPresence } from "./presence.ts";
import { type Session, sessionOf, type Welcome } from "./session.ts";
import { OVERDUE_MILLIS, type Status, statusOf } from "./status.ts";

/** Keeps one Y.Doc the same as one document of a Sheaf server. */
export interface Provider {
  readonly doc: Y.Doc;
  readonly document: DocumentId;
  readonly awareness: Awareness;
  /** Another object whenever anything in it changed, so it suits `useSyncExternalStore`. */
  readonly state: ProviderState;
  /** Resolves when everything the server held at the first join has been applied. */
  readonly whenSynced: Promise<void>;
  /** Calls `listener` after every change of `state`; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Connects again after `disconnect`, or at once after a stop or during a wait. */
  connect(): void;
  /** Closes the connection; what is pending stays pending. */
  disconnect(): void;
  /** Sends what is pending, says goodbye, lets go of document and awareness; idempotent. */
  destroy(): void;
}

export interface ProviderState {
  /** What to tell the person; see `statusSentence`. */
  readonly status: Status;
  readonly connection: ConnectionState["kind"];
  /** Undefined until the first welcome. */
  readonly role: Role | undefined;
  /** `foreign`: written by another kind of application; readable, not writable (D5). */
  readonly kind: "native" | "foreign" | undefined;
  /** False for readers, foreign and outdated documents; true before the first welcome, because words typed early count. */
  readonly isWritable: boolean;
  /** The server's log has been applied up to the present, on this connection. */
  readonly isSynced: boolean;
  /** The document was written by a newer schema than ours: nothing more is applied, reload the page (D12). */
  readonly isOutdated: boolean;
  /** What the server will never take, oldest first; `update` holds the words. */
  readonly refused: readonly RefusedBatch[];
}

export interface ProviderOptions {
  readonly doc: Y.Doc;
  readonly document: DocumentId;
  /** Version of the editor schema; 0 for an application without one. */
  readonly schemaVersion: number;
  readonly ports: Ports;
  /** Created, and destroyed with the provider, when not given. */
  readonly awareness?: Awareness | undefined;
}

/** One document per connection for now, so one channel. */
const CHANNEL = 0;

/** Starts to connect at once. */
export function createProvider(options: ProviderOptions): Provider {
  const { doc, document, schemaVersion, ports } = options;
  const { clock } = ports;
  const awareness = options.awareness ?? new Awareness(doc);

  /** From the last welcome; undefined until the first. */
  let session: Session | undefined;
  /** Last log position applied here: the `base` of what is written next. */
  let position = 0;
  let isSynced = false;
  /** True while Yjs works on a remote update. */
  let isApplying = false;
  let isDestroyed = false;
  // What the document held before we came may be in no log at all.
  const wasEmpty = doc.store.clients.size === 0;
  const synced = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();

  const link = createLink(ports, { opened: greet, frame: receive, changed: connectionChanged });
  const outbox = createOutbox({
    doc,
    clock,
    send: (batch) => link.send({ kind: "batch", channel: CHANNEL, ...batch }),
    changed: publish,
  });
  const schedule = oncePerTurn(ports, flush);
  const overdue = createAlarm(clock, () => {
    link.tell({ kind: "doubt" });
    publish();
  });

  const provider: Provider = {
    doc,
    document,
    awareness,
    get state() {
      return state;
    },
    whenSynced: synced.promise,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: () => link.tell({ kind: "start" }),
    disconnect: () => link.tell({ kind: "stop" }),
    destroy,
  };

  const presence = createPresence({
    awareness,
    origin: provider,
    clock,
    schedule,
    send: (payload) => link.send({ kind: "presence", channel: CHANNEL, payload }),
  });

  let state = currentState();
  doc.on("update", edited);
  doc.on("destroy", destroy);
  const stopSignals = ports.onSignal?.(signalled);
  link.tell({ kind: "start" });
  return provider;

  function edited(update: Uint8Array, origin: unknown): void {
    if (origin === provider) return;
    // Yjs tidies formatting after a remote update. A reader's tidying is nobody's work and could never be saved.
    if (isApplying && !isWritable()) return;
    outbox.add(update);
    schedule();
    publish();
  }

  /** Words before carets: a caret may stand in what was just typed. */
  function flush(): void {
    if (isDestroyed) return;
    outbox.flush(position);
    presence.flush();
    publish();
  }

  function greet(): void {
    link.send({ kind: "hello", protocolVersion: PROTOCOL_VERSION });
    link.send({ kind: "join", channel: CHANNEL, document, schemaVersion, vector: Y.encodeStateVector(doc) });
  }

  function receive(frame: DownFrame): void {
    if ("channel" in frame && frame.channel !== CHANNEL) return;
    switch (frame.kind) {
      case "welcome":
        welcomed(frame);
        break;
      case "update":
        apply(frame.update, frame.seq);
        break;
      case "synced":
        caughtUp(frame.seq);
        break;
      case "ack":
        outbox.ack(frame.number);
        break;
      case "nack":
        outbox.nack(frame.number, frame.code, frame.reason);
        break;
      case "ask":
        outbox.sendBeyond(frame.vector, position);
        break;
      case "presence":
        presence.receive(frame.payload);
        break;
      case "pong":
      case "goodbye":
        break; // the link's
      default:
        assertNever(frame);
    }
    publish();
  }

  function welcomed(welcome: Welcome): void {
    const isSameLog = session === undefined ? wasEmpty : equalityDeep(session.logId, welcome.logId);
    if (!isSameLog) position = 0;
    session = sessionOf(welcome, schemaVersion);
    const { vector, maxUpdateBytes } = welcome;
    if (session.readOnlyReason === undefined) outbox.resume({ vector, isSameLog, base: position, maxUpdateBytes });
    else outbox.pause();
    presence.show();
  }

  function apply(update: Uint8Array, seq: number): void {
    if (session?.isOutdated === true) return;
    outbox.flush(position); // what was written so far was written without this
    isApplying = true;
    try {
      Y.applyUpdate(doc, update, provider);
    } catch (cause) {
      const reason = "A change of the document could not be shown: reload the page.";
      link.tell({ kind: "fail", reason: { code: "unreadableUpdate", reason, cause } });
      return;
    } finally {
      isApplying = false;
    }
    position = Math.max(position, seq); // gathered deletions come with 0: they have no position
  }

  function caughtUp(seq: number): void {
    if (session?.isOutdated === true) return;
    position = Math.max(position, seq);
    isSynced = true;
    synced.resolve();
  }

  function connectionChanged(): void {
    if (link.state.kind !== "open") {
      isSynced = false;
      outbox.pause();
      presence.disconnect();
    }
    publish();
  }

  function signalled(signal: Signal): void {
    switch (signal) {
      case "online":
        link.tell({ kind: "wake" });
        break;
      case "offline":
        // Browsers are often wrong about it, so it is a doubt and not a fact.
        link.tell({ kind: "doubt" });
        break;
      case "shown":
        link.tell({ kind: "wake" });
        if (isWelcomed()) presence.show();
        break;
      case "hidden":
        flush();
        presence.hide();
        break;
      default:
        assertNever(signal);
    }
  }

  function destroy(): void {
    if (isDestroyed) return;
    flush();
    presence.hide();
    link.send({ kind: "leave", channel: CHANNEL });
    link.tell({ kind: "stop" });
    isDestroyed = true;
    doc.off("update", edited);
    doc.off("destroy", destroy);
    stopSignals?.();
    overdue.set(undefined);
    outbox.destroy();
    presence.destroy();
    if (options.awareness === undefined) awareness.destroy();
    listeners.clear();
  }

  function isWelcomed(): boolean {
    return link.state.kind === "open" && link.state.isWelcomed;
  }

  function isWritable(): boolean {
    return session === undefined || (session.readOnlyReason === undefined && !session.isOutdated);
  }

  function currentState(): ProviderState {
    const { oldest, refused } = outbox;
    const isOutdated = session?.isOutdated ?? false;
    const status = statusOf(
      {
        connection: link.state,
        pendingChanges: outbox.changes,
        oldestPending: oldest,
        refused,
        holdReason: outbox.holdReason,
        readOnlyReason: session?.readOnlyReason,
        isOutdated,
        everWelcomed: session !== undefined,
      },
      clock.now(),
    );
    return {
      status,
      connection: link.state.kind,
      role: session?.role,
      kind: session?.kind,
      isWritable: isWritable(),
      isSynced,
      isOutdated,
      refused,
    };
  }

  function publish(): void {
    if (isDestroyed) return;
    const due = outbox.oldest === undefined ? undefined : outbox.oldest + OVERDUE_MILLIS;
    overdue.set(due !== undefined && due > clock.now() ? due : undefined);
    const next = currentState();
    if (isSame(state, next)) return;
    state = next;
    for (const listener of listeners) listener();
  }
}

/** Statuses are made anew every time, so they are compared by what they say. */
function isSame(a: ProviderState, b: ProviderState): boolean {
  const { status, ...rest } = a;
  return (
    equalityDeep(status, b.status) &&
    Object.entries(rest).every(([key, value]) => b[key as keyof typeof rest] === value)
  );
}

function oncePerTurn({ afterTurn }: Ports, task: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    afterTurn(() => {
      isScheduled = false;
      task();
    });
  };
}
