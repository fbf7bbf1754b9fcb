import { type DocumentId, parseDocumentId } from "@sheaf/protocol";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Ports, Signal } from "../ports.ts";
import { createProvider, type Provider, type ProviderOptions } from "../provider.ts";
import { MemoryDevice } from "./memory-device.ts";
import { MemoryServer } from "./memory-server.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** One server, one person's browser, any number of pages, one clock. */
export class World {
  readonly clock = new VirtualClock();
  readonly server = new MemoryServer();
  readonly device = new MemoryDevice();
  readonly providers: Provider[] = [];

  /** Opens a page; its signals are sent through the returned `signal`. */
  open(overrides: Partial<ProviderOptions> = {}, ports: Partial<Ports> = {}): Page {
    const listeners = new Set<(signal: Signal) => void>();
    const doc = overrides.doc ?? new Y.Doc();
    const provider = createProvider({
      doc,
      document: DOCUMENT,
      schemaVersion: 1,
      awareness: quietAwareness(doc),
      ports: {
        openSocket: this.server.openSocket,
        clock: this.clock,
        random: () => 0.5,
        afterTurn: this.clock.afterTurn,
        onSignal: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        ...ports,
      },
      ...overrides,
    });
    this.providers.push(provider);
    return {
      provider,
      text: doc.getText("text"),
      signal: (signal) => {
        for (const listener of listeners) listener(signal);
      },
    };
  }

  /** Opens a page and waits until it has all there is. */
  join(overrides: Partial<ProviderOptions> = {}, ports: Partial<Ports> = {}): Page {
    const page = this.open(overrides, ports);
    this.settle();
    return page;
  }

  /** Opens a page that keeps on the device what is typed. */
  visit(overrides: Partial<ProviderOptions> = {}, ports: Partial<Ports> = {}): Tab {
    const device = this.device.open();
    const page = this.open(overrides, { device, ...ports });
    return {
      ...page,
      lose: device.lose,
      kill: () => {
        device.crash();
        page.provider.disconnect();
      },
    };
  }

  /** Ends the turn and delivers everything, until nothing moves. */
  settle(): void {
    for (let moves = true; moves;) {
      moves = this.clock.endTurn();
      moves = this.device.settle() || moves;
      moves = this.server.settle() || moves;
    }
  }

  advance(millis: number): void {
    this.settle();
    this.clock.advance(millis, () => this.settle());
  }
}

export interface Page {
  readonly provider: Provider;
  readonly text: Y.Text;
  readonly signal: (signal: Signal) => void;
}

export interface Tab extends Page {
  /** Its queues are anybody's from now on, though it lives. */
  readonly lose: () => void;
  /** Ends it without a word, whatever it was doing. */
  readonly kill: () => void;
}

export const DOCUMENT: DocumentId = (() => {
  const id = parseDocumentId("shopping");
  if (id === undefined) throw new Error("not a document id");
  return id;
})();

/** An awareness whose own real-time interval is stopped: here time is virtual. */
export function quietAwareness(doc: Y.Doc): Awareness {
  const awareness = new Awareness(doc);
  clearInterval((awareness as unknown as { _checkInterval: number })._checkInterval); // private, and the only way
  return awareness;
}

/** What an update says alone; nothing when it builds on another. */
export function textOf(update: Uint8Array): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText("text").toJSON();
}
