import { parentPort } from "node:worker_threads";
import type { Job } from "./job.ts";
import { perform } from "./perform.ts";

/** The compaction thread: the only one of a server in which a Y.Doc is made (D2). */
parentPort?.on("message", (job: Job) => parentPort?.postMessage(perform(job), []));
