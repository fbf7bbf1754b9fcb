// Every command of the registry in all four ways: by keyboard and by mouse, alone and beside somebody who types.
//
//   npm run test:commands
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const { status } = spawnSync("vitest", ["run", "--project", "e2e", "test/e2e/every-command.test.ts"], {
  cwd: join(import.meta.dirname, "../.."),
  env: { ...process.env, WAYS: "all" },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
