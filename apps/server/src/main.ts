import { existsSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { namesCommand, runCommand } from "./commands/command.ts";
import { logLine } from "./log-line.ts";
import { readSettings } from "./read-settings.ts";
import { type ServerReport, startServer } from "./server.ts";
import type { LogLevel } from "./settings.ts";

/** The composition root: the one place that reads the environment and the one that ends the process. */
const args = process.argv.slice(2);
// An update lives as long as a commit. Where the first ones take long, V8 believes that all will, and puts them where
// garbage stays until a full collection: in some starts that was twice the memory, and a fifth of the time.
setFlagsFromString("--no-allocation-site-pretenuring");
// What is short-lived is collected in half a millisecond: sharing that with four other threads takes longer.
setFlagsFromString("--no-parallel-scavenge");
// What runs hot is often a moment: fifty who open a document, all who come back after a restart. That was over before
// what it was compiled into paid, and compiling was a third of it. What stays hot is compiled all the same, a little later.
setFlagsFromString("--invocation-count-for-maglev=2000");
if (namesCommand(args)) {
  process.exit(await runCommand(args, { env: process.env, print: console.log, complain: console.error }));
}
const settings = readSettings(process.env, args);
if (!settings.ok) fail(settings.error.join("\n"));

const built = join(import.meta.dirname, "web");
const webFolder = existsSync(built) ? built : join(import.meta.dirname, "../../web/dist");

const started = await startServer(settings.value, {
  webFolder,
  report: (event) => report(event, settings.value.logLevel),
});
if (!started.ok) fail(started.error);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Ctrl-C reaches this process twice, from the terminal and from the one that started it: once is enough.
  process.on(signal, () => void started.value.stop().then(() => process.exit(0)));
}

// A terminal that goes away says the same as a program that renewed the certificate.
process.on("SIGHUP", started.value.reload ?? (() => void started.value.stop().then(() => process.exit(0))));

const { url, otherUrls, links } = started.value;
const { dataDir } = settings.value;
const readers = links === undefined ? "this machine only" : "shared: who has a key can read what it opens";
const lines = [`Sheaf is at ${[url, ...otherUrls].join(" and ")}  (${readers}; documents in ${dataDir})`];
if (links !== undefined) lines.push(`Your own link, which opens everything: ${links.owner}`);
if (links?.invite !== undefined) lines.push(`A link for others, who may write in one document: ${links.invite}`);
console.log(lines.join("\n"));

function fail(reason: string): never {
  console.error(`Sheaf did not start.\n${reason}`);
  process.exit(1);
}

function report(event: ServerReport, threshold: LogLevel): void {
  const line = logLine(event, threshold, new Date());
  if (line !== undefined) console.error(line);
}
