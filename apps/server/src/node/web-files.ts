import { readdir, readFile } from "node:fs/promises";
import { extname, join, posix, relative, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

export interface WebFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same, compressed with brotli at build time; absent where that does not pay. */
  readonly brotli: Uint8Array<ArrayBuffer> | undefined;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

/**
 * Reads the built web app into memory, once: a request can only name what is in the map, so no path
 * of a request ever reaches the file system.
 *
 * @returns Files by URL path; undefined when `folder` does not hold a built app.
 */
export async function readWebFiles(folder: string): Promise<ReadonlyMap<string, WebFile> | undefined> {
  const files = new Map<string, WebFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const all = new Set(paths);
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const url = `/${relative(folder, path).split(sep).join(posix.sep)}`;
    const brotli = all.has(`${path}.br`) ? new Uint8Array(await readFile(`${path}.br`)) : undefined;
    files.set(url, { type, body: new Uint8Array(await readFile(path)), brotli, immutable: url.startsWith("/assets/") });
  }
  return files.has("/index.html") ? files : undefined;
}
