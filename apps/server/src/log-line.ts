import type { ServerReport } from "./server.ts";
import { LOG_LEVELS, type LogLevel } from "./settings.ts";

const LEVEL_OF: Readonly<Record<ServerReport["kind"], LogLevel>> = {
  "blob-missing": "error",
  "certificate-failed": "error",
  "commit-failed": "error",
  "control-failed": "error",
  "hot-log-damaged": "error",
  "load-failed": "error",
  "people-failed": "error",
  "purge-failed": "error",
  quarantined: "error",
  "read-failed": "error",
  "request-failed": "error",
  "room-failed": "error",
  "snapshot-failed": "error",
  "upkeep-failed": "error",
  refused: "warn",
  "titles-failed": "warn",
  "certificate-renewed": "info",
  listening: "info",
  stopping: "info",
  stopped: "info",
  request: "debug",
  "room-opened": "debug",
  "room-closed": "debug",
};

/**
 * One line of JSON for what happened, in which nothing is secret and nothing can be taken for another line.
 *
 * @returns undefined when it is below `threshold`.
 */
export function logLine(report: ServerReport, threshold: LogLevel, time: Date): string | undefined {
  const level = LEVEL_OF[report.kind];
  if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(threshold)) return undefined;
  const { kind, ...fields } = report;
  const cleaned = Object.entries(fields).map(([name, value]) => [name, cleanField(name, value)]);
  return JSON.stringify({ time: time.toISOString(), level, event: kind, ...Object.fromEntries(cleaned) });
}

const LONGEST = 500;
const REDACTED = "[redacted]";
const SECRET_NAMES = "authorization|cookie|password|passphrase|secret|token|key";
const SECRET_FIELD = new RegExp(SECRET_NAMES, "i");
/** As in an address or a header: a name that says so, and what is behind it. */
const NAMED_SECRET = new RegExp(String.raw`((?:${SECRET_NAMES})[\w-]*"?\s*(?:=|:|%3D)\s*)[^\s&#,;]+`, "gi");
const CREDENTIALS = /\b(Bearer|Basic)\s+\S+/gi;
/** The links of the start line and of invites carry their key there. */
const JOIN_LINK = /(\/join(?:#|%23))\S+/gi;
/** Controls, ANSI sequences with them, and signs that turn the direction of a line or end it. */
const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function cleanField(name: string, value: unknown): unknown {
  if (SECRET_FIELD.test(name)) return REDACTED;
  if (typeof value !== "string") return typeof value === "object" ? clean(JSON.stringify(value)) : value;
  return clean(value);
}

function clean(text: string): string {
  const safe = text
    .replace(CREDENTIALS, `$1 ${REDACTED}`)
    .replace(JOIN_LINK, `$1${REDACTED}`)
    .replace(NAMED_SECRET, `$1${REDACTED}`)
    .replace(CONTROLS, "\uFFFD")
    .toWellFormed();
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST).toWellFormed()}…` : safe;
}
