import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { ServerSocket } from "./server-socket.ts";

let server: WebSocketServer;
let client: WebSocket;
let ws: ServerSocket;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false, WebSocket: ServerSocket });
  await once(server, "listening");
  const connected = once(server, "connection") as Promise<[ServerSocket]>;
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  [ws] = await connected;
  await once(client, "open");
});
afterAll(() => {
  client.terminate();
  server.close();
});

function receive(count: number): Promise<Buffer[]> {
  const messages: Buffer[] = [];
  return new Promise((resolve) => {
    const listen = (message: Buffer): void => {
      if (messages.push(message) < count) return;
      client.off("message", listen);
      resolve(messages);
    };
    client.on("message", listen);
  });
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])(
  "a message of %i bytes arrives as it was",
  async (length) => {
    const message = Uint8Array.from({ length }, (_, index) => (index * 31) & 255);
    const received = receive(1);
    ws.write([message]);
    expect(Buffer.compare((await received)[0]!, message)).toBe(0);
  },
);

test("one message written again and again, between short ones, arrives each time as it was", async () => {
  const long = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 255);
  const received = receive(8);
  for (const end of [1, 2]) {
    ws.write([long]);
    ws.write([Uint8Array.of(end), long, Uint8Array.of(end, end)]);
  }
  const expected = [long, [1], long, [1, 1], long, [2], long, [2, 2]];
  expect((await received).map((message) => [...message])).toEqual(expected.map((message) => [...message]));
});

test("several messages in one write arrive one by one, in order, also between pings", async () => {
  const transport = ws;
  const all: number[] = [];
  client.on("message", (data: Buffer) => all.push(data.length));
  ws.ping();
  transport.write([new Uint8Array(3), new Uint8Array(200), new Uint8Array(70_000)]);
  ws.ping();
  transport.write([new Uint8Array(5)]);
  while (all.length < 4) await once(client, "message");
  expect(all).toEqual([3, 200, 70_000, 5]);
});

test("nothing is written to a socket that is closing", async () => {
  const closed = once(client, "close");
  const transport = ws;
  transport.close(4501, "over");
  transport.write([new Uint8Array(1)]);
  expect(((await closed) as [number])[0]).toBe(4501);
});
