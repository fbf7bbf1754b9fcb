// Hocuspocus as it comes, on any free port; with a folder in DATA_DIR it keeps its documents there, in SQLite.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Database } from "@hocuspocus/extension-database";
import { Server } from "@hocuspocus/server";

const { DATA_DIR } = process.env;
const server = new Server({
  port: 0,
  address: "127.0.0.1",
  quiet: true,
  extensions: DATA_DIR === undefined ? [] : [sqlite(join(DATA_DIR, "hocuspocus.db"))],
});
await server.listen();
console.log(`http://127.0.0.1:${server.address.port}`);

/** What its SQLite extension does. That one needs better-sqlite3, which does not install without running scripts. */
function sqlite(file) {
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE IF NOT EXISTS documents (name TEXT NOT NULL UNIQUE, data BLOB NOT NULL)");
  const select = database.prepare("SELECT data FROM documents WHERE name = ?");
  const upsert = database.prepare(
    "INSERT INTO documents (name, data) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET data = excluded.data",
  );
  return new Database({
    fetch: async ({ documentName }) => select.get(documentName)?.data ?? null,
    store: async ({ documentName, state }) => void upsert.run(documentName, state),
  });
}
