import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLE } from "../../support/server-process.ts";
import type { DialectName } from "./dialects.ts";

/** A server to be measured: each is a script for Node that prints its address. */
export interface ServerSpec {
  readonly name: string;
  /** As it stands in tables. */
  readonly title: string;
  readonly script: string;
  /** For Node, before the script. */
  readonly args?: readonly string[];
  readonly dialect: DialectName;
  /** Settings, beside an environment that is empty. */
  readonly env: Readonly<Record<string, string>>;
  /** True when it keeps documents, in the folder DATA_DIR. */
  readonly isDurable: boolean;
}

export const PEERS = join(import.meta.dirname, "peers");
const peer = (file: string): string => join(PEERS, file);
const version = (name: string): string =>
  (JSON.parse(readFileSync(join(PEERS, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;

/** Everybody is to be let in: what that costs when hundreds come at once is measured here. */
export const SHEAF_SETTINGS = { PORT: "0", MAX_LOOP_DELAY: "60000" };
/** As `npm start` has it. */
const SHEAF = { script: BUNDLE, args: ["--max-semi-space-size=4"], isDurable: true, env: SHEAF_SETTINGS };

/**
 * Read once the peers are installed.
 *
 * @param before - The bundle of another Sheaf, to compare with.
 */
export function readServers(before?: string): readonly ServerSpec[] {
  const hocuspocus = `@hocuspocus/server ${version("@hocuspocus/server")}`;
  const earlier: ServerSpec[] = [];
  if (before !== undefined) {
    earlier.push({ name: "before", title: "Sheaf before", dialect: "y-websocket", ...SHEAF, script: before });
  }
  return [
    ...earlier,
    {
      name: "y-websocket",
      title: `@y/websocket-server ${version("@y/websocket-server")}`,
      script: peer("y-websocket.mjs"),
      dialect: "y-websocket",
      env: {},
      isDurable: false,
    },
    { name: "sheaf", title: "Sheaf, through /y", dialect: "y-websocket", ...SHEAF },
    { name: "sheaf-own", title: "Sheaf, through /sync", dialect: "sheaf", ...SHEAF },
    {
      name: "hocuspocus",
      title: hocuspocus,
      script: peer("hocuspocus.mjs"),
      dialect: "hocuspocus",
      env: {},
      isDurable: false,
    },
    {
      name: "hocuspocus-sqlite",
      title: `${hocuspocus}, SQLite`,
      script: peer("hocuspocus.mjs"),
      dialect: "hocuspocus",
      env: {},
      isDurable: true,
    },
    {
      name: "relay",
      title: `bare ws ${version("ws")} relay`,
      script: peer("relay.mjs"),
      dialect: "y-websocket",
      env: {},
      isDurable: false,
    },
  ];
}
