import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./server-process.ts";

export type Fault = "none" | "fail" | { readonly delayMillis: number };

/** A preloaded library between the server and its disk, which can be told to be slow or to fail. */
export class SyncFault {
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  constructor() {
    const folder = makeFolder();
    const library = join(folder, "sync-fault.so");
    execFileSync("gcc", [
      "-shared",
      "-fPIC",
      "-O1",
      "-o",
      library,
      join(import.meta.dirname, "preload/sync-fault.c"),
      "-ldl",
    ]);
    this.#file = join(folder, "fault");
    this.env = { LD_PRELOAD: library, SYNC_FAULT_FILE: this.#file };
    this.set("none");
  }

  set(fault: Fault): void {
    writeFileSync(this.#file, typeof fault === "string" ? fault : `delay ${fault.delayMillis}`);
  }
}
