import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { type ServerSpec, SHEAF_SETTINGS } from "./servers.ts";
import type { Case, Column, Figures, Goal, Spread, Workload } from "./workload.ts";

const FILE = join(import.meta.dirname, "../RESULTS.md");
/** Beside whose figures others stand. */
const YARDSTICK = "y-websocket";
const PLOT_WIDTH = 40;

const SETTINGS = Object.entries(SHEAF_SETTINGS)
  .map(([name, value]) => `${name}=${value}`)
  .join(" ");

const OTHER: Column = { key: "other", title: "other work %", digits: 0 };

/** All rounds of one workload. */
export class Results {
  readonly #workload: Workload;
  readonly #servers: readonly ServerSpec[];
  /** By case and server, a run each round; a failure is its reason. */
  readonly #runs = new Map<string, Map<string, (Figures | string)[]>>();

  constructor(workload: Workload, servers: readonly ServerSpec[]) {
    this.#workload = workload;
    this.#servers = servers;
  }

  add(its: Case, server: ServerSpec, figures: Figures): void {
    this.#push(its, server, figures);
  }

  fail(its: Case, server: ServerSpec, reason: string): void {
    this.#push(its, server, reason);
  }

  /** A section of RESULTS.md, with all that is needed to judge it. */
  section(): string {
    const { name, about } = this.#workload;
    const lines = [`## ${name}`, "", about, "", this.#provenance()];
    for (const its of this.#workload.cases) {
      if (this.#runs.has(its.name)) lines.push("", ...this.#table(its), ...this.#goals(its), ...this.#plot(its));
    }
    for (const spread of this.#workload.spreads ?? []) lines.push(...this.#spread(spread));
    return lines.join("\n");
  }

  /** Puts the section in place of the one there was. */
  write(): void {
    const text = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
    const sections = new Map(
      [...text.matchAll(/^<!-- ([\w-]+) -->\n(.*?)\n<!-- \/\1 -->$/gms)].map(([, name, section]) => [name!, section!]),
    );
    sections.set(this.#workload.name, this.section());
    const parts = [...sections].map(([name, section]) => `<!-- ${name} -->\n${section}\n<!-- /${name} -->\n`);
    writeFileSync(FILE, [HEAD, ...parts].join("\n"));
  }

  #push(its: Case, server: ServerSpec, run: Figures | string): void {
    const byServer = this.#runs.get(its.name) ?? new Map<string, (Figures | string)[]>();
    this.#runs.set(its.name, byServer);
    byServer.set(server.name, [...(byServer.get(server.name) ?? []), run]);
  }

  #table(its: Case): string[] {
    const columns = [...this.#workload.columns, OTHER];
    const heads = columns.flatMap(({ title, isCompared }) => (isCompared === true ? [title, "ratio"] : [title]));
    const rows = this.#servers.map((server) => {
      const failures = this.#runsOf(its, server.name).filter((run) => typeof run === "string");
      const cells = columns.flatMap((column) => {
        const value = this.#median(its, server.name, column.key);
        const ratio = this.#ratio(its, server.name, column.key, YARDSTICK);
        return [show(value, column.digits), ...(column.isCompared === true ? [show(ratio, 2)] : [])];
      });
      const name = failures.length === 0 ? server.title : `${server.title} (${failures.length} failed: ${failures[0]})`;
      return `| ${[name, ...cells].join(" | ")} |`;
    });
    return [
      `### ${its.name}`,
      "",
      `| ${["", ...heads].join(" | ")} |`,
      `|---|${"---:|".repeat(heads.length)}`,
      ...rows,
    ];
  }

  #goals(its: Case): string[] {
    const goals = (its.goals ?? []).map((goal) => this.#judge(its, { of: "sheaf", ...goal }));
    return goals.length === 0 ? [] : ["", ...goals];
  }

  #judge(its: Case, { of, key, against, atMost, atLeast }: Goal): string {
    const value = against === undefined ? this.#median(its, of, key) : this.#ratio(its, of, key, against);
    const title = this.#workload.columns.find((column) => column.key === key)!.title;
    const isMet = value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
    const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    const what = against === undefined ? title : `${title} of ${against}’s`;
    return `- ${isMet ? "met" : "**missed**"}: ${what}: ${show(value, 2)}, ${bound}`;
  }

  /** Bars of what is compared. */
  #plot(its: Case): string[] {
    return this.#workload.columns
      .filter(({ isCompared }) => isCompared)
      .flatMap(({ key, title, digits }) => {
        const values = this.#servers.map((server) => ({ server, value: this.#median(its, server.name, key) }));
        const most = Math.max(...values.map(({ value }) => (Number.isNaN(value) ? 0 : value)));
        const bars = values.map(({ server, value }) => {
          // Less than nothing was held, when garbage of before was gone, too.
          const bar = "█".repeat(Math.round((PLOT_WIDTH * Math.max(0, value || 0)) / most));
          return `${server.name.padEnd(18)}${bar} ${show(value, digits)}`;
        });
        return ["", "```", `${title}, ${its.name}`, ...bars, "```"];
      });
  }

  /** Bars of one figure over several cases, for each server, and how far Sheaf's are apart. */
  #spread({ key, cases, atMost }: Spread): string[] {
    const run = cases.filter((name) => this.#runs.has(name)).map((name) => ({ name }));
    const { title, digits } = this.#workload.columns.find((column) => column.key === key)!;
    const values = (server: string): number[] => run.map((its) => this.#median(its, server, key));
    const most = Math.max(...this.#servers.flatMap(({ name }) => values(name)).filter((value) => value > 0));
    const bars = this.#servers.flatMap(({ name }) =>
      values(name).map((value, index) => {
        const bar = "█".repeat(Math.round((PLOT_WIDTH * (value || 0)) / most));
        return `${(index === 0 ? name : "").padEnd(18)}${run[index]!.name.padEnd(12)}${bar} ${show(value, digits)}`;
      }),
    );
    const ours = values("sheaf");
    const apart = Math.max(...ours) / Math.min(...ours);
    const verdict = apart <= atMost ? "met" : "**missed**";
    const summary = `- ${verdict}: ${title}, largest over smallest: ${show(apart, 2)}, at most ${atMost}`;
    const head = `### ${run[0]?.name} to ${run.at(-1)?.name}`;
    return ["", head, "", summary, "", "```", title, ...bars, "```"];
  }

  #provenance(): string {
    const git = (...args: readonly string[]): string => spawnSync("git", args, { encoding: "utf8" }).stdout.trim();
    const changed = git("status", "--porcelain", "--", "packages", "apps") === "" ? "" : ", with changes";
    const [cpu] = cpus();
    const machine = `${cpus().length} x ${cpu?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;
    const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
    const date = new Date().toISOString().slice(0, 16).replace("T", " ");
    const rounds = Math.max(
      ...[...this.#runs.values()].flatMap((servers) => [...servers.values()].map((runs) => runs.length)),
    );
    const commit = `commit ${git("rev-parse", "--short", "HEAD")}${changed}`;
    return `${date} UTC, ${commit}, Node ${process.version}, ${machine}; rounds: ${rounds}; \`${command}\``;
  }

  #runsOf(its: Case, server: string): readonly (Figures | string)[] {
    return this.#runs.get(its.name)?.get(server) ?? [];
  }

  #median(its: Case, server: string, key: string): number {
    return median(this.#runsOf(its, server).map((run) => figure(run, key)));
  }

  /** Of the ratios of each round: what disturbed one round disturbed both. */
  #ratio(its: Case, server: string, key: string, against: string): number {
    const others = this.#runsOf(its, against);
    return median(this.#runsOf(its, server).map((run, round) => figure(run, key) / figure(others[round] ?? "", key)));
  }
}

/** One run's figures in a line. */
export function describe({ columns }: Workload, figures: Figures): string {
  const parts = [...columns, OTHER].filter(({ key }) => key in figures);
  return parts.map(({ key, title, digits }) => `${title} ${show(figures[key]!, digits)}`).join(", ");
}

const figure = (run: Figures | string, key: string): number => (typeof run === "string" ? NaN : (run[key] ?? NaN));

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

const show = (value: number, digits: number): string =>
  Number.isNaN(value)
    ? ""
    : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

const HEAD = `# Load

Written by \`npm run bench\` ([how](bench/main.ts)); a section is replaced when its workload runs again.

Each server is a process alone on one processor, the load one on another. All go through a round in turns; shown are medians of the rounds, and medians of each round's ratios to \`@y/websocket-server\`. CPU is what the kernel counts for all threads of a server, user and system, within the measured window. Every letter is followed to everybody who should see it, and in the end the document is opened anew in a Y.Doc and compared with what was typed.

Sheaf commits each edit to disk before anybody sees it, and runs as \`npm start\` runs it, with \`${SETTINGS}\`: whoever joins is let in, however long the others keep the processor. The others run as they come. Without SQLite they keep nothing; with it Hocuspocus writes some seconds later.

“Other work” is what else the machine did meanwhile, in % of a processor. Where that is more than a little, latencies are the machine's, and servers that merge what waits look better than they are.
`;
