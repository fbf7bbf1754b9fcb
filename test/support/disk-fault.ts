import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./server-process.ts";

/** `fail`: syncs give EIO. `full`, `read-only`: writes give ENOSPC, EROFS. */
export type Fault = "none" | "fail" | "full" | "read-only" | { readonly delayMillis: number };

/** A preloaded library between the server and its disk, which can be told to be slow, to fail or to be full. */
export class DiskFault {
  readonly env: Readonly<Record<string, string>>;
  /** Its own, to be removed by who made it. */
  readonly folder = makeFolder();
  readonly #file: string;

  constructor() {
    const library = join(this.folder, "disk-fault.so");
    execFileSync("gcc", [
      "-shared",
      "-fPIC",
      "-O1",
      "-o",
      library,
      join(import.meta.dirname, "preload/disk-fault.c"),
      "-ldl",
    ]);
    this.#file = join(this.folder, "fault");
    this.env = { LD_PRELOAD: library, DISK_FAULT_FILE: this.#file };
    this.set("none");
  }

  set(fault: Fault): void {
    writeFileSync(this.#file, typeof fault === "string" ? fault : `delay ${fault.delayMillis}`);
  }
}
