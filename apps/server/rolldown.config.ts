import { defineConfig, type RolldownOptions } from "rolldown";

export default defineConfig([
  bundle("src/main.ts", "server.mjs"),
  bundle("../../packages/store/src/sqlite/worker.ts", "log-worker.mjs"),
  bundle("src/node/compaction-worker.ts", "compaction-worker.mjs"),
]);

function bundle(input: string, file: string): RolldownOptions {
  return {
    input,
    platform: "node",
    // ws looks for these native helpers and does without them.
    external: ["bufferutil", "utf-8-validate"],
    output: { file: `dist/${file}`, format: "esm", codeSplitting: false },
  };
}
