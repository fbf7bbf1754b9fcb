import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { editingTrace, writeTrace } from "../support/trace.ts";
import { until } from "../support/until.ts";

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[])[] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Instances of a class in the heap snapshot a process left in `folder`. */
function countInstances(folder: string, className: string): number {
  const file = readdirSync(folder).find((name) => name.endsWith(".heapsnapshot"));
  if (file === undefined) throw new Error("there is no heap snapshot");
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf("type"), fields.indexOf("name")];
  let count = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    if (types[0]![nodes[node + typeAt]!] === "object" && strings[nodes[node + nameAt]!] === className) count++;
  }
  return count;
}

test("after 50 openers of a long document the server's main thread holds no Y.Doc", async () => {
  const folder = makeFolder();
  const server = await ServerProcess.start({ cwd: folder, nodeArgs: ["--heapsnapshot-signal=SIGUSR2"] });
  const author = await new OwnClient(server.url, "trace", { schemaVersion: 0 }).synced();
  writeTrace(author.text, editingTrace(), 5_000);
  await until("the trace is saved", () => author.status === "saved", 60_000);
  const expected = author.text.toString();
  const openers = Array.from({ length: 50 }, () => new StockClient(server.url, "trace"));
  for (const opener of openers) await opener.synced();
  for (const opener of openers) expect(opener.text.toString()).toBe(expected);

  server.signal("SIGUSR2");
  const isWritten = () => readdirSync(folder).some((name) => name.endsWith(".heapsnapshot"));
  await until("the heap snapshot is written", isWritten, 30_000);
  // It is written in one go, with the event loop stopped: an answer means it is whole.
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(countInstances(folder, "Connection")).toBe(51);
  expect(countInstances(folder, "Doc")).toBe(0);
  for (const client of [author, ...openers]) client.close();
  await server.end();
});

test("the count finds a Y.Doc where there is one", () => {
  const folder = makeFolder();
  const yjs = import.meta.resolve("yjs");
  const script = `const { Doc } = await import("${yjs}"); globalThis.kept = new Doc(); (await import("node:v8")).writeHeapSnapshot()`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  expect(countInstances(folder, "Doc")).toBe(1);
});
