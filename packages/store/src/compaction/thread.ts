import { parentPort } from "node:worker_threads";
import type { Job } from "./job.ts";
import { perform, type Readers } from "./perform.ts";

/** Serves the compaction thread: the only one of a server in which a Y.Doc is made (D2). */
export function serveCompaction(readers?: Readers): void {
  parentPort?.on("message", (job: Job) => parentPort?.postMessage(perform(job, readers), []));
}
