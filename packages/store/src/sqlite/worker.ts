import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { LogDatabase } from "./database.ts";
import type { Reply, Request } from "./messages.ts";
import { packRows, unpackRequests } from "./packing.ts";

/** The storage thread: a slow disk blocks here and never the event loop that serves sockets (D3). */
function serve(port: MessagePort, file: string): void {
  const opened = LogDatabase.open(file);
  if (!opened.ok) {
    port.postMessage({ kind: "open-failed", error: opened.error } satisfies Reply);
    port.close();
    return;
  }
  const database = opened.value;
  port.postMessage({ kind: "opened" } satisfies Reply);

  port.on("message", (request: Request) => {
    const { id } = request;
    switch (request.kind) {
      case "append": {
        const seqs = database.append(unpackRequests(request.rows));
        port.postMessage(
          (seqs.ok
            ? { kind: "appended", id, seqs: seqs.value }
            : { kind: "failed", id, error: seqs.error }) satisfies Reply,
        );
        return;
      }
      case "load": {
        const loaded = database.load(request.document);
        if (!loaded.ok) return port.postMessage({ kind: "failed", id, error: loaded.error } satisfies Reply);
        const rows = packRows(loaded.value.rows);
        return port.postMessage({ kind: "loaded", id, logId: loaded.value.logId, rows } satisfies Reply, [rows.buffer]);
      }
      case "read": {
        const read = database.read(request.document, request.from, request.to);
        if (!read.ok) return port.postMessage({ kind: "failed", id, error: read.error } satisfies Reply);
        const rows = packRows(read.value);
        return port.postMessage({ kind: "read", id, rows } satisfies Reply, [rows.buffer]);
      }
      case "close":
        database.close();
        port.postMessage({ kind: "closed", id } satisfies Reply);
        port.close();
    }
  });
}

if (parentPort !== null) serve(parentPort, (workerData as { file: string }).file);
