// Builds what production runs into apps/server/dist: server.mjs, its two workers and web/, nothing else needed.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const apps = join(import.meta.dirname, "../apps");
rmSync(join(apps, "server/dist"), { recursive: true, force: true });
bundle("web", "vite", ["build", "--logLevel", "warn"]);
bundle("server", "rolldown", ["-c", "rolldown.config.ts"]);
cpSync(join(apps, "web/dist"), join(apps, "server/dist/web"), { recursive: true });

function bundle(app, tool, args) {
  const cwd = join(apps, app);
  const { status, error } = spawnSync(join(cwd, "node_modules/.bin", tool), args, { cwd, stdio: ["ignore", 2, 2] });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
