import { err, ok, type Result } from "@sheaf/protocol";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  readonly host: string;
  readonly port: number;
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
    description: "Loopback address to listen on.",
    parse: (text) => (LOOPBACK.has(text) ? text : undefined),
    expected:
      "127.0.0.1, ::1 or localhost: sharing on a network needs accounts or invite keys, which are not built yet",
  } satisfies Setting<string>,
  port: {
    name: "PORT",
    fallback: "3000",
    description: "TCP port; 0 takes any free one.",
    parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
    expected: "a whole number from 0 to 65535",
  } satisfies Setting<number>,
  dataDir: {
    name: "DATA_DIR",
    fallback: "./data",
    description: "Folder of the log; made when missing.",
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

/** @returns The settings, or a sentence for each that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Result<Settings, readonly string[]> {
  const problems: string[] = [];
  const read = <T>({ name, fallback, parse, expected }: Setting<T>): T => {
    const text = env[name] ?? fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    problems.push(`${name} is "${text}", but must be ${expected}.`);
    return parse(fallback) as T;
  };
  const settings: Settings = {
    host: read(SETTINGS.host),
    port: read(SETTINGS.port),
    dataDir: read(SETTINGS.dataDir),
    logLevel: read<LogLevel>(SETTINGS.logLevel),
  };
  return problems.length === 0 ? ok(settings) : err(problems);
}
