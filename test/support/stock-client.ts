import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { TcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

// Each stock provider listens for the end of the process.
process.setMaxListeners(0);

/** A stock y-websocket client: its own Y.Doc, nothing of ours in it. */
export class StockClient {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;

  /** @param params - What stands in its address, such as a room token. */
  constructor(url: string, document: string, proxy?: TcpProxy, params: Record<string, string> = {}) {
    const { host } = new URL(url);
    /** The proxy's address, but the server's name: it answers to no other. */
    class Socket extends WebSocket {
      constructor(address: string, subprotocols: string[]) {
        super(address, subprotocols, { headers: { host } });
      }
    }
    const address = proxy === undefined ? host : `127.0.0.1:${proxy.port}`;
    this.provider = new WebsocketProvider(
      `${url.startsWith("https:") ? "wss" : "ws"}://${address}/y`,
      document,
      this.doc,
      {
        WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
        // Two providers of one process would otherwise sync past the server.
        disableBc: true,
        params,
      },
    );
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
