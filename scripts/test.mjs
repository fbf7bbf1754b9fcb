// Runs every suite, prints for each what ran, and ends with what failed, if anything did, and one line:
// N passed, N failed, N skipped.
//
//   npm test                 everything
//   npm test -- unit e2e     only these
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const packages = [
  "packages/protocol",
  "packages/room",
  "packages/host",
  "packages/store",
  "packages/client",
  "packages/editor",
];
const projects = [...packages, "apps/server", "apps/web", "test"];

/** As `nice` has it. */
const LEFTOVER_PRIORITY = 10;

/** A check counts as one test for each thing it checks; a vitest project counts its own. */
const SUITES = {
  types: () => check(projects.flatMap(flavours).map((config) => ["tsc", "-p", config])),
  lint: () =>
    check([
      ["oxlint", "--type-aware", "--deny-warnings"],
      ["oxfmt", "--check", "."],
      ["knip", "--no-progress"],
    ]),
  boundaries: () => check([["turbo", "boundaries", "--no-update-notifier"]]),
  architecture: () => vitest("architecture"),
  unit: (isHeld) => vitest("unit", isHeld, [], LEFTOVER_PRIORITY),
  simulation: (isHeld) => vitest("simulation", isHeld, [], LEFTOVER_PRIORITY),
  conformance: (isHeld) => vitest("conformance", isHeld, ["openssl", "nginx", "caddy", "systemd"]),
  chaos: (isHeld) => vitest("chaos", isHeld, ["gcc", "openssl", "nginx", "chromium"]),
  e2e: (isHeld) => vitest("e2e", isHeld, ["chromium", "openssl", "nginx", "caddy"]),
};

/** What runs at the same time: two wait most of the time, for clocks and disks, and the others take what they leave. */
const ROUNDS = [
  ["types"],
  ["lint"],
  ["boundaries"],
  ["architecture"],
  ["conformance", "chaos", "unit", "simulation"],
  ["e2e"],
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown.join('", "')}"; there are ${Object.keys(SUITES).join(", ")}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const rows = [];
/** What failed and why, for who reads only the end. */
const failures = [];
for (const names of ROUNDS) {
  const round = names.filter((name) => chosen.length === 0 || chosen.includes(name));
  await Promise.all(round.map((name) => runSuite(name, round.length > 1)));
}
console.log(`\n${[...rows, ...failures].join("\n")}\n\n${describe(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @param isHeld - What it prints is shown when it is over, because another runs beside it. */
async function runSuite(name, isHeld) {
  if (!isHeld) console.log(`\n== ${name}`);
  const began = performance.now();
  const { output, ...counts } = await SUITES[name](isHeld);
  if (isHeld) console.log(`\n== ${name}\n${output}`);
  // A suite in which nothing ran has shown nothing.
  if (counts.passed + counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
  rows.push(`${name.padEnd(13)} ${describe(counts)}  (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

/** Every compiler flavour a folder is checked with: its own, and without platform names where it is pure. */
function flavours(folder) {
  const configs = readdirSync(join(root, folder)).filter((name) => /^tsconfig(\.\w+)?\.json$/.test(name));
  return configs.map((name) => `${folder}/${name}`);
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function check(commands) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const left = [...commands];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [tool, ...args] = next;
      const { status, output } = await collect(tool, args);
      const isGreen = status === 0;
      counts[isGreen ? "passed" : "failed"] += 1;
      console.log(`${output}${isGreen ? "ok" : "FAILED"}  ${tool} ${args.join(" ")}`);
      if (!isGreen) fail(`${tool} ${args.join(" ")}`, output);
    }
  };
  await Promise.all([worker(), worker()]);
  return counts;
}

function collect(tool, args) {
  return new Promise((resolve) => {
    const child = spawn(join(root, "node_modules/.bin", tool), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", ({ message }) => resolve({ status: undefined, output: `${message}\n` }));
    child.on("close", (status) => resolve({ status, output }));
  });
}

async function vitest(project, isHeld = false, needs = [], priority = 0) {
  for (const name of needs) provide(name);
  const folder = mkdtempSync(join(tmpdir(), "sheaf-test-"));
  const report = join(folder, "report.json");
  const child = spawn(
    join(root, "node_modules/.bin/vitest"),
    ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    { cwd: root, stdio: isHeld ? ["ignore", "pipe", "pipe"] : "inherit" },
  );
  setPriority(child.pid, priority);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (!existsSync(report)) {
    fail(project, output.slice(-2000));
    return { passed: 0, failed: 1, skipped: 0, output };
  }
  const result = JSON.parse(readFileSync(report, "utf8"));
  for (const { name, assertionResults } of result.testResults)
    for (const { status: outcome, fullName, failureMessages } of assertionResults)
      if (outcome === "failed") fail(`${relative(root, name)}: ${fullName}`, failureMessages.join("\n"));
  rmSync(folder, { recursive: true });
  const counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests,
    skipped: result.numPendingTests + result.numTodoTests,
  };
  // A file that does not load, or an error outside any test, fails the run without failing a test.
  if (status !== 0 && counts.failed === 0) {
    counts.failed = 1;
    fail(`${project}: outside its tests`, output.slice(-2000));
  }
  return { ...counts, output };
}

function fail(name, reason) {
  const indented = reason.trim().split("\n").slice(0, 20).join("\n    ");
  failures.push(`\nFAILED  ${name}\n    ${indented}`);
}

/** Brings a system program from Debian's packages when it is missing. */
function provide(name) {
  const { program, packages: debs } = {
    chromium: {
      program: "/usr/bin/chromium-headless-shell",
      packages: ["chromium-headless-shell", "fonts-dejavu-core"],
    },
    nginx: { program: "/usr/sbin/nginx", packages: ["nginx-light"] },
    caddy: { program: "/usr/bin/caddy", packages: ["caddy"] },
    openssl: { program: "/usr/bin/openssl", packages: ["openssl"] },
    systemd: { program: "/usr/bin/systemd-analyze", packages: ["systemd"] },
    gcc: { program: "/usr/bin/gcc", packages: ["gcc", "libc6-dev"] },
  }[name];
  if (existsSync(program)) return;
  console.log(`Installing ${name}…`);
  const apt = process.getuid?.() === 0 ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync(apt[0], [...apt.slice(1), "update", "-q"], quiet);
  spawnSync(apt[0], [...apt.slice(1), "install", "-yq", "--no-install-recommends", ...debs], quiet);
  if (!existsSync(program)) throw new Error(`${name} is needed and could not be installed`);
}
