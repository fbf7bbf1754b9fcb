import WebSocket from "ws";
import { createProvider, type Ports, type Provider, socketOpener } from "@sheaf/client";
import type { DocumentId } from "@sheaf/protocol";
import * as Y from "yjs";
import { until } from "./until.ts";

export interface OwnClientOptions {
  readonly schemaVersion?: number | undefined;
  /** What a browser would send along by itself: its cookie, its Origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Our own provider outside a browser. */
export class OwnClient {
  readonly doc = new Y.Doc();
  readonly provider: Provider;

  constructor(url: string, document: string, options: OwnClientOptions = {}) {
    this.provider = createProvider({
      doc: this.doc,
      document: document as DocumentId,
      schemaVersion: options.schemaVersion ?? 1,
      ports: nodePorts(url, options.headers),
    });
  }

  get text(): Y.Text {
    return this.doc.getText("text");
  }

  get status(): string {
    return this.provider.state.status.kind;
  }

  async synced(): Promise<this> {
    await until("our client is synced", () => this.provider.state.isSynced, 20_000);
    return this;
  }

  close(): void {
    this.provider.destroy();
    this.doc.destroy();
  }
}

function nodePorts(url: string, headers: OwnClientOptions["headers"]): Ports {
  class Socket extends WebSocket {
    constructor(address: string, subprotocols: string | string[]) {
      super(address, subprotocols, { headers: { ...headers } });
    }
  }
  return {
    openSocket: socketOpener(Socket, `${url.replace(/^http/, "ws")}/sync`),
    clock: {
      now: () => performance.now(),
      setTimer(callback, millis) {
        const timer = setTimeout(callback, millis);
        return () => clearTimeout(timer);
      },
    },
    random: Math.random,
    afterTurn: queueMicrotask,
  };
}
