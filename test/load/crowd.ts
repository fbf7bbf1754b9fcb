// Five thousand sockets at once, while two people write: what becomes of the crowd, and what the two notice of it.
//
//   npm run test:crowd                 from 250 addresses, then all from one
//   npm run test:crowd -- 1000         fewer
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseExposition } from "../support/exposition.ts";
import type { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { delay, until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";
import { countWords } from "../support/words.ts";
import type { CrowdOrder, CrowdReport } from "./crowd-process.ts";
import { SteadyTypist } from "./steady-typist.ts";

const SOCKETS = Number(process.argv[2] ?? 5_000);
const SOCKETS_PER_ADDRESS = 20;
const SOCKETS_PER_DOCUMENT = 50;
const CALM_MILLIS = 5_000;
const LOOP_DELAY_LIMIT_SECONDS = 0.2;

const many = Array.from(
  { length: Math.ceil(SOCKETS / SOCKETS_PER_ADDRESS) },
  (_, index) => `127.0.${1 + (index >> 8)}.${index & 255}`,
);
const rounds = [await round(`from ${many.length} addresses`, many), await round("from one address", ["127.0.0.2"])];
process.exitCode = rounds.every(Boolean) ? 0 : 1;

/** @returns True when everybody was served or politely refused, and nothing and nobody was held up. */
async function round(name: string, addresses: readonly string[]): Promise<boolean> {
  const server = await ServerProcess.start({ isShared: true, env: { MAX_LOOP_DELAY: "200" } });
  let crowd: ChildProcess | undefined;
  const clients: OwnClient[] = [];
  try {
    const owner = await Visitor.join(server.url, server.ownerKey, "Olga");
    const documents = Array.from({ length: Math.ceil(SOCKETS / SOCKETS_PER_DOCUMENT) }, (_, index) => `crowd-${index}`);
    for (const document of ["honest", ...documents]) await owner.ask("POST", "/api/documents", { document });
    const [ana, ben] = [await owner.open("honest").synced(), await owner.open("honest").synced()];
    clients.push(ana, ben);
    const typing = new SteadyTypist(ana);

    await delay(CALM_MILLIS);
    const before = typing.takeAcks();
    const calm = await figures(server.url);
    const order: CrowdOrder = { url: server.url, headers: owner.headers, sockets: SOCKETS, addresses, documents };
    crowd = spawn(process.execPath, [join(import.meta.dirname, "crowd-process.ts"), JSON.stringify(order)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { ends, millis } = await reportOf(crowd);
    const during = typing.takeAcks();
    const full = await figures(server.url);
    await delay(CALM_MILLIS);
    const after = typing.takeAcks();
    const later = await figures(server.url);

    const words = await typing.stop();
    await until("everything that was typed is saved", () => ana.status === "saved", 30_000);
    await until("the other has all of it", () => countWords(words, ben.text.toString()).lost.length === 0, 30_000);

    const delays = longestDelays(calm, later);
    const served = ends["served"] ?? 0;
    const polite =
      served + Object.entries(ends).reduce((sum, [end, n]) => sum + (/^refused (429|503)$/.test(end) ? n : 0), 0);
    const perSocket =
      (full.get("process_resident_memory_bytes")! - calm.get("process_resident_memory_bytes")!) / served;
    console.log(`\n${SOCKETS} sockets ${name}, decided in ${(millis / 1000).toFixed(1)} s`);
    for (const [end, count] of Object.entries(ends)) console.log(`  ${String(count).padStart(6)} ${end}`);
    console.log(`  the longest the loop was held up in each second: ${delays.text}`);
    for (const [when, acks] of Object.entries({ before, during, after })) {
      console.log(`  an honest ack ${when}: ${describe(acks)}`);
    }
    if (served > SOCKETS / 10) console.log(`  memory: ${(perSocket / 1024).toFixed(0)} kB a socket`);
    return polite === SOCKETS && delays.atMost <= LOOP_DELAY_LIMIT_SECONDS;
  } finally {
    for (const client of clients) client.close();
    crowd?.stdin?.end();
    if (crowd !== undefined && crowd.exitCode === null) await once(crowd, "exit");
    await server.end();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
}

async function reportOf(crowd: ChildProcess): Promise<CrowdReport> {
  for await (const line of createInterface({ input: crowd.stdout! })) return JSON.parse(line) as CrowdReport;
  throw new Error("the crowd ended without a word");
}

type Figures = ReturnType<typeof parseExposition>;

async function figures(url: string): Promise<Figures> {
  return parseExposition(await (await fetch(`${url}/metrics`)).text());
}

/** The seconds between two looks, by how long the loop was held up in them. */
function longestDelays(from: Figures, to: Figures): { readonly text: string; readonly atMost: number } {
  const name = /^sheaf_loop_delay_seconds_bucket\{le="([\d.]+|\+Inf)"\}$/;
  let below = 0;
  let atMost = 0;
  const parts: string[] = [];
  for (const [key, value] of to) {
    const bound = name.exec(key)?.[1];
    if (bound === undefined) continue;
    const seconds = value - (from.get(key) ?? 0) - below;
    below += seconds;
    if (seconds === 0) continue;
    atMost = Number(bound.replace("+Inf", "Infinity"));
    parts.push(`${seconds} s up to ${bound} s`);
  }
  return { text: parts.join(", "), atMost };
}

function describe(millis: readonly number[]): string {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): string => `${sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(0)} ms`;
  return `median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (${sorted.length})`;
}
