import type { DocumentId } from "@sheaf/protocol";
import type { LogFile } from "./file.ts";
import { asideName } from "./places.ts";

/** In one transaction removes all logs there are of a document: its own, and those that were set aside. */
export function purgeLogs(file: LogFile, document: DocumentId): void {
  file.transaction(() => {
    const named = file.prepare("SELECT id, document FROM logs").all() as unknown as { id: number; document: string }[];
    for (const { id, document: name } of named) {
      if (name !== document && name !== asideName({ id, document })) continue;
      // The hot log has no index by log: this reads all of it, which is bounded, and once for a document.
      for (const table of ["hot_log", "segments", "ranges", "snapshots"]) {
        file.prepare(`DELETE FROM ${table} WHERE log = ?`).run(id);
      }
      file.prepare("DELETE FROM logs WHERE id = ?").run(id);
    }
  });
}
