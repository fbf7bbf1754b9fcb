import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin } from "vite";

const compress = promisify(brotliCompress);
const TYPES = new Set([".js", ".css", ".html", ".svg", ".json", ".webmanifest"]);
/** Below this a packet is a packet. */
const SMALLEST_BYTES = 1024;

/**
 * Writes `<file>.br` beside every text file of the build, so that the server sends bytes it never has to compress.
 * The same input gives the same output: quality, window and mode are fixed, and brotli stores no time.
 */
export function precompress(): Plugin {
  let folder = "";
  return {
    name: "sheaf-precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    // After everything is written, so that files copied from public/ are seen too.
    closeBundle: {
      order: "post",
      async handler() {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const sizes = await Promise.all(
          entries.filter((entry) => entry.isFile()).map((entry) => writeBrotli(join(entry.parentPath, entry.name))),
        );
        const total = sizes.reduce((sum, size) => sum + size, 0);
        this.info(`precompressed ${sizes.filter((size) => size > 0).length} files to ${Math.round(total / 1000)} kB`);
      },
    },
  };
}

/** @returns Bytes written; 0 when the file is not worth it. */
async function writeBrotli(path: string): Promise<number> {
  if (!TYPES.has(extname(path))) return 0;
  const body = await readFile(path);
  if (body.length < SMALLEST_BYTES) return 0;
  const small = await compress(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
  if (small.length >= body.length) return 0;
  await writeFile(`${path}.br`, small);
  return small.length;
}
