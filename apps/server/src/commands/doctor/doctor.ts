import { resolve } from "node:path";
import { err } from "@sheaf/protocol";
import { askForStatus } from "../../control.ts";
import { readSettings, SHARE } from "../../read-settings.ts";
import type { Command } from "../command.ts";
import { checkClock, checkNode } from "./machine.ts";
import { checkFolder } from "./folder.ts";
import { checkNames, checkPort } from "./network.ts";
import { type Finding, lineOf, wrong } from "./finding.ts";
import { checkCertificate } from "./tls.ts";
import { checkWay } from "./way.ts";

export const DOCTOR: Command = {
  name: "doctor",
  parameters: [`[${SHARE}]`],
  summary: "say what is wrong with settings, folder, port, certificate and proxy, and what to do",
  details: `
Give it the settings the server is started with, and ${SHARE} if it is. It changes nothing. While the server runs it also
goes the way a browser does, through PUBLIC_URL to a WebSocket. A proxy that ends silent sockets shows only after a while:
Sheaf pings each every 20 seconds, so it must wait longer.
Each finding is a line: well, note or wrong. The exit code is 1 when something is wrong.`,
  async run([share], { env, print }) {
    const findings = await examine(env, share !== undefined);
    for (const finding of findings) print(lineOf(finding));
    return findings.every(({ kind }) => kind !== "wrong");
  },
};

async function examine(env: Readonly<Record<string, string | undefined>>, isToShare: boolean): Promise<Finding[]> {
  // A server that runs knows how it was started.
  const any = readSettings(env, [SHARE]);
  const running = any.ok ? await askForStatus(any.value.dataDir) : undefined;
  const read = any.ok ? readSettings(env, isToShare || running?.isShared === true ? [SHARE] : []) : err(any.error);
  if (!read.ok) return read.error.map((problem) => wrong(problem, "Nothing else was looked at."));
  const settings = { ...read.value, dataDir: resolve(read.value.dataDir) };
  const now = Date.now();
  return [
    checkNode(process.versions.node),
    checkClock(settings.dataDir, now),
    ...checkFolder(settings.dataDir, running),
    await checkPort(settings, running),
    ...checkNames(settings),
    ...checkCertificate(settings, now),
    ...(settings.publicUrl === undefined ? [] : [await checkWay(settings.publicUrl, settings.dataDir, running)]),
  ];
}
