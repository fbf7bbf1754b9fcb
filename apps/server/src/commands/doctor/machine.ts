import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Finding, note, well, wrong } from "./finding.ts";

/** The first releases with all fixes that concern what Sheaf uses, by major version. */
const RECOMMENDED: Readonly<Record<number, readonly [minor: number, patch: number]>> = { 24: [22, 1], 26: [12, 1] };

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [leastMinor, leastPatch] = RECOMMENDED[major] ?? [0, 0];
  if (major < 24) return wrong(`Node ${version} is too old.`, "Install Node 24.22.1 or newer.");
  if (minor > leastMinor || (minor === leastMinor && patch >= leastPatch)) return well(`Node ${version}.`);
  return note(`Node ${version} lacks security fixes.`, `Install ${major}.${leastMinor}.${leastPatch} or newer.`);
}

/** A clock that is behind gives rows times that go back, and lets keys live that ran out. */
export function checkClock(dataDir: string, now: number): Finding {
  const remedy = "Set the clock, and have it kept: timedatectl set-ntp true.";
  const said = new Date(now).toISOString();
  if (now < RELEASED) return wrong(`The clock says ${said}, before this version of Sheaf was made.`, remedy);
  const newest = newestIn(dataDir);
  if (newest !== undefined && newest.time > now + SLACK_MILLIS) {
    return wrong(
      `The clock says ${said}, but ${newest.name} was written ${new Date(newest.time).toISOString()}.`,
      remedy,
    );
  }
  return well(`The clock says ${said}.`);
}

function newestIn(folder: string): { readonly name: string; readonly time: number } | undefined {
  try {
    return readdirSync(folder)
      .map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }))
      .toSorted((a, b) => b.time - a.time)[0];
  } catch {
    // The folder has findings of its own.
    return undefined;
  }
}

const RELEASED = Date.UTC(2026, 10, 1);
const SLACK_MILLIS = 60_000;
