import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import WebSocket from "ws";
import { SUBPROTOCOL } from "@sheaf/protocol";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { keyOf } from "../support/shared-server.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function shared(env: Record<string, string>): Promise<{ server: ServerProcess; owner: Visitor }> {
  const server = await ServerProcess.start({ isShared: true, env });
  closing.push(() => server.end());
  const owner = await Visitor.join(server.url, keyOf(/http\S+\/join#\S+/.exec(server.greeting)![0]), "Olga");
  await owner.ask("POST", "/api/documents", { document: "plans" });
  return { server, owner };
}

interface Knock {
  readonly status: number;
  readonly retryAfter: number | undefined;
}

/** Opens a socket and keeps it. */
async function knock(url: string, path: string, headers: Record<string, string>): Promise<Knock> {
  const ws = new WebSocket(url.replace("http", "ws") + path, [SUBPROTOCOL], { headers });
  closing.push(() => ws.terminate());
  ws.on("error", () => {});
  const [response] = (await Promise.race([
    once(ws, "open"),
    once(ws, "unexpected-response").then(([, answer]) => [answer]),
  ])) as [{ statusCode?: number; headers: Record<string, string> } | undefined];
  const retryAfter = response?.headers["retry-after"];
  return { status: response?.statusCode ?? 101, retryAfter: retryAfter === undefined ? undefined : Number(retryAfter) };
}

test("three hundred sockets at once from one address are let in or told when to ask again, and nobody's words wait for them", async () => {
  const { server, owner } = await shared({ MAX_SOCKETS_PER_ADDRESS: "150", MAX_NEW_SOCKETS: "200" });
  const ana = await owner.open("plans").synced();
  const ben = await owner.open("plans").synced();
  closing.push(
    () => ana.close(),
    () => ben.close(),
  );
  let words = "";
  const typing = setInterval(() => {
    words += "w ";
    ana.text.insert(ana.text.length, "w ");
  }, 5);
  const knocks = await Promise.all(Array.from({ length: 300 }, () => knock(server.url, "/sync", owner.headers)));
  clearInterval(typing);
  const letIn = knocks.filter(({ status }) => status === 101);
  const refused = knocks.filter(({ status }) => status === 429);
  expect(letIn.length + refused.length).toBe(300);
  expect(letIn).toHaveLength(148);
  for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThanOrEqual(1);
  expect(new Set(refused.map(({ retryAfter }) => retryAfter)).size).toBeGreaterThan(1);
  await until(
    "all that was typed arrived",
    () => words.length > 0 && ben.text.toString() === words && ana.status === "saved",
    20_000,
  );
  const why = await owner.ask("GET", "/sync");
  expect(why).toMatchObject({ status: 429, body: { code: "too-many", reason: expect.stringMatching(/\.$/) } });
});

test("whose address it is a proxy says only where one is trusted", async () => {
  const forged = (owner: Visitor, index: number): Record<string, string> => ({
    ...owner.headers,
    "x-forwarded-for": `198.51.100.${index}`,
  });
  const statuses = async (env: Record<string, string>): Promise<number[]> => {
    const { server, owner } = await shared({ MAX_SOCKETS_PER_ADDRESS: "2", ...env });
    const all: number[] = [];
    for (let index = 1; index <= 4; index++) {
      all.push((await knock(server.url, "/y/plans", forged(owner, index))).status);
    }
    all.push(
      (await knock(server.url, "/y/plans", forged(owner, 4))).status,
      (await knock(server.url, "/y/plans", forged(owner, 4))).status,
    );
    return all;
  };
  expect(await statuses({})).toEqual([101, 101, 429, 429, 429, 429]);
  expect(await statuses({ TRUST_PROXY: "1" })).toEqual([101, 101, 101, 101, 101, 429]);
  expect(await statuses({ TRUST_PROXY: "127.0.0.0/8" })).toEqual([101, 101, 101, 101, 101, 429]);
});

test("a socket that closes makes room, and one that was refused took none", async () => {
  const { server, owner } = await shared({ MAX_SOCKETS_PER_ADDRESS: "1" });
  const first = new OwnClient(server.url, "plans", { schemaVersion: 0, headers: owner.headers });
  await first.synced();
  expect((await knock(server.url, "/sync", owner.headers)).status).toBe(429);
  expect((await knock(server.url, "/sync", {})).status).toBe(429);
  first.close();
  await until("there is room", async () => (await owner.ask("GET", "/sync")).status === 426);
  expect((await knock(server.url, "/y/nothing-here", {})).status).toBe(401);
  await until("there is room again", async () => (await owner.ask("GET", "/sync")).status === 426);
  expect((await knock(server.url, "/sync", owner.headers)).status).toBe(101);
});

test("a full document turns away, in the way of each dialect; others are open", async () => {
  const server = await ServerProcess.start({ env: { MAX_SESSIONS_PER_DOCUMENT: "1" } });
  closing.push(() => server.end());
  const ana = await new OwnClient(server.url, "full", { schemaVersion: 0 }).synced();
  const ben = new OwnClient(server.url, "full", { schemaVersion: 0 });
  closing.push(
    () => ana.close(),
    () => ben.close(),
  );
  expect(await knock(server.url, "/y/full", {})).toEqual({ status: 503, retryAfter: 10 });
  expect((await knock(server.url, "/y/other", {})).status).toBe(101);
  await until("ben waits", () => ben.provider.state.connection === "waiting");
  expect(ana.status).toBe("saved");
});

test("above the memory it may take the server lets nobody in before an upgrade, and says so; pages it still serves", async () => {
  const server = await ServerProcess.start({ env: { MAX_MEMORY: "1" } });
  closing.push(() => server.end());
  for (const path of ["/sync", "/y/plans"]) {
    const { status, retryAfter } = await knock(server.url, path, {});
    expect(status).toBe(503);
    expect(retryAfter).toBeGreaterThanOrEqual(1);
  }
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
});
