import { isIP } from "node:net";
import { err, ok, type Result } from "@sheaf/protocol";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  /** Others may come in, and everybody needs a key (D13); else this machine only, and nobody signs in. */
  readonly isShared: boolean;
  /** Undefined: every address of this machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** The origin people use behind a proxy or a name. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
}

interface Setting<T> {
  readonly name: string;
  readonly fallback: string;
  readonly description: string;
  /** @returns undefined when the text is not a value of this setting. */
  readonly parse: (text: string) => T | undefined;
  /** What the text should have been, for the message when it is not. */
  readonly expected: string;
}

/** Every setting: read from the environment, nowhere else. The table in the README is made from this. */
export const SETTINGS = {
  host: {
    name: "HOST",
    fallback: "127.0.0.1",
    description: "Address to listen on: a loopback one, or with `--share` any, and by default all of them.",
    parse: (text) => (LOOPBACK.has(text) || isIP(text) !== 0 ? text : undefined),
    expected: "an address of this machine, or localhost",
  } satisfies Setting<string>,
  port: {
    name: "PORT",
    fallback: "3000",
    description: "TCP port; 0 takes any free one.",
    parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
    expected: "a whole number from 0 to 65535",
  } satisfies Setting<number>,
  publicUrl: {
    name: "PUBLIC_URL",
    fallback: "",
    description: "With `--share` behind a proxy or a name: the origin people use, such as https://notes.example.org.",
    parse: (text) => (text === "" || isWebOrigin(text) ? text : undefined),
    expected: "an origin and nothing else, such as https://notes.example.org",
  } satisfies Setting<string>,
  dataDir: {
    name: "DATA_DIR",
    fallback: "./data",
    description: "Folder of everything Sheaf keeps; made when missing.",
    parse: (text) => (text.trim() === "" ? undefined : text),
    expected: "a folder",
  } satisfies Setting<string>,
  logLevel: {
    name: "LOG_LEVEL",
    fallback: "info",
    description: `How much is written to standard error: ${LOG_LEVELS.join(", ")}.`,
    parse: (text) => LOG_LEVELS.find((level) => level === text),
    expected: `one of ${LOG_LEVELS.join(", ")}`,
  } satisfies Setting<LogLevel>,
};

/** The one argument there is. */
const SHARE = "--share";

/**
 * @param args - What stands behind the program's name.
 * @returns The settings, or a sentence for each that is wrong.
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = [],
): Result<Settings, readonly string[]> {
  const problems: string[] = [];
  const read = <T>({ name, fallback, parse, expected }: Setting<T>): T => {
    const text = env[name] ?? fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    problems.push(`${name} is "${text}", but must be ${expected}.`);
    return parse(fallback) as T;
  };
  const isShared = args.includes(SHARE);
  const host = read(SETTINGS.host);
  const publicUrl = read(SETTINGS.publicUrl);
  const unknown = args.find((arg) => arg !== SHARE);
  if (unknown !== undefined) problems.push(`The argument ${unknown} is unknown: there is only ${SHARE}.`);
  if (!isShared && !LOOPBACK.has(host))
    problems.push(`HOST is "${host}", but must be a loopback address: ${SHARE_REMEDY}.`);
  if (!isShared && publicUrl !== "")
    problems.push(`PUBLIC_URL is "${publicUrl}", but must be left out: ${SHARE_REMEDY}.`);
  const settings: Settings = {
    isShared,
    host: isShared && env[SETTINGS.host.name] === undefined ? undefined : host,
    port: read(SETTINGS.port),
    publicUrl: publicUrl === "" ? undefined : publicUrl,
    dataDir: read(SETTINGS.dataDir),
    logLevel: read<LogLevel>(SETTINGS.logLevel),
  };
  return problems.length === 0 ? ok(settings) : err(problems);
}

/** The folder alone, for what is done to it whatever the other settings say. */
export const readDataDir = (env: Readonly<Record<string, string | undefined>>): string =>
  SETTINGS.dataDir.parse(env[SETTINGS.dataDir.name] ?? "") ?? SETTINGS.dataDir.fallback;

const SHARE_REMEDY = `to let others in, start with \`npm start -- ${SHARE}\`, and everybody needs a key`;

function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
