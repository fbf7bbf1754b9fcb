import { isIP } from "node:net";
import { parseTrustProxy, type TrustProxy } from "./client-address.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One setting as data. Where there is no fallback the value is undefined unless somebody sets it. */
export interface Setting<T> {
  readonly name: string;
  readonly fallback: string | undefined;
  /** What a number counts. */
  readonly unit?: string;
  /** Never printed. */
  readonly isSecret?: boolean;
  readonly description: string;
  /** @returns undefined when the text is not a value of this setting. */
  readonly parse: (text: string) => T | undefined;
  /** What the text should have been, for the message when it is not. */
  readonly expected: string;
}

/** Every setting there is. The table in the README is made from this. */
export const SETTINGS = {
  host: {
    name: "HOST",
    fallback: "127.0.0.1",
    description: "Address to listen on: a loopback one, or with `--share` any, and by default all of them.",
    parse: (text) => (isLoopback(text) || isIP(text) !== 0 ? text : undefined),
    expected: "an address of this machine, or localhost",
  } satisfies Setting<string>,
  port: {
    name: "PORT",
    fallback: "3000",
    description: "TCP port; 0 takes any free one.",
    parse: (text) => wholeNumber(text, 0, 65_535),
    expected: "a whole number from 0 to 65535",
  } satisfies Setting<number>,
  publicUrl: {
    name: "PUBLIC_URL",
    fallback: undefined,
    description: "With `--share` behind a proxy or a name: the origin people use, such as https://notes.example.org.",
    parse: (text) => (isWebOrigin(text) ? text : undefined),
    expected: "an origin and nothing else, such as https://notes.example.org",
  } satisfies Setting<string>,
  appOrigins: {
    name: "APP_ORIGINS",
    fallback: undefined,
    description:
      "Origins whose pages may connect to `/y`, between commas, such as https://app.example.org; without `--share` they may read every document.",
    parse: webOrigins,
    expected: "origins between commas, such as https://app.example.org",
  } satisfies Setting<readonly string[]>,
  dataDir: {
    name: "DATA_DIR",
    fallback: "./data",
    description: "Folder of everything Sheaf keeps; made when missing.",
    parse: (text) => (text.trim() === "" ? undefined : text),
    expected: "a folder",
  } satisfies Setting<string>,
  tlsCert: {
    name: "TLS_CERT",
    fallback: undefined,
    description: "PEM file with a certificate and those that vouch for it: Sheaf speaks https itself.",
    parse: (text) => (text.trim() === "" ? undefined : text),
    expected: "a file",
  } satisfies Setting<string>,
  tlsKey: {
    name: "TLS_KEY",
    fallback: undefined,
    description: "PEM file with its key. Both are read anew when they change, and on SIGHUP; nobody is disconnected.",
    parse: (text) => (text.trim() === "" ? undefined : text),
    expected: "a file",
  } satisfies Setting<string>,
  trustProxy: {
    name: "TRUST_PROXY",
    fallback: "0",
    description:
      "Proxies whose `X-Forwarded-For` is believed: how many stand before Sheaf, or their addresses, as 10.0.0.0/8,::1.",
    parse: parseTrustProxy,
    expected: "a number from 0 to 9, or addresses and networks between commas",
  } satisfies Setting<TrustProxy>,
  maxSocketsPerAddress: {
    name: "MAX_SOCKETS_PER_ADDRESS",
    fallback: "500",
    description: "With `--share`: open WebSockets from one address; a school may have one for all.",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  } satisfies Setting<number>,
  maxNewSockets: {
    name: "MAX_NEW_SOCKETS",
    fallback: "100",
    unit: "a second",
    description: "With `--share`: WebSockets one address may open, on average and at once.",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  } satisfies Setting<number>,
  maxSessionsPerDocument: {
    name: "MAX_SESSIONS_PER_DOCUMENT",
    fallback: "2000",
    description: "Windows and programs in one document at a time.",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  } satisfies Setting<number>,
  maxLoopDelay: {
    name: "MAX_LOOP_DELAY",
    fallback: "200",
    unit: "ms",
    description: "When everything waits this long on average, nobody new is let in; who is in stays.",
    parse: (text) => wholeNumber(text, 1, 60_000),
    expected: "a whole number from 1 to 60000",
  } satisfies Setting<number>,
  maxMemory: {
    name: "MAX_MEMORY",
    fallback: undefined,
    unit: "MB",
    description: "The same when the process holds this many MB; without it three quarters of what there is.",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  } satisfies Setting<number>,
  maxPicture: {
    name: "MAX_PICTURE",
    fallback: "10",
    unit: "MB",
    description: "Largest picture somebody can put into a document.",
    parse: (text) => wholeNumber(text, 1, 500),
    expected: "a whole number from 1 to 500",
  } satisfies Setting<number>,
  maxPictures: {
    name: "MAX_PICTURES",
    fallback: "1000",
    unit: "MB",
    description: "All pictures of one document together.",
    parse: (text) => wholeNumber(text, 1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  } satisfies Setting<number>,
  metricsToken: {
    name: "METRICS_TOKEN",
    fallback: undefined,
    isSecret: true,
    description:
      "Who sends it as a bearer token may read `/metrics` and `/readyz` from elsewhere; without it only this machine may.",
    parse: (text) => (/^[\w.~+/=-]{16,512}$/.test(text) ? text : undefined),
    expected: "16 to 512 letters, digits and signs of ._~+/=-",
  } satisfies Setting<string>,
  logLevel: {
    name: "LOG_LEVEL",
    fallback: "warn",
    description: `How much is written to standard error: ${LOG_LEVELS.join(", ")}. Starts and stops are at info.`,
    parse: (text) => LOG_LEVELS.find((level) => level === text),
    expected: `one of ${LOG_LEVELS.join(", ")}`,
  } satisfies Setting<LogLevel>,
};

/** Where settings stand that are in no environment: named by it, so it is no setting itself. */
export const CONFIG: Pick<Setting<string>, "name" | "fallback" | "description"> = {
  name: "CONFIG",
  fallback: undefined,
  description:
    "A file of `NAME=value` lines with any of the other settings; the environment wins over it. systemd’s `EnvironmentFile=` and docker’s `--env-file` read the same file.",
};

type Values = { readonly [Key in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[Key]> };

type ValueOf<S extends Setting<unknown>> =
  | Exclude<ReturnType<S["parse"]>, undefined>
  | (S["fallback"] extends string ? never : undefined);

export interface Settings extends Omit<Values, "host"> {
  /** Others may come in, and everybody needs a key (D13); else this machine only, and nobody signs in. */
  readonly isShared: boolean;
  /** Undefined: every address of this machine. */
  readonly host: string | undefined;
}

export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}

function webOrigins(text: string): readonly string[] | undefined {
  const all = text.split(",").map((each) => each.trim());
  return all.every(isWebOrigin) ? all : undefined;
}

function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
