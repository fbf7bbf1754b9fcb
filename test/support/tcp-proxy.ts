import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP relay on loopback whose connections can be cut, reset or silently held: half-open, as a lost network leaves them. */
export class TcpProxy {
  readonly port: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #pairs: Set<readonly [Socket, Socket]>;
  #refusing = false;

  private constructor(port: number, server: ReturnType<typeof createServer>, pairs: Set<readonly [Socket, Socket]>) {
    this.port = port;
    this.#server = server;
    this.#pairs = pairs;
  }

  /**
   * Relays to a port of 127.0.0.1.
   *
   * @param at - Where to listen. A browser checks and sends names, so for one the proxy takes the server's own port on
   * another loopback address, and the browser resolves `localhost` to that.
   */
  static async to(
    targetPort: () => number,
    at: { readonly address: string; readonly port: number } = { address: "127.0.0.1", port: 0 },
  ): Promise<TcpProxy> {
    const pairs = new Set<readonly [Socket, Socket]>();
    let proxy: TcpProxy | undefined;
    const server = createServer((client) => {
      if (proxy?.isRefusing === true) {
        client.destroy();
        return;
      }
      const upstream = connect(targetPort(), "127.0.0.1");
      const pair = [client, upstream] as const;
      pairs.add(pair);
      client.pipe(upstream);
      upstream.pipe(client);
      for (const socket of pair) {
        socket.on("error", () => {});
        socket.on("close", () => {
          pairs.delete(pair);
          client.destroy();
          upstream.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => server.listen(at.port, at.address, resolve));
    return (proxy = new TcpProxy((server.address() as AddressInfo).port, server, pairs));
  }

  get isRefusing(): boolean {
    return this.#refusing;
  }

  /** Ends every connection; while `refusing`, new ones too. */
  cut(refusing = false): void {
    this.#refusing = refusing;
    for (const [client, upstream] of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  /** Takes connections again. */
  restore(): void {
    this.#refusing = false;
  }

  /** Stops moving bytes on the connections of this moment, without closing them; later ones work. */
  hold(): void {
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream);
      upstream.unpipe(client);
      client.pause();
      upstream.pause();
    }
  }

  async close(): Promise<void> {
    this.cut(true);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
