import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives a run a folder for all its temporary ones, those of browsers and servers too, and takes it away at the end. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "sheaf-run-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
