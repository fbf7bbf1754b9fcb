import type { HostReport } from "@sheaf/host";
import { assertNever, decodeDown, decodeUp, decodeYWebsocket } from "@sheaf/protocol";
import type { Ledger } from "./ledger.ts";
import { Page } from "./page.ts";
import type { Tab } from "./tab.ts";
import type { Wire } from "./wire.ts";

/** Longest an unsaved edit may go without the page saying so (D15). */
const HONEST_WITHIN_MILLIS = 5_000;
/** Bytes a host may leave unsent on a socket, beside its longest write. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

/**
 * Holds the promises against everything that happens. What it sees it remembers rather than throws, for it is
 * called from inside the code it judges.
 */
export class Judge {
  /** The first promise that was broken. */
  broken: string | undefined;
  /** Bytes of the frames already found to be true; a broadcast is one frame for many. */
  readonly #known = new WeakSet<Uint8Array>();
  readonly #batches = new WeakMap<Wire, Map<number, Uint8Array>>();
  readonly #longestWrite = new WeakMap<Wire, number>();
  readonly #overfull = new WeakSet<Wire>();

  accuse(what: string): void {
    this.broken ??= what;
  }

  /** A page sends a frame of our own dialect. @returns The number of the batch in it, if it is one. */
  sent(wire: Wire, bytes: Uint8Array): number | undefined {
    const frame = decodeUp(bytes);
    if (!frame.ok) this.accuse(`${wire.caller.name} sent a frame that is ${frame.error.code}`);
    else if (frame.value.kind === "batch") {
      const { number, update } = frame.value;
      let batches = this.#batches.get(wire);
      if (batches === undefined) this.#batches.set(wire, (batches = new Map()));
      batches.set(number, update);
      return number;
    }
    return undefined;
  }

  /** The server writes to a socket: whatever it shows or acknowledges must be durable (D3), and memory bounded (D7). */
  written(wire: Wire, ledger: Ledger, messages: readonly Uint8Array[]): void {
    this.#bounded(wire, messages);
    for (const bytes of messages) this.#frame(wire, ledger, bytes);
  }

  #frame(wire: Wire, ledger: Ledger, bytes: Uint8Array): void {
    if (wire.caller.dialect === "y-websocket") return this.#writtenStock(wire, ledger, bytes);
    const decoded = decodeDown(bytes);
    if (!decoded.ok) return this.accuse(`the server wrote a frame that is ${decoded.error.code}`);
    const frame = decoded.value;
    switch (frame.kind) {
      case "update":
        return this.#shown(wire, ledger, bytes, [frame]);
      case "history":
        return this.#shown(wire, ledger, bytes, frame.rows);
      case "ack": {
        const update = this.#batches.get(wire)?.get(frame.number);
        if (update === undefined || !ledger.durable.holds(update))
          this.accuse(`batch ${frame.number} of ${wire.caller.name} is acknowledged and not in the log`);
        return;
      }
      case "welcome":
      case "ask":
        if (!ledger.durable.reaches(frame.vector)) this.accuse(`a ${frame.kind} claims more than the log holds`);
        return;
      case "synced":
      case "nack":
      case "role":
      case "presence":
      case "pong":
      case "goodbye":
        return;
      case "fragment":
        return this.accuse("a frame is longer than any that can come up here");
      default:
        return assertNever(frame);
    }
  }

  reported(report: HostReport): void {
    if (report.kind === "room-failed") this.accuse(`a room broke its own rules: ${report.reason}`);
    if (report.kind === "load-failed" && report.code === "corrupt") this.accuse(`the log is corrupt: ${report.reason}`);
  }

  /** A tab must not say "saved" while it is not, and must say that it is not within five seconds. */
  heard(tab: Tab): void {
    if (!(tab instanceof Page) || !tab.machine.isAwake) return;
    const { status } = tab.provider.state;
    if (status.kind === "not-saved") return;
    const [oldest] = tab.unsaved;
    if (oldest === undefined) return;
    if (status.kind !== "saving") this.accuse(`${tab.name} says ${status.kind} and has words that are not in the log`);
    else if (tab.machine.isUpToDate && tab.machine.now() - oldest.at > HONEST_WITHIN_MILLIS)
      this.accuse(`${tab.name} has said saving for more than ${HONEST_WITHIN_MILLIS} ms`);
  }

  #writtenStock(wire: Wire, ledger: Ledger, bytes: Uint8Array): void {
    const decoded = decodeYWebsocket(bytes);
    if (!decoded.ok) return this.accuse(`the server wrote a stock frame that is ${decoded.error.code}`);
    const frame = decoded.value;
    if (frame.kind === "update" || frame.kind === "step2") this.#shown(wire, ledger, bytes, [frame]);
    if (frame.kind === "step1" && !ledger.durable.reaches(frame.vector))
      this.accuse("a step 1 claims more than the log holds");
  }

  #shown({ caller }: Wire, ledger: Ledger, bytes: Uint8Array, rows: readonly { readonly update: Uint8Array }[]): void {
    if (this.#known.has(bytes)) return;
    if (rows.every(({ update }) => ledger.durable.holds(update))) this.#known.add(bytes);
    else this.accuse(`${caller.name} is shown what is not in the log`);
  }

  #bounded(wire: Wire, messages: readonly Uint8Array[]): void {
    const longest = this.#longestWrite.get(wire) ?? 0;
    const bytes = messages.reduce((sum, { length }) => sum + length, 0);
    this.#longestWrite.set(wire, Math.max(longest, bytes));
    if (wire.unsentBytes <= MAX_UNSENT_BYTES + longest) return;
    // The write that finds it too much is the last one.
    if (this.#overfull.has(wire)) this.accuse(`${wire.unsentBytes} bytes wait in the server for ${wire.caller.name}`);
    this.#overfull.add(wire);
  }
}
