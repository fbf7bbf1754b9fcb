import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { Heartbeat } from "./heartbeat.ts";
import { ServerSocket } from "./server-socket.ts";

let server: WebSocketServer;
let client: WebSocket;
let ws: ServerSocket;

beforeAll(async () => {
  server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    perMessageDeflate: false,
    autoPong: false,
    WebSocket: ServerSocket,
  });
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

const write = (...messages: readonly Uint8Array[]): void => ws.write([{ of: messages, from: 0, to: messages.length }]);

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])(
  "a message of %i bytes arrives as it was",
  async (length) => {
    const message = Uint8Array.from({ length }, (_, index) => (index * 31) & 255);
    const received = receive(1);
    write(message);
    expect(Buffer.compare((await received)[0]!, message)).toBe(0);
  },
);

test("one message written again and again, between short ones, arrives each time as it was", async () => {
  const long = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 255);
  const received = receive(8);
  for (const end of [1, 2]) {
    write(long);
    write(Uint8Array.of(end), long, Uint8Array.of(end, end));
  }
  const expected = [long, [1], long, [1, 1], long, [2], long, [2, 2]];
  expect((await received).map((message) => [...message])).toEqual(expected.map((message) => [...message]));
});

test.each([10, 500, 20_000])(
  "stretches of a list of messages, the longest of %i bytes, arrive as they are",
  async (most) => {
    const list = Array.from({ length: 8 }, (_, index) => new Uint8Array(index === 3 ? most : index).fill(index));
    const received = receive(2 * 7 + 1);
    for (let times = 0; times < 2; times++) {
      ws.write([
        { of: list, from: 0, to: 2 },
        { of: [Uint8Array.of(99)], from: 0, to: 1 },
        { of: list, from: 3, to: 6 },
        { of: list, from: 7, to: 8 },
      ]);
    }
    ws.write([{ of: list, from: 2, to: 3 }]);
    const once = [list[0]!, list[1]!, [99], list[3]!, list[4]!, list[5]!, list[7]!];
    expect((await received).map((message) => [...message])).toEqual(
      [...once, ...once, list[2]!].map((one) => [...one]),
    );
  },
);

test("several messages in one write arrive one by one, in order, also between pings", async () => {
  const all: number[] = [];
  client.on("message", (data: Buffer) => all.push(data.length));
  ws.ping();
  write(new Uint8Array(3), new Uint8Array(200), new Uint8Array(70_000));
  ws.ping();
  write(new Uint8Array(5));
  while (all.length < 4) await once(client, "message");
  expect(all).toEqual([3, 200, 70_000, 5]);
});

test("nothing is written to a socket that is closing", async () => {
  const closed = once(client, "close");
  ws.close(4501, "over");
  write(new Uint8Array(1));
  expect(((await closed) as [number])[0]).toBe(4501);
});

describe("what comes in", () => {
  let sender: WebSocket;
  let socket: ServerSocket;
  let take: (bytes: Uint8Array) => void;
  beforeEach(async () => {
    const connected = once(server, "connection") as Promise<[ServerSocket]>;
    sender = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    [socket] = await connected;
    const receiver = { receive: (bytes: Uint8Array) => take(bytes), closed: () => {} };
    socket.serve(
      () => receiver,
      new Heartbeat(60_000),
      () => {},
    );
    await once(sender, "open");
  });
  afterEach(() => sender.terminate());

  test("a message in several frames is one, and none is mixed with the one before", async () => {
    const taken: number[][] = [];
    const all = new Promise<void>((resolve) => {
      take = (bytes) => void (taken.push([...bytes]) === 3 && resolve());
    });
    sender.send(Uint8Array.of(1, 2));
    sender.send(Uint8Array.of(3), { fin: false });
    sender.ping();
    sender.send(Uint8Array.of(4), { fin: false });
    sender.send(Uint8Array.of(5, 6));
    sender.send(Uint8Array.of(7));
    await all;
    expect(taken).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
  });

  test("a ping is answered with what it brought", async () => {
    sender.ping("milk");
    const [answer] = (await once(sender, "pong")) as [Buffer];
    expect(answer.toString()).toBe("milk");
  });

  test("[MAX_UNSENT_PONG_BYTES] answers to pings do not pile up for whoever does not read", async () => {
    const taken = new Promise<void>((resolve) => (take = () => resolve()));
    socketOf(socket).cork(); // as a full one
    for (let times = 0; times < 2_000; times++) sender.ping(Buffer.alloc(125));
    sender.send(Uint8Array.of(1));
    await taken;
    expect(socket.unsentBytes).toBeGreaterThan(32 * 1024);
    expect(socket.unsentBytes).toBeLessThan(96 * 1024);
    socketOf(socket).uncork();
  });

  test("nothing of it is kept until a full collection, on a socket that has been open for long", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options: { type: "minor" }) => void;
    // Masked with zeros, and the same each time: a client in this process would keep what it sent.
    const frame = Buffer.alloc(8 + 30_000);
    frame.set([0x82, 0x80 | 126, 30_000 >>> 8, 30_000 & 255]);
    const held: number[] = [];
    for (let message = 0; message < 20; message++) {
      const taken = new Promise<void>((resolve) => (take = () => resolve()));
      socketOf(sender).write(frame);
      await taken;
      await delay(1);
      // What lives through two of these is old.
      for (let times = 0; times < 3; times++) collect({ type: "minor" });
      held.push(process.memoryUsage().arrayBuffers);
    }
    expect(held.at(-1)! - held[4]!).toBeLessThan(5 * 30_000);
  });
});

const socketOf = (ws: WebSocket): Socket => (ws as unknown as { readonly _socket: Socket })._socket;
