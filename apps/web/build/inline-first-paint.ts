import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const TAG = '<script src="/first-paint.js"></script>';

/**
 * Puts the script that runs before the first paint into the page: as a file of its own it came when the others did, and
 * kept them, the styles and a newcomer's snapshot waiting. The server lets it through the page's policy by its hash.
 */
export function inlineFirstPaint(): Plugin {
  let script = "";
  return {
    name: "sheaf-inline-first-paint",
    apply: "build",
    configResolved({ root }) {
      script = readFileSync(join(root, "first-paint.js"), "utf8");
    },
    transformIndexHtml: {
      order: "pre",
      handler(html) {
        if (!html.includes(TAG)) throw new Error("index.html has no script for the first paint");
        return html.replace(TAG, () => `<script>\n${script}</script>`);
      },
    },
  };
}
