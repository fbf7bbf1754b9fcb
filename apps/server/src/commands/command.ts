import { nearest } from "../nearest.ts";
import { SHARE } from "../read-settings.ts";
import { BACKUP } from "./backup.ts";
import { DOCTOR } from "./doctor/doctor.ts";
import { INSPECT } from "./inspect.ts";
import { RESTORE } from "./restore.ts";

/** Something the bundle does instead of serving. */
export interface Command {
  readonly name: string;
  /** What stands behind its name; in brackets what may be left out. */
  readonly parameters: readonly string[];
  readonly summary: string;
  /** More for `--help`, in lines of its own. */
  readonly details: string;
  /**
   * @param args - As many as it has parameters.
   * @returns True when it did what it is for. Why not, and what to do, was said when not.
   */
  readonly run: (args: readonly string[], call: Call) => Promise<boolean>;
}

/** What a command has besides its arguments. */
export interface Call {
  readonly env: Environment;
  /** Writes lines to standard output, which is for what was asked. */
  readonly print: (text: string) => void;
  /** Writes lines to standard error, which is for why it cannot be had. */
  readonly complain: (text: string) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const COMMANDS: readonly Command[] = [BACKUP, RESTORE, DOCTOR, INSPECT];
const HELP = "--help";

/** False when the arguments are the server's own. */
export const namesCommand = ([first]: readonly string[]): boolean => first !== undefined && first !== SHARE;

/** @returns The exit code: 0 done, 1 not done, 2 not understood. */
export async function runCommand([name, ...args]: readonly string[], call: Call): Promise<number> {
  const { print, complain } = call;
  const wantsHelp = name === HELP || args.includes(HELP);
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    if (name === HELP) {
      print(overview());
      return 0;
    }
    const known = [...COMMANDS.map((one) => one.name), SHARE, HELP];
    const meant = nearest(name ?? "", known);
    complain(
      `"${name}" is unknown${meant === undefined ? "." : `: did you mean ${meant}?`} ${HELP} lists all there is.`,
    );
    return 2;
  }
  const usage = `Usage: ${[command.name, ...command.parameters].join(" ")}`;
  if (wantsHelp) {
    print(`${usage}\n\n${command.summary}\n${command.details}`);
    return 0;
  }
  const options = [...command.parameters.filter((one) => one.startsWith("[--")).map((one) => one.slice(1, -1)), HELP];
  const option = args.find((arg) => arg.startsWith("--") && !options.includes(arg));
  if (option !== undefined) {
    complain(`${command.name} knows no ${option}, only ${options.join(" and ")}.\n${usage}`);
    return 2;
  }
  const least = command.parameters.filter((parameter) => !parameter.startsWith("[")).length;
  if (args.length < least || args.length > command.parameters.length) {
    complain(usage);
    return 2;
  }
  return (await command.run(args, call)) ? 0 : 1;
}

function overview(): string {
  const rows: readonly (readonly [usage: string, summary: string])[] = [
    ["", "serve on this machine only"],
    [SHARE, "serve on the network, to whoever has a key"],
    ...COMMANDS.map(({ name, parameters, summary }) => [[name, ...parameters].join(" "), summary] as const),
  ];
  const width = Math.max(...rows.map(([usage]) => usage.length));
  const lines = rows.map(([usage, summary]) => `  npm start -- ${usage.padEnd(width)}  ${summary}`);
  return `${lines.join("\n")}\n\nSettings come from the environment: see the README. COMMAND ${HELP} says more of one.`;
}
