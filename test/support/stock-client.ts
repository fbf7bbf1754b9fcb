import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { until } from "./until.ts";

/** A stock y-websocket client: its own Y.Doc, nothing of ours in it. */
export class StockClient {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;

  constructor(url: string, document: string, options: { readonly connect?: boolean } = {}) {
    this.provider = new WebsocketProvider(`${url.replace(/^http/, "ws")}/y`, document, this.doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      // Two providers of one process would otherwise sync past the server.
      disableBc: true,
      connect: options.connect ?? true,
    });
  }

  get text(): Y.Text {
    return this.doc.getText("text");
  }

  async synced(): Promise<this> {
    await until("a stock client is synced", () => this.provider.synced, 20_000);
    return this;
  }

  /** Ends as a closed tab does. */
  close(): void {
    this.provider.destroy();
    this.doc.destroy();
  }
}
