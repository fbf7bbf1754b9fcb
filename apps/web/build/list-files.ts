import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "service-worker.js";

/** Tells the service worker which files the build has, and gives them a name that changes when one of them does. */
export function listFiles(): Plugin {
  let publicDir = "";
  return {
    name: "sheaf-list-files",
    apply: "build",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== "chunk") throw new Error(`the build has no ${WORKER}`);
        const files = new Map<string, string | Uint8Array>();
        for (const output of Object.values(bundle)) {
          if (output !== worker) files.set(output.fileName, output.type === "chunk" ? output.code : output.source);
        }
        for (const name of readdirSync(publicDir)) files.set(name, readFileSync(join(publicDir, name)));
        const names = [...files.keys()].toSorted();
        const hash = createHash("sha256").update(worker.code);
        for (const name of names) hash.update(name).update(files.get(name) ?? "");
        // The page itself is kept under its address, `/`.
        const addresses = names.filter((name) => name !== "index.html").map((name) => `/${name}`);
        worker.code = worker.code
          .replace("%FILES%", JSON.stringify(JSON.stringify(addresses)).slice(1, -1))
          .replace("%BUILD%", hash.digest("hex").slice(0, 16));
      },
    },
  };
}
