import { defineConfig } from "vitest/config";

/** Ends what hangs. Searches over random stories run behind everything else, and may wait as long for a processor. */
const SLOW_MILLIS = 240_000;
/** Vitest itself leaves a core free, which of two is one too many. */
const WORKERS = 2;
/**
 * Node strips types with WebAssembly, and each thread that runs from source does so anew: V8 13.6 crashes at times when a
 * thread ends while the calls out of it are compiled (`Runtime_TierUpWasmToJSWrapper`).
 */
const EXEC_ARGV = ["--no-wasm-generic-wrapper"];
const TEMPORARY_FOLDERS = "test/support/temporary-folders.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          execArgv: EXEC_ARGV,
          include: ["{packages,apps}/*/src/**/*.test.ts", "test/rescue/**/*.test.ts"],
          globalSetup: TEMPORARY_FOLDERS,
          // A process for each core, not for each file: they share nothing but modules.
          isolate: false,
          maxWorkers: WORKERS,
          testTimeout: SLOW_MILLIS,
        },
      },
      // One file at a time: the stories take all cores there are.
      {
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: SLOW_MILLIS,
        },
      },
      { test: { name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: SLOW_MILLIS } },
      {
        test: {
          name: "conformance",
          execArgv: EXEC_ARGV,
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: TEMPORARY_FOLDERS,
          maxWorkers: WORKERS,
          testTimeout: 90_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "chaos",
          execArgv: EXEC_ARGV,
          include: ["test/chaos/**/*.test.ts"],
          globalSetup: TEMPORARY_FOLDERS,
          testTimeout: 240_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: "e2e",
          execArgv: EXEC_ARGV,
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: TEMPORARY_FOLDERS,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // They wait for each other's windows a third of the time.
          maxWorkers: WORKERS + 1,
        },
      },
    ],
  },
});
