import { assertNever, type DocumentId, PROTOCOL_VERSION, type Role, type Row } from "@sheaf/protocol";
import { equalityDeep } from "lib0/function";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { createAlarm } from "./alarm.ts";
import type { StopReason } from "./connection.ts";
import type { Device, DeviceCopy } from "./device.ts";
import { createHeadStart } from "./head-start.ts";
import { createKeeper, type Keeper } from "./keeper.ts";
import { createLink, type DownMessage } from "./link.ts";
import { createLogProgress } from "./log-progress.ts";
import { createOutbox } from "./outbox.ts";
import type { FetchedSnapshot, Ports, Signal } from "./ports.ts";
import { createPresence } from "./presence.ts";
import { LOWEST_OWN_ID } from "./rescue/client-ids.ts";
import { createRescue, type LostAndFound } from "./rescue/rescue.ts";
import { isSameState, type ProviderState } from "./provider-state.ts";
import { SENTENCES } from "./sentences.ts";
import { type Session, sessionOf, type Welcome, withRole } from "./session.ts";
import { OVERDUE_MILLIS, statusOf } from "./status.ts";
import { applyFirst, holdsVector, wholeState } from "./update.ts";

/** Keeps one Y.Doc the same as one document of a Sheaf server. */
export interface Provider {
  readonly doc: Y.Doc;
  readonly document: DocumentId;
  readonly awareness: Awareness;
  /** Another object whenever anything in it changed, so it suits `useSyncExternalStore`. */
  readonly state: ProviderState;
  /** For each Yjs client id, the first clock that the log has not acknowledged: what is before it is saved. */
  readonly pendingFrom: ReadonlyMap<number, number>;
  /** Words that a deletion took unseen, and that this page has to put back (D14). */
  readonly lostAndFound: LostAndFound;
  /** Resolves when everything the server held at the first join has been applied. */
  readonly whenSynced: Promise<void>;
  /** Resolves when there is something to show: what the device kept, the snapshot, or, later, what the server holds. */
  readonly whenOpened: Promise<void>;
  /** Calls `listener` after every change of `state`; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Connects again after `disconnect`, or at once after a stop or during a wait. */
  connect(): void;
  /** Closes the connection; what is pending stays pending. */
  disconnect(): void;
  /**
   * Forgets what was refused to earlier pages: its author has it elsewhere, or does not want it. What stands in this
   * page's document stays refused until the page is opened again, because all that is typed builds on it.
   */
  dismissRefused(): void;
  /** Sends what is pending, says goodbye, lets go of document and awareness; idempotent. */
  destroy(): void;
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

/** Ends after which this person may not even read: the words are theirs, to be sent if they are let in again. */
const LOST_ACCESS: ReadonlySet<StopReason["code"]> = new Set(["removed", "unknownDocument"]);

/** One document per connection for now, so one channel. */
const CHANNEL = 0;

/** Of the history, so much is applied at once: whoever follows the document follows each transaction. */
const ROWS_AT_ONCE = 1_000;

/** Opens what the device kept of the document, if there is a device, then connects; with a snapshot, when nothing was kept. */
export function createProvider(options: ProviderOptions): Provider {
  const { doc, document, schemaVersion, ports } = options;
  const { clock } = ports;
  // Before the awareness takes it, too.
  if (doc.clientID < LOWEST_OWN_ID) doc.clientID += LOWEST_OWN_ID;
  const awareness = options.awareness ?? new Awareness(doc);

  /** From the last welcome, or the snapshot before the first; undefined until one of them. */
  let session: Session | undefined;
  let wasWelcomed = false;
  const progress = createLogProgress();
  /** The log the device's copy is of, until a welcome tells the present one. */
  let copyLogId: Uint8Array | undefined;
  /** The running join named a position, so the server looks at nothing else. */
  let isByPosition = false;
  /** State vector of the last welcome: what the document must reach. */
  let promised: Uint8Array = new Uint8Array(1);
  let isSynced = false;
  /** History that came and is applied with what comes next. */
  let arrived: Row[] = [];
  /** The log we had rows of is not the server's any more. */
  let isRestored = false;
  /** What earlier pages left was found since the last join went out. */
  let isFoundLate = false;
  /** True while Yjs works on a remote update. */
  let isApplying = false;
  /** Yjs has tidied here what nobody was told of. */
  let hasTidied = false;
  let isDestroyed = false;
  // What the document held before we came may be in no log at all.
  const wasEmpty = doc.store.clients.size === 0;
  const synced = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();

  const link = createLink(ports, { opened: greet, frame: receive, changed: connectionChanged });
  const keeper = ports.device === undefined ? undefined : keepOn(ports.device);
  const outbox = createOutbox({
    doc,
    clock,
    send: (batch) => link.send({ kind: "batch", channel: CHANNEL, ...batch }),
    apply: (update, number, base) =>
      rescue.adopt({ number, base, update }, progress.position, () => integrate([update])),
    journal: keeper?.journal,
    wrote: (number, base, update) => rescue.wrote(number, base, update),
    superseded: (number) => rescue.superseded(number),
    refused: (number) => rescue.refused(number),
    changed: publish,
  });
  const headStart = createHeadStart({
    document,
    clock,
    fetchSnapshot: ports.fetchSnapshot,
    ended(snapshot) {
      if (snapshot !== undefined) beginWith(snapshot);
      if (link.state.kind === "open") join(progress.complete);
    },
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
    get pendingFrom() {
      return outbox.pendingFrom;
    },
    get lostAndFound() {
      return rescue;
    },
    whenSynced: synced.promise,
    whenOpened: opened.promise,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: () => link.tell({ kind: "start" }),
    disconnect: () => link.tell({ kind: "stop" }),
    dismissRefused,
    destroy,
  };

  const presence = createPresence({
    awareness,
    origin: provider,
    clock,
    schedule,
    send: (payload) => link.send({ kind: "presence", channel: CHANNEL, payload }),
  });

  const rescue = createRescue(doc, provider, () => keeper?.isLooking === true || outbox.isHoldingBack);
  let state = currentState();
  doc.on("update", edited);
  doc.on("destroy", destroy);
  const stopSignals = ports.onSignal?.(signalled);
  if (keeper === undefined) openCopy(undefined);
  else keeper.start();
  return provider;

  function keepOn(device: Device): Keeper {
    return createKeeper({
      device,
      document,
      clock,
      opened: openCopy,
      found(batches) {
        outbox.adopt(batches, progress.position);
        // They may have been sent by the page that wrote them.
        rescue.left();
        // The last sync was before them: only another says what becomes of them. One under way is waited for.
        isFoundLate = true;
        if (isSynced && outbox.isUndecided) rejoin(progress.complete);
        showKept();
        publish();
      },
      kept: () => outbox.kept,
      wholeCopy: () => (isSynced && outbox.changes === 0 && !outbox.isBlocked ? wholeState(doc) : undefined),
      changed: publish,
    });
  }

  function openCopy(copy: DeviceCopy | undefined): void {
    outbox.flush(progress.position); // written without the copy
    // Whoever connected before the device answered has what the server has. A copy nobody can read is none.
    if (copy !== undefined && session === undefined && integrate(copy.updates)) {
      copyLogId = wasEmpty ? copy.logId : undefined;
      progress.begunWith(copy.position);
      showKept();
    } else if (wasEmpty && link.state.kind === "idle") {
      // Whoever holds something, or has joined already, is told over the socket what they lack.
      headStart.fetch();
    }
    link.tell({ kind: "start" });
  }

  /** @returns False when Yjs cannot read them. */
  function integrate(updates: readonly Uint8Array[]): boolean {
    isApplying = true;
    try {
      applyAtOnce(updates);
      return true;
    } catch {
      return false;
    } finally {
      isApplying = false;
    }
  }

  function applyAtOnce(updates: readonly Uint8Array[]): void {
    const apply = (): void => {
      for (const update of updates) Y.applyUpdate(doc, update, provider);
    };
    // Known from the beginning: whoever hears of its beginning asks whose it is.
    const isLocal = false;
    Y.transact(doc, apply, provider, isLocal);
  }

  function showKept(): void {
    if (doc.store.clients.size > 0) opened.resolve();
  }

  function edited(update: Uint8Array, origin: unknown): void {
    if (origin === provider) return;
    // Yjs tidies formatting after a remote update. A reader's tidying is nobody's work and could never be saved.
    if (isApplying && !isWritable()) {
      hasTidied = true;
      return;
    }
    outbox.add(update);
    schedule();
    publish();
  }

  /** Words before carets: a caret may stand in what was just typed. */
  function flush(): void {
    if (isDestroyed) return;
    outbox.flush(progress.position);
    keeper?.flush();
    presence.flush();
    publish();
  }

  function greet(): void {
    link.send({ kind: "hello", protocolVersion: PROTOCOL_VERSION });
    if (!headStart.isUnderWay) join(progress.complete);
  }

  function rejoin(from: number | undefined): void {
    isSynced = false;
    rescue.left();
    link.send({ kind: "leave", channel: CHANNEL });
    join(from);
  }

  /** @param from - The log position to go on from, where a log is known; undefined: from the vector alone. */
  function join(from: number | undefined): void {
    const logId = session?.logId ?? copyLogId;
    const position = logId === undefined || from === undefined ? undefined : { logId, seq: from };
    const vector = Y.encodeStateVector(doc);
    isByPosition = position !== undefined;
    isFoundLate = false;
    link.send({ kind: "join", channel: CHANNEL, document, schemaVersion, vector, position });
  }

  function receive(frame: DownMessage): void {
    if ("channel" in frame && frame.channel !== CHANNEL) return;
    if (frame.kind === "history") {
      arrived.push(...frame.rows.map((row) => ({ ...row, update: row.update.slice() })));
      if (arrived.length < ROWS_AT_ONCE) return;
    }
    applyArrived();
    switch (frame.kind) {
      case "welcome":
        welcomed(frame);
        break;
      case "update":
        apply([frame]);
        break;
      case "history":
        break; // applied above
      case "synced":
        caughtUp(frame.seq);
        break;
      case "ack":
        outbox.ack(frame.number);
        progress.holds(frame.seq);
        acked(frame.number, frame.seq);
        claimCopy();
        break;
      case "nack":
        outbox.nack(frame.number, frame.code, frame.reason);
        break;
      case "role":
        changeRole(frame.role);
        break;
      case "ask":
        outbox.sendBeyond(frame.vector, progress.position);
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
    rescue.settle(isInOrder());
    keeper?.flush();
    publish();
  }

  function welcomed(welcome: Welcome): void {
    const known = session?.logId ?? copyLogId;
    const isSameLog = known === undefined ? wasEmpty : equalityDeep(known, welcome.logId);
    const isNewLog = !wasWelcomed || !isSameLog;
    wasWelcomed = true;
    if (isSameLog) rescue.welcomed(welcome.vector);
    else {
      if (progress.complete > 0) isRestored = true;
      progress.restart();
      rescue.relocated();
    }
    session = sessionOf(welcome, schemaVersion);
    if (isNewLog && session.kind === "native") keeper?.reached(session.logId, progress.complete);
    keeper?.look();
    const { vector, maxUpdateBytes } = welcome;
    promised = vector.slice();
    if (session.refusal === undefined) {
      outbox.resume({ vector, hasTheRest: isSameLog && !hasTidied, base: progress.position, maxUpdateBytes });
      hasTidied = false;
    } else {
      outbox.pause();
      outbox.refuse(session.refusal);
    }
    presence.show();
  }

  /** What is under way is answered as ever; what is not is the person's own again until they may write. */
  function changeRole(role: Role): void {
    if (session === undefined) return;
    const couldWrite = session.refusal === undefined;
    session = withRole(session, role);
    if (session.refusal !== undefined) {
      outbox.flush(progress.position);
      outbox.refuse(session.refusal);
    } else if (!couldWrite) {
      // Only a welcome says what the log has of what was written meanwhile.
      rejoin(progress.complete);
    }
  }

  function applyArrived(): void {
    const rows = arrived;
    arrived = [];
    if (rows.length > 0) apply(rows);
  }

  /** @returns False when nothing more is applied to the document. */
  function apply(rows: readonly Row[]): boolean {
    if (session?.isOutdated === true) return false;
    outbox.flush(progress.position); // what was written so far was written without these
    isApplying = true;
    try {
      rescue.receive(rows, (some) => applyAtOnce(some.map(({ update }) => update)));
    } catch (cause) {
      const reason = SENTENCES.notShown;
      link.tell({ kind: "fail", reason: { code: "unreadableUpdate", reason, cause } });
      return false;
    } finally {
      isApplying = false;
    }
    for (const { update, seq } of rows) applied(update, seq);
    claimCopy();
    return true;
  }

  function applied(update: Uint8Array, seq: number): void {
    progress.applied(seq);
    // Another application's document could not be told from our own without the server.
    if (session?.kind === "native") keeper?.applied(update, seq);
  }

  /** What was fetched says what a welcome says, and stands for every row up to its position. */
  function beginWith({ position: { logId, seq }, update, ...head }: FetchedSnapshot): void {
    session = sessionOf({ logId, ...head }, schemaVersion);
    if (session.isOutdated) return publish();
    if (session.kind === "native") keeper?.reached(logId, progress.complete);
    const isFirst = doc.store.clients.size === 0;
    isApplying = true;
    try {
      const row = isFirst ? applyFirst(doc, update, provider) : Y.convertUpdateFormatV2ToV1(update);
      if (isFirst) applied(row, seq);
      else if (!apply([{ seq, base: 0, update: row }])) return;
    } catch {
      return; // the join asks for everything
    } finally {
      isApplying = false;
    }
    progress.begunWith(seq);
    claimCopy();
    opened.resolve();
    publish();
  }

  /**
   * Tells that the copy holds every row we do; but not while something is pending, which may be a row without our
   * knowing, and is no part of the copy.
   */
  function claimCopy(): void {
    if (session?.kind === "native" && outbox.changes === 0) keeper?.reached(session.logId, progress.complete);
  }

  /**
   * With seq 0 the row is an older one, of which only the sync tells where it is. And until the sync is through, an ack
   * may come before rows that precede it; so it may when the server has passed over us, until it has made up for that.
   */
  function acked(number: number, seq: number): void {
    if (seq > 0 && isInOrder()) rescue.acked(number, seq);
    else rescue.held(number, seq);
    if (isInOrder()) rescue.caughtUp(progress.position);
  }

  function dismissRefused(): void {
    outbox.dismiss();
    keeper?.flush(true);
    publish();
  }

  function caughtUp(seq: number): void {
    if (session?.isOutdated === true) return;
    // The position was not true: what this browser keeps was tampered with, or we have a bug. The vector never lies.
    if (isByPosition && !holdsVector(doc, promised)) {
      rejoin(undefined);
      return;
    }
    progress.caughtUp(seq);
    // They may build on rows behind this sync's end, or on words that wait for a welcome.
    if (isFoundLate && outbox.isUndecided) {
      rejoin(progress.complete);
      return;
    }
    isSynced = true;
    rescue.caughtUp(seq);
    outbox.caughtUp();
    claimCopy();
    synced.resolve();
    opened.resolve();
  }

  function connectionChanged(): void {
    if (link.state.kind !== "open") {
      applyArrived(); // the next join goes on behind it
      isSynced = false;
      rescue.left();
      outbox.pause();
      presence.disconnect();
    }
    if (link.state.kind === "stopped" && LOST_ACCESS.has(link.state.reason.code)) {
      outbox.refuse({ code: "readOnly", reason: link.state.reason.reason });
      keeper?.flush();
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
        keeper?.flush(true);
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
    headStart.destroy();
    outbox.destroy();
    keeper?.destroy();
    rescue.destroy();
    presence.destroy();
    if (options.awareness === undefined) awareness.destroy();
    listeners.clear();
  }

  /** No row is missing before the last that came. */
  function isInOrder(): boolean {
    return isSynced && progress.isWhole;
  }

  function isWelcomed(): boolean {
    return link.state.kind === "open" && link.state.isWelcomed;
  }

  function isWritable(): boolean {
    return session === undefined || (session.refusal === undefined && !session.isOutdated);
  }

  function currentState(): ProviderState {
    const { oldest, refused } = outbox;
    const deviceFailure = keeper?.report.failure;
    const isOutdated = session?.isOutdated ?? false;
    const status = statusOf(
      {
        connection: link.state,
        pendingChanges: outbox.changes,
        oldestPending: oldest,
        refused,
        holdReason: outbox.holdReason,
        isOutdated,
        everWelcomed: wasWelcomed,
        isKept: keeper?.report.isKept === true && !outbox.isGathering,
        deviceFailure,
      },
      clock.now(),
    );
    return {
      status,
      connection: link.state.kind,
      role: session?.role,
      kind: session?.kind,
      isWritable: isWritable(),
      readOnlyReason: session?.refusal?.reason,
      isSynced,
      isOutdated,
      isRestored,
      refused,
      deviceFailure,
    };
  }

  function publish(): void {
    if (isDestroyed) return;
    const due = outbox.oldest === undefined ? undefined : outbox.oldest + OVERDUE_MILLIS;
    overdue.set(due !== undefined && due > clock.now() ? due : undefined);
    const next = currentState();
    if (isSameState(state, next)) return;
    state = next;
    for (const listener of listeners) listener();
  }
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
