import { connect } from "node:net";
import { expect, test } from "vitest";
import { handshake } from "../support/handshake.ts";
import { ServerProcess } from "../support/server-process.ts";
import { keyOf } from "../support/shared-server.ts";
import { until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";

const METRICS_TOKEN = "a-token-of-the-operator";
const HOSTILE = '\u001b[2J"}\r\n{"level":"error","event":"forged"}\u2028\u202E';

/** Sends bytes as they are, and waits for the end. */
async function raw(port: number, request: string): Promise<void> {
  const tcp = connect(port, "127.0.0.1");
  tcp.end(request);
  for await (const chunk of tcp) expect(String(chunk)).toMatch(/^HTTP\/1.1 [24]/);
}

test("the log of a whole session: no secret in it, and nobody can write a line of their own", async () => {
  const server = await ServerProcess.start({ isShared: true, env: { LOG_LEVEL: "debug", METRICS_TOKEN } });
  const links = server.greeting.match(/http\S+\/join#\S+/g)!;
  const secrets = [METRICS_TOKEN, keyOf(links[0]!), keyOf(links[1]!)];
  const owner = await Visitor.join(server.url, keyOf(links[0]!), '"}, {"level":');
  const document = "plans";
  await owner.ask("POST", "/api/documents", { document });
  const token = (await owner.ask("POST", "/api/tokens", { name: "tool" })).body.token;
  const roomToken = (await owner.ask("POST", `/api/documents/${document}/tokens`, {})).body.token;
  const invite = (await owner.ask("POST", `/api/documents/${document}/invites`, { role: "editor" })).body.key;
  const guest = await Visitor.join(server.url, invite, "Gus");
  await guest.ask("POST", "/api/join", { key: invite, name: HOSTILE });
  for (const deviceKey of [guest.deviceKey, "unknown"]) await guest.ask("POST", "/api/session", { deviceKey });
  secrets.push(token, roomToken, invite, cookieOf(owner), cookieOf(guest), guest.deviceKey);
  for (const secret of secrets) expect(secret.length).toBeGreaterThanOrEqual(16);

  const client = await owner.open(document).synced();
  client.text.insert(0, HOSTILE);
  await until("saved", () => client.status === "saved");
  expect(await handshake(server.url, `/y/${document}?token=${roomToken}`, {})).toBe(101);
  const answers = [
    `/y/${document}?token=${roomToken}&key=${invite}`,
    `/join?key=${invite}`,
    `/join%23${invite}`,
    `/api/session?deviceKey=${guest.deviceKey}`,
    `/nothing%3Ftoken%3D${token}`,
    `/d/${encodeURIComponent(HOSTILE)}`,
    `/${"x".repeat(9_000)}`,
  ];
  for (const path of answers) await guest.ask("GET", path).catch(() => undefined);
  for (const authorization of [`Bearer ${token}`, `Bearer ${METRICS_TOKEN}`, `Bearer ${HOSTILE.slice(3, 5)}`]) {
    await fetch(`${server.url}/metrics`, { headers: { authorization } });
  }
  await raw(
    server.port,
    `GET /%0d%0a%1b[31mred?token=${token} HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`,
  );
  await raw(server.port, `GET /\u001b[31m HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`);
  client.close();
  await server.end();
  await until("its last word was read", () => server.stderr.includes('"stopped"'));

  const lines = server.stderr.split("\n");
  expect(lines.pop()).toBe("");
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const { time, level, event } of events) {
    expect(new Date(String(time)).getTime()).toBeGreaterThan(0);
    expect(level).toMatch(/^(error|warn|info|debug)$/);
    expect(event).toMatch(/^[a-z-]+$/);
    expect(event).not.toBe("forged");
  }
  const kinds = events.map(({ event }) => event);
  for (const kind of ["listening", "request", "room-opened", "stopping", "stopped"]) expect(kinds).toContain(kind);
  for (const secret of secrets) expect(server.stderr).not.toContain(secret);
  for (const text of lines.concat(events.flatMap((each) => Object.values(each).map(String)))) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(text.length).toBeLessThan(2_000);
  }
});

const cookieOf = ({ cookie }: Visitor): string => cookie!.slice(cookie!.indexOf("=") + 1);
