// A crowd in a process of its own: opens all its sockets at once, says as a line of JSON what became of them, and keeps
// those that were let in until its input ends.
import { text } from "node:stream/consumers";
import WebSocket from "ws";
import { type DocumentId, encodeUp, PROTOCOL_VERSION, SUBPROTOCOL } from "@sheaf/protocol";

/** What it is told, as JSON in its only argument. */
export interface CrowdOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sockets: number;
  /** Loopback addresses they come from, in turn. */
  readonly addresses: readonly string[];
  /** Each joins one of these, in turn. */
  readonly documents: readonly string[];
}

/** How many sockets each end has. */
export interface CrowdReport {
  readonly ends: Readonly<Record<string, number>>;
  readonly millis: number;
}

const { url, headers, sockets, addresses, documents } = JSON.parse(process.argv[2]!) as CrowdOrder;
const began = performance.now();
const all = Array.from({ length: sockets }, (_, index) => comeIn(index));
const ends: Record<string, number> = {};
for (const { end } of all) {
  const name = await end;
  ends[name] = (ends[name] ?? 0) + 1;
}
console.log(JSON.stringify({ ends, millis: performance.now() - began } satisfies CrowdReport));
await text(process.stdin);
for (const { socket } of all) socket.terminate();

function comeIn(index: number): { readonly socket: WebSocket; readonly end: Promise<string> } {
  const socket = new WebSocket(`${url.replace("http", "ws")}/sync`, [SUBPROTOCOL], {
    headers: { ...headers },
    localAddress: addresses[index % addresses.length],
  });
  const end = new Promise<string>((resolve) => {
    socket.on("error", (error) => resolve(`failed: ${"code" in error ? String(error.code) : error.message}`));
    socket.on("close", (code) => resolve(`closed ${code}`));
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      const { statusCode, headers } = response;
      resolve(`refused ${statusCode}${headers["retry-after"] === undefined ? ", not told when to come back" : ""}`);
    });
    socket.on("open", () => {
      const document = documents[index % documents.length] as DocumentId;
      const hello = encodeUp({ kind: "hello", protocolVersion: PROTOCOL_VERSION });
      const join = { kind: "join", channel: 0, document, schemaVersion: 0, position: undefined } as const;
      socket.send(hello);
      socket.send(encodeUp({ ...join, vector: Uint8Array.of(0) }));
    });
    // Whoever hears something was welcomed.
    socket.once("message", () => resolve("served"));
  });
  return { socket, end };
}
