import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a proxy can be set up to do wrong. */
export type ProxyFault = "none" | "drops-upgrade" | "changes-host" | "holds-back" | "redirects" | "leads-elsewhere";

/** An HTTP proxy that does what some do in the field. */
export class FaultyProxy {
  fault: ProxyFault = "none";
  /** Port it passes requests on to. */
  upstream = 1;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server);
    server.on("request", (incoming, outgoing) => {
      if (proxy.fault === "redirects") return outgoing.writeHead(301, { location: "https://www.example.org/" }).end();
      if (proxy.fault === "leads-elsewhere") return outgoing.writeHead(200).end("Welcome to nginx!");
      const asked = request(proxy.#to(incoming.url, incoming.headers), (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      asked.on("error", () => outgoing.writeHead(502).end());
      asked.end();
    });
    server.on("upgrade", (incoming, socket, head) => {
      const { upgrade: _upgrade, ...others } = incoming.headers;
      const headers = proxy.fault === "drops-upgrade" ? { ...others, connection: "close" } : incoming.headers;
      const asked = request(proxy.#to(incoming.url, headers));
      asked.on("response", ({ statusCode }) => socket.end(`HTTP/1.1 ${statusCode} -\r\ncontent-length: 0\r\n\r\n`));
      asked.on("upgrade", (answer, other) => {
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        socket.write(`HTTP/1.1 101 -\r\n${lines.join("")}\r\n`);
        other.write(head);
        socket.pipe(other);
        if (proxy.fault !== "holds-back") other.pipe(socket);
        socket.on("error", () => other.destroy());
        other.on("error", () => socket.destroy());
      });
      asked.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #to(path: string | undefined, headers: IncomingHttpHeaders) {
    const host = this.fault === "changes-host" ? { host: "sheaf.internal" } : {};
    return { port: this.upstream, host: "127.0.0.1", path, headers: { ...headers, ...host } };
  }
}
