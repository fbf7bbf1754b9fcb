import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { Heartbeat } from "./heartbeat.ts";
import { ServerSocket } from "./server-socket.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function connect(heartbeat: Heartbeat, options: { readonly autoPong: boolean }): Promise<WebSocket> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", WebSocket: ServerSocket });
  server.on("connection", (ws) => heartbeat.watch(ws));
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  closing.push(() => {
    heartbeat.stop();
    client.terminate();
    server.close();
  });
  await once(client, "open");
  return client;
}

test("a peer that does not answer pings is ended, though its TCP connection is fine", async () => {
  const client = await connect(new Heartbeat(30), { autoPong: false });
  const [code] = (await once(client, "close")) as [number];
  expect(code).toBe(1006);
});

test("a peer that answers stays, however quiet it is", async () => {
  const client = await connect(new Heartbeat(20), { autoPong: true });
  for (let pings = 0; pings < 5; pings++) await once(client, "ping");
  expect(client.readyState).toBe(WebSocket.OPEN);
});
