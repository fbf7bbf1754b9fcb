import { request } from "node:http";
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Figures, parseExposition } from "../support/exposition.ts";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { until } from "../support/until.ts";

const TOKEN = "a-token-of-the-operator";
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { METRICS_TOKEN: TOKEN } });
});
afterAll(() => server.end());

async function figures(): Promise<Figures> {
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await answer.text());
}

test("the whole page is in Prometheus' format, and its figures follow what happens", async () => {
  const before = await figures();
  const ana = await new OwnClient(server.url, "measured", { schemaVersion: 0 }).synced();
  const ben = await new StockClient(server.url, "measured").synced();
  ana.text.insert(0, "one ");
  await until("saved", () => ana.status === "saved" && ben.text.length === 4);
  ben.text.insert(4, "two ");
  await until("seen", () => ana.text.length === 8);
  await fetch(`${server.url}/nothing`);
  const during = await figures();
  const grew = (name: string): number => (during.get(name) ?? Number.NaN) - (before.get(name) ?? 0);
  expect(during.get('sheaf_connections{dialect="sheaf"}')).toBe(1);
  expect(during.get('sheaf_connections{dialect="y-websocket"}')).toBe(1);
  expect(during.get("sheaf_rooms")).toBe(1);
  expect(during.get("sheaf_sessions")).toBe(2);
  expect(during.get("sheaf_sessions_behind")).toBe(0);
  expect(grew("sheaf_ack_seconds_count")).toBe(2);
  expect(grew("sheaf_ack_seconds_sum")).toBeGreaterThan(0);
  expect(grew("sheaf_commit_rows_sum")).toBe(2);
  expect(grew("sheaf_commit_seconds_count")).toBe(2);
  expect(during.get("sheaf_log_hot_rows")).toBe(2);
  expect(during.get("sheaf_log_wal_bytes")).toBeGreaterThan(0);
  expect(grew('sheaf_http_requests_total{route="other",status="404"}')).toBe(1);
  for (const route of ["sync", "y"]) expect(grew(`sheaf_http_requests_total{route="${route}",status="101"}`)).toBe(1);
  expect(during.get("process_resident_memory_bytes")).toBeGreaterThan(1e7);
  expect(Math.abs(during.get("process_start_time_seconds")! - Date.now() / 1000)).toBeLessThan(600);
  ana.close();
  ben.close();
  await until("gone", async () => (await figures()).get("sheaf_sessions") === 0);
  await until("the loop was watched", async () => (await figures()).get("sheaf_loop_delay_seconds_count")! > 0);
});

test("who is thrown out is counted by reason", async () => {
  const name = 'sheaf_closes_total{reason="malformed"}';
  const before = (await figures()).get(name) ?? 0;
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/y/measured`);
  socket.addEventListener("open", () => socket.send(Uint8Array.of(99)));
  await until("thrown out", () => socket.readyState === WebSocket.CLOSED);
  expect((await figures()).get(name)).toBe(before + 1);
});

/** Asks with headers that fetch would not let through. @returns The status. */
function ask(path: string, headers: Record<string, string> = {}, port = server.port): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}

test.each(["/metrics", "/readyz"])(
  "%s is not for strangers whose request a proxy on this machine passes on",
  async (path) => {
    expect(await ask(path)).toBe(200);
    for (const name of ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"]) {
      expect(await ask(path, { [name]: "127.0.0.1" }), name).toBe(403);
    }
    const proxied = { "X-Forwarded-For": "203.0.113.9" };
    expect(await ask(path, { ...proxied, Authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await ask(path, { Authorization: "Bearer another-token-altogether" })).toBe(403);
  },
);

test("who asks by another name than this machine's own for itself wants the token", async () => {
  const env = { METRICS_TOKEN: TOKEN, HOST: "127.0.0.1" };
  const shared = await ServerProcess.start({ env, isShared: true });
  const named = { Host: `${hostname().toLowerCase()}:${shared.port}` };
  for (const path of ["/metrics", "/readyz"]) {
    expect(await ask(path, {}, shared.port)).toBe(200);
    expect(await ask(path, named, shared.port)).toBe(403);
    expect(await ask(path, { ...named, Authorization: `Bearer ${TOKEN}` }, shared.port)).toBe(200);
  }
  await shared.end();
});
