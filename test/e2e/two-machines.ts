// Two machines' worth: Sheaf shares on a network from one network namespace, and a browser in another, which has
// nothing but a cable to it, opens the invite link over plain http. Needs root and Linux. Run it by hand:
//
//   npm run test:two-machines
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_ARGS, BROWSER_PATH, Window } from "../support/browser.ts";
import { makeFolder } from "../support/server-process.ts";
import { ALL_ONCE, countWords } from "../support/words.ts";

const LIMIT_MILLIS = 10_000;
const SERVER = { namespace: "sheaf-server", cable: "sheaf-cable-1", address: "10.77.0.1" };
const GUEST = { namespace: "sheaf-guest", cable: "sheaf-cable-2", address: "10.77.0.2" };

const folder = makeFolder();
const ip = (...args: readonly string[]): void => void execFileSync("ip", args);
const inside = ({ namespace }: typeof SERVER, ...command: readonly string[]) => [
  "netns",
  "exec",
  namespace,
  ...command,
];

for (const { namespace } of [SERVER, GUEST]) ip("netns", "add", namespace);
try {
  ip(
    "link",
    "add",
    SERVER.cable,
    "netns",
    SERVER.namespace,
    "type",
    "veth",
    "peer",
    GUEST.cable,
    "netns",
    GUEST.namespace,
  );
  for (const machine of [SERVER, GUEST]) {
    ip(...inside(machine, "ip", "address", "add", `${machine.address}/24`, "dev", machine.cable));
    for (const device of ["lo", machine.cable]) ip(...inside(machine, "ip", "link", "set", device, "up"));
  }
  await meet();
} finally {
  for (const { namespace } of [SERVER, GUEST]) ip("netns", "delete", namespace);
  rmSync(folder, { recursive: true, force: true });
}

async function meet(): Promise<void> {
  const bundle = join(import.meta.dirname, "../../apps/server/dist/server.mjs");
  const server = spawn("ip", inside(SERVER, process.execPath, bundle, "--share"), {
    env: { ...process.env, PORT: "3000", DATA_DIR: join(folder, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  const browser = join(folder, "browser");
  writeFileSync(browser, `#!/bin/sh\nexec ip netns exec ${GUEST.namespace} ${BROWSER_PATH} "$@"\n`);
  chmodSync(browser, 0o755);
  const chrome = await chromium.launch({ executablePath: browser, args: [...BROWSER_ARGS] });
  try {
    const [ownLink, link] = await linksOf(server.stdout);
    console.log(`the invite link is ${link.replace(/#.*/, "#…")}`);
    const owner = await comeIn(await Window.open(chrome, ownLink), "Olga");

    const began = performance.now();
    const friend = await comeIn(await Window.open(chrome, link), "Ben");
    await friend.type("h");
    await friend.saved();
    const committed = performance.now() - began;
    await friend.type("ello over the cable");
    await owner.shows("hello over the cable");
    const counted = countWords(["hello", "over", "the", "cable"], await owner.text());
    console.log(`from the click to the first committed letter: ${(committed / 1000).toFixed(1)} s (limit 10 s)`);
    process.exitCode = committed < LIMIT_MILLIS && JSON.stringify(counted) === JSON.stringify(ALL_ONCE) ? 0 : 1;
    await owner.close();
    await friend.close();
  } finally {
    await chrome.close();
    server.kill();
    await ended;
  }
}

/** A person who came by a link takes a name and goes in. */
async function comeIn(window: Window, name: string): Promise<Window> {
  await window.page.getByLabel("Your name").fill(name);
  await window.press("Enter");
  return window.ready();
}

async function linksOf(output: AsyncIterable<Buffer>): Promise<readonly [own: string, invite: string]> {
  let text = "";
  for await (const chunk of output) {
    text += chunk.toString();
    const [own, invite] = text.match(/\S+\/join#\S+/g) ?? [];
    if (own !== undefined && invite !== undefined) return [own, invite];
  }
  throw new Error("the server ended without its links");
}
