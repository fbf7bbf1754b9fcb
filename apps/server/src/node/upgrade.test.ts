import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { Receiver, Transport } from "@sheaf/host";
import { Heartbeat } from "./heartbeat.ts";
import { ServerSocket } from "./server-socket.ts";
import { answerUpgrades } from "./upgrade.ts";

/** The server's end of a connection, with each write as the system would get it. */
class Line extends Duplex {
  readonly writes: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk);
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }
}

const say = (transport: Transport, ...bytes: readonly number[]): void =>
  transport.write([{ of: [Uint8Array.from(bytes)], from: 0, to: 1 }]);

const RECEIVER: Receiver = { receive: () => {}, closed: () => {} };

/** Asks for an upgrade over a line; `open` is what the host does with the socket. */
async function upgrade(open: (transport: Transport) => Receiver, key = "AAAAAAAAAAAAAAAAAAAAAA=="): Promise<Line> {
  const heartbeat = new Heartbeat();
  const answer = answerUpgrades({
    sockets: new WebSocketServer({ noServer: true, WebSocket: ServerSocket }),
    heartbeat,
    judge: () => ({ ok: true, value: { open, release: () => {} } }),
    headers: [],
    answered: () => {},
    failed: (_path, cause) => {
      throw cause;
    },
  });
  const line = new Line();
  const headers = { upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key };
  // Of a request this is what is looked at.
  const request = { method: "GET", url: "/y/plan", headers, socket: {} } as unknown as IncomingMessage;
  answer(request, line, Buffer.alloc(0));
  await nextTurn();
  await nextTurn();
  heartbeat.stop();
  return line;
}

test("the handshake and what the host says at once were two writes: now they are one (D6)", async () => {
  const { writes } = await upgrade((transport) => {
    setImmediate(() => say(transport, 7, 8));
    return RECEIVER;
  });
  expect(writes).toHaveLength(1);
  const [handshake, frames] = writes[0]!.toString("latin1").split("\r\n\r\n");
  expect(handshake).toMatch(/^HTTP\/1\.1 101 /);
  expect(Buffer.from(frames!, "latin1")).toEqual(Buffer.from([0x82, 2, 7, 8]));
});

test("the handshake does not wait for a host that has nothing to say yet, and what comes later is not held back", async () => {
  let socket: Transport | undefined;
  const { writes } = await upgrade((transport) => {
    socket = transport;
    return RECEIVER;
  });
  expect(writes.map((bytes) => bytes.toString("latin1"))).toEqual([expect.stringMatching(/^HTTP\/1\.1 101 /)]);
  say(socket!, 7);
  expect(writes[1]).toEqual(Buffer.from([0x82, 1, 7]));
});

test("what is no handshake is told so", async () => {
  const { writes } = await upgrade(() => RECEIVER, "no key");
  expect(Buffer.concat(writes).toString("latin1")).toMatch(/^HTTP\/1\.1 400 /);
});
