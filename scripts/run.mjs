// The one way in: brings what is missing, installs, builds what changed, runs. Node 20 and npm are all
// it needs, so it is plain JavaScript without dependencies.
//
//   node scripts/run.mjs start | test | build | dev | generate | script FILE   (arguments after the command are passed on)
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Node's built-in SQLite and type stripping are both there, without flags, from here on. */
const NODE_FLOOR = [24, 12];

const [command = "start", ...args] = process.argv.slice(2);
const env = {
  ...process.env,
  PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
};
const node = (await install(), findNode());

switch (command) {
  case "start":
    await build();
    // Garbage is young: more room for it costs 100 MB with 2,000 connections, and saves no time.
    await run(node, ["--max-semi-space-size=4", join(root, "apps/server/dist/server.mjs"), ...args]);
    break;
  case "dev":
    await build();
    await Promise.all([
      run(node, ["--watch", join(root, "apps/server/src/main.ts"), ...args]),
      run(join(root, "apps/web/node_modules/.bin/vite"), [], {
        cwd: join(root, "apps/web"),
        env: { ...env, SHEAF_SERVER: `http://127.0.0.1:${env.PORT ?? 3000}`, ...env },
      }),
    ]);
    break;
  case "build":
    await build();
    break;
  case "generate":
    await run(node, [join(root, "scripts/generate.mjs"), ...args]);
    break;
  case "script":
    await build();
    await run(node, args);
    break;
  case "test":
    await build();
    await run(node, [join(root, "scripts/test.mjs"), ...args]);
    break;
  default:
    console.error(`run.mjs knows start, dev, build, generate, script and test, not "${command}".`);
    process.exitCode = 2;
}

/** Installs from the frozen lockfile when it is not what was installed last; runs no install scripts. */
async function install() {
  const stampFile = join(root, "node_modules/.sheaf-install");
  const stamp = hash([join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")]);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  console.error("Installing…");
  const pinned = manifest.packageManager;
  const version = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8" }).stdout?.trim();
  const installArgs = [
    "install",
    "--frozen-lockfile",
    "--ignore-scripts",
    "--reporter=append-only",
    "--loglevel=error",
  ];
  if (`pnpm@${version}` === pinned) await run("pnpm", installArgs, { stdio: ["ignore", 2, 2] });
  else await run("npx", ["--yes", pinned, ...installArgs], { stdio: ["ignore", 2, 2] });
  writeFileSync(stampFile, stamp);
}

/** The system's Node when it is new enough, for its security fixes; else the one the lockfile brings. */
function findNode() {
  const isNewEnough = (version) => {
    const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
    return major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  };
  if (isNewEnough(process.version)) return process.execPath;
  const bundled = join(root, "node_modules/.bin/node");
  const { stdout } = spawnSync(bundled, ["--version"], { encoding: "utf8" });
  if (stdout && isNewEnough(stdout.trim())) return bundled;
  console.error(
    `Sheaf needs Node ${NODE_FLOOR.join(".")} or newer; this is ${process.version}, and no newer one came with the packages for this platform.`,
  );
  return process.exit(1);
}

/** Builds the web app and the server when a source file is not what the last build saw. */
async function build() {
  const stampFile = join(root, "node_modules/.sheaf-build");
  const stamp = hash(sources());
  const isBuilt = existsSync(join(root, "apps/server/dist/server.mjs"));
  if (isBuilt && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  console.error("Building…");
  await run(node, [join(root, "scripts/build.mjs")]);
  writeFileSync(stampFile, stamp);
}

function sources() {
  const files = [join(root, "pnpm-lock.yaml"), join(root, "scripts/build.mjs")];
  for (const folder of ["packages", "apps"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true })) {
      if (/(^|[\\/])(node_modules|dist|\.turbo)([\\/]|$)|\.test\.ts$|\.md$/.test(entry)) continue;
      const path = join(root, folder, entry);
      if (statSync(path).isFile()) files.push(path);
    }
  }
  return files.sort((a, b) => (a < b ? -1 : 1));
}

function hash(files) {
  const digest = createHash("sha256");
  for (const file of files) digest.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  return digest.digest("hex");
}

/** Runs to the end, passing signals on; a failure or a signal ends this process the same way. */
function run(file, runArgs, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, runArgs, { cwd: root, stdio: "inherit", env, ...options });
    const pass = (signal) => child.kill(typeof signal === "string" ? signal : "SIGTERM");
    // One of two that run at the same time has failed.
    process.once("exit", pass);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    // npm passes a signal on to a shell, which dies of it and tells nobody: an orphan ends what it started.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      pass("SIGTERM");
    }, 250);
    child.once("error", (cause) => {
      console.error(`${file} could not be started: ${cause.message}`);
      process.exit(1);
    });
    child.once("exit", (code, signal) => {
      clearInterval(watch);
      for (const name of ["exit", ...signals]) process.off(name, pass);
      if (code === 0) resolve();
      else process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
