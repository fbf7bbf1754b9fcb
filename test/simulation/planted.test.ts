import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PLANTS } from "./plants.ts";

/** Stories a mistake may survive. */
const MOST = 60;

interface Report {
  readonly stories: number;
  readonly caught?: string;
}

async function tellPlanted(name: string): Promise<Report> {
  const script = join(import.meta.dirname, "planted.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, name, String(MOST)]);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Report;
}

test.each(PLANTS)("it is noticed when $name", async ({ name, verdict }) => {
  const { stories, caught } = await tellPlanted(name);
  console.log(`caught in story ${stories}: ${caught}`);
  expect(caught).toMatch(verdict);
});

test("the same stories over the code as it is shipped end well", async () => {
  expect(await tellPlanted("")).toEqual({ stories: MOST });
});
