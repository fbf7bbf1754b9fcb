import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { err, ok, type Result } from "@sheaf/protocol";
import { nearest } from "./nearest.ts";
import { CONFIG, isLoopback, type Setting, SETTINGS, type Settings } from "./settings.ts";

/** The one argument there is; commands have theirs. */
export const SHARE = "--share";
const SHARE_REMEDY = `to let others in, start with \`npm start -- ${SHARE}\`, and everybody needs a key`;

type Texts = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, and the file it names in `CONFIG`.
 *
 * @param args - What stands behind the program's name.
 * @param readText - Reads a file, or throws.
 * @returns The settings, or a sentence for each thing that is wrong in any of the three.
 */
export function readSettings(
  env: Texts,
  args: readonly string[] = [],
  readText: (path: string) => string = (path) => readFileSync(path, "utf8"),
): Result<Settings, readonly string[]> {
  const problems: string[] = [];
  const path = env[CONFIG.name];
  const file = path === undefined || path === "" ? {} : readConfig(path, readText, problems);

  const textOf = ({ name, fallback }: Setting<unknown>): string | undefined => {
    const text = env[name] ?? file[name];
    // Tools that fill in forms set what was left empty to nothing.
    return text === undefined || (text === "" && fallback === undefined) ? fallback : text;
  };
  const read = (setting: Setting<unknown>): unknown => {
    const text = textOf(setting);
    if (text === undefined) return undefined;
    const value = setting.parse(text);
    if (value === undefined) problems.push(describe(setting, env, path, text, `must be ${setting.expected}`));
    return value;
  };

  const isShared = args.includes(SHARE);
  const unknown = args.find((arg) => arg !== SHARE);
  if (unknown !== undefined) problems.push(`The argument ${unknown} is unknown: there is only ${SHARE}.`);
  const { host, ...rest } = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, setting]) => [key, read(setting)]),
  ) as Omit<Settings, "isShared">;
  if (!isShared && host !== undefined && !isLoopback(host)) {
    problems.push(describe(SETTINGS.host, env, path, host, `must be a loopback address: ${SHARE_REMEDY}`));
  }
  if (!isShared && rest.publicUrl !== undefined) {
    problems.push(describe(SETTINGS.publicUrl, env, path, rest.publicUrl, `must be left out: ${SHARE_REMEDY}`));
  }
  const { tlsCert, tlsKey, publicUrl } = rest;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, missing] = tlsCert === undefined ? ["TLS_KEY", "TLS_CERT"] : ["TLS_CERT", "TLS_KEY"];
    problems.push(`${given} is set, but must be left out or go with ${missing}.`);
  }
  if (tlsCert !== undefined && publicUrl?.startsWith("http:") === true) {
    problems.push(`PUBLIC_URL is "${publicUrl}", but must begin with https, as TLS_CERT is set.`);
  }
  if (problems.length > 0) return err(problems);
  const isEverywhere = isShared && (env[SETTINGS.host.name] ?? file[SETTINGS.host.name]) === undefined;
  return ok({ isShared, host: isEverywhere ? undefined : host, ...rest });
}

function describe(
  { name, isSecret = false }: Setting<unknown>,
  env: Texts,
  path: string | undefined,
  text: string,
  must: string,
): string {
  const place = env[name] === undefined && path !== undefined ? ` in ${path}` : "";
  return isSecret ? `${name}${place} ${must}.` : `${name}${place} is "${text}", but ${must}.`;
}

function readConfig(path: string, readText: (path: string) => string, problems: string[]): Texts {
  let text: string;
  try {
    text = readText(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    problems.push(`${CONFIG.name} is "${path}", but must be a file that can be read (${reason}).`);
    return {};
  }
  for (const [index, line] of text.split("\n").entries()) {
    // Node passes over what it does not understand, and the setting with it.
    if (!/^\s*(#.*|[A-Za-z_]\w*\s*=.*)?$/.test(line.trimEnd())) {
      problems.push(`Line ${index + 1} of ${path} is neither NAME=value nor a # comment.`);
    }
  }
  const names = Object.values(SETTINGS).map(({ name }): string => name);
  const texts = parseEnv(text) as Texts;
  for (const name of Object.keys(texts)) {
    if (names.includes(name)) continue;
    const meant = nearest(name.toUpperCase(), names);
    problems.push(`${name} in ${path} is no setting${meant === undefined ? "." : `: did you mean ${meant}?`}`);
  }
  return texts;
}
