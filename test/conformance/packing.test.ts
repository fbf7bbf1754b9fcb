import { cpSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hotRowsOf } from "@sheaf/store/testing";
import * as Y from "yjs";
import { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { until } from "../support/until.ts";

test("the server packs and compacts a long document by itself; opened again, after a restart, it is the same", async () => {
  let server = await ServerProcess.start();
  const author = await new OwnClient(server.url, "long", { schemaVersion: 0 }).synced();
  // As long as a segment: nobody has to wait for it to be packed.
  author.text.insert(0, "a page of words ".repeat(80_000));
  await until("saved", () => author.status === "saved", 20_000);
  author.text.delete(0, 16);
  await until("saved", () => author.status === "saved");
  author.close();
  await until("packed and compacted", () => count(server, "snapshots") === 1, 20_000);
  const { dataDir, port } = server;
  await server.end();
  expect(count(server, "segments")).toBe(1);
  expect(hotRowsOf(join(dataDir, "sheaf.db")).map(({ row }) => row.seq)).toContain(2);

  server = await ServerProcess.start({ dataDir, port });
  const own = await new OwnClient(server.url, "long", { schemaVersion: 0 }).synced();
  const stock = await new StockClient(server.url, "long").synced();
  for (const { doc } of [own, stock]) {
    expect(Buffer.compare(Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(author.doc))).toBe(0);
  }
  own.text.insert(0, "and more ");
  await until("heard", () => stock.text.toString().startsWith("and more "));
  for (const client of [own, stock]) client.close();
  await server.end();
});

/** Rows of a table, in a copy of the file: a server that is up has it to itself. */
function count({ dataDir }: ServerProcess, table: string): number {
  const folder = makeFolder();
  cpSync(dataDir, folder, { recursive: true });
  try {
    const database = new DatabaseSync(join(folder, "sheaf.db"));
    const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number };
    database.close();
    return rows;
  } catch {
    // Copied in the middle of a write: it is looked at again.
    return -1;
  }
}
