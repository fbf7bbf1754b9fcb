import { spawnSync } from "node:child_process";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { INNER, LIMITS } from "./limits.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Who may import whom of ours; anything else from npm is each package.json's business. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/protocol": [],
  "packages/editor": [],
  "packages/room": ["protocol"],
  "packages/client": ["protocol"],
  "packages/store": ["protocol", "room"],
  "packages/host": ["protocol", "room"],
  "apps/server": ["protocol", "room", "host", "store", "editor"],
  "apps/web": ["protocol", "client", "editor"],
};

/** Pure packages reach the world through ports only. */
const PURE = ["packages/protocol", "packages/room", "packages/host"];

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesIn(folder: string, pattern: RegExp): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => pattern.test(path) && !/(^|[\\/])(node_modules|dist)[\\/]/.test(path))
    .map((path) => ({
      path: join(folder, path).split(sep).join("/"),
      text: readFileSync(join(ROOT, folder, path), "utf8"),
    }));
}

const isTest = ({ path }: Source): boolean => path.endsWith(".test.ts") || path.includes("/testing/");
const importsOf = ({ text }: Source): string[] =>
  [
    ...text.matchAll(/^\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!);

describe.each(Object.entries(MAY_IMPORT))("%s", (folder, allowed) => {
  const sources = sourcesIn(`${folder}/src`, /\.tsx?$/);

  test("imports of ours only what its place allows, and only their front doors", () => {
    for (const source of sources) {
      for (const name of importsOf(source)) {
        if (!name.startsWith("@sheaf/")) continue;
        const [, owner, ...door] = name.split("/");
        expect(allowed, `${source.path} imports ${name}`).toContain(owner);
        if (!isTest(source)) expect(door, `${source.path} imports ${name}`).not.toContain("testing");
      }
    }
  });

  test("imports files inside itself, never its own index, and nothing outside its folder", () => {
    for (const source of sources) {
      for (const name of importsOf(source).filter((imported) => imported.startsWith("."))) {
        const target = join(source.path, "..", name).split(sep).join("/");
        expect(target.startsWith(`${folder}/`), `${source.path} imports ${name}`).toBe(true);
        if (!isTest(source)) expect(target, source.path).not.toBe(`${folder}/src/index.ts`);
      }
    }
  });
});

test("only the composition root reads the environment", () => {
  const readers = Object.keys(MAY_IMPORT)
    .flatMap((folder) => sourcesIn(`${folder}/src`, /\.tsx?$/))
    .filter((source) => !isTest(source) && source.text.includes("process.env"));
  expect(readers.map(({ path }) => path)).toEqual(["apps/server/src/main.ts"]);
});

test("one file touches the socket under ws", () => {
  const files = sourcesIn("apps/server/src", /\.ts$/).filter(
    (source) => !isTest(source) && source.text.includes("_socket"),
  );
  expect(files.map(({ path }) => path)).toEqual(["apps/server/src/node/server-socket.ts"]);
});

test("pure packages name no clock, chance or platform", () => {
  for (const folder of PURE) {
    for (const source of sourcesIn(`${folder}/src`, /\.ts$/)) {
      if (isTest(source)) continue;
      expect(source.text, source.path).not.toMatch(
        /\bDate\b|Math\.random|performance\.|setTimeout|console\.|from "node:/,
      );
    }
  }
});

test("of what the server runs, one file builds Y.Docs, and only its threads import that, or the editor", () => {
  const sources = [...PURE, "packages/store", "apps/server"]
    .flatMap((folder) => sourcesIn(`${folder}/src`, /\.ts$/))
    .filter((source) => !isTest(source));
  const importers = (name: RegExp): string[] =>
    sources.filter((source) => importsOf(source).some((each) => name.test(each))).map(({ path }) => path);
  expect(importers(/^yjs$/)).toEqual(["packages/store/src/compaction/perform.ts"]);
  expect(importers(/\/perform\.ts$/)).toEqual(["packages/store/src/compaction/thread.ts"]);
  const threads = ["packages/store/src/compaction/worker.ts", "apps/server/src/node/compaction-worker.ts"];
  expect(importers(/^\.\/thread\.ts$|^@sheaf\/store\/compaction$/)).toEqual(threads);
  expect(importers(/^@sheaf\/editor(\/|$)/)).toEqual(threads.slice(1));
  expect(importers(/compaction-worker\.ts$|compaction\/worker\.ts$/)).toEqual([]);
});

test("no package is called shared, utils, common or helpers", () => {
  for (const folder of ["packages", "apps"]) {
    for (const name of readdirSync(join(ROOT, folder))) expect(name).not.toMatch(/shared|util|common|helper/);
  }
});

describe.each(["packages/protocol", "packages/room"])("%s/SPEC.md", (folder) => {
  const spec = readFileSync(join(ROOT, folder, "SPEC.md"), "utf8");
  const rules = new Set([...spec.matchAll(/\*\*([A-Z]+\d+)\*\*/g)].map(([, rule]) => rule!));
  const tests = [
    ...sourcesIn(`${folder}/src`, /\.ts$/),
    ...(folder.endsWith("room") ? sourcesIn("packages/store/src", /\.test\.ts$/) : []),
  ];
  const cited = new Set(
    tests
      .filter(isTest)
      .flatMap(({ text }) =>
        [...text.matchAll(/"([A-Z]+\d+)",|\[([A-Z]+\d+)\]/g)].map(([, listed, titled]) => (listed ?? titled)!),
      ),
  );

  test("has rules, and every rule has a test whose title begins with it", () => {
    expect(rules.size).toBeGreaterThan(10);
    expect([...rules].filter((rule) => !cited.has(rule))).toEqual([]);
  });

  test("knows every rule a test cites", () => {
    const prefix = folder.endsWith("protocol") ? "W" : "R";
    expect([...cited].filter((rule) => new RegExp(`^${prefix}\\d+$`).test(rule) && !rules.has(rule))).toEqual([]);
  });
});

describe("every limit", () => {
  const folders = ["packages/protocol", "packages/room", "packages/host", "apps/server"];
  const inCode = folders
    .flatMap((folder) => sourcesIn(`${folder}/src`, /\.ts$/))
    .filter((source) => !isTest(source))
    .flatMap(({ text }) => [...text.matchAll(/^(?:export )?const (MAX_[A-Z_]+)\b/gm)].map(([, name]) => name!));
  const settings = readFileSync(join(ROOT, "apps/server/src/settings.ts"), "utf8");
  const named = [
    ...LIMITS.map(({ name }) => name),
    ...[...settings.matchAll(/"(MAX_[A-Z_]+)"/g)].map(([, name]) => name!),
  ];

  test("is in the README's table, or is one that nobody meets", () => {
    expect(new Set(inCode).size).toBeGreaterThan(20);
    expect(inCode.filter((name) => !named.includes(name) && !INNER.includes(name))).toEqual([]);
    expect(INNER.filter((name) => !inCode.includes(name) || named.includes(name))).toEqual([]);
  });

  test("has a test at its edge, which names it", () => {
    const places = [...Object.keys(MAY_IMPORT).map((folder) => `${folder}/src`), "test/conformance"];
    const tests = places.flatMap((folder) => sourcesIn(folder, /\.test\.ts$/));
    const tagged = tests.flatMap(({ text }) => [...text.matchAll(/\[([A-Z]+_[A-Z_]+)\] /g)].map(([, name]) => name!));
    expect(named.filter((name) => !tagged.includes(name))).toEqual([]);
    expect(tagged.filter((name) => !named.includes(name))).toEqual([]);
  });
});

test("what is generated in the README is fresh", () => {
  const { stderr, status } = spawnSync(process.execPath, [join(ROOT, "scripts/generate.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("every package has a page that says what it is", () => {
  for (const folder of Object.keys(MAY_IMPORT)) {
    const readme = readFileSync(join(ROOT, folder, "README.md"), "utf8");
    expect(readme.length, folder).toBeGreaterThan(200);
  }
});

test("exact versions only, and no address of a registry in any manifest or the lockfile", () => {
  const exclude = (name: string): boolean => /(^|[\\/])(node_modules|dist|\.git)$/.test(name);
  const manifests = globSync("**/package.json", { cwd: ROOT, exclude });
  expect(manifests.length).toBeGreaterThan(10);
  for (const path of [...manifests, "pnpm-workspace.yaml", "pnpm-lock.yaml", ".npmrc"]) {
    const text = readFileSync(join(ROOT, path), "utf8");
    expect(text, path).not.toMatch(/registry\.npmjs|https?:\/\/[^\s"]*registry/);
    if (!path.endsWith("package.json")) continue;
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        expect(version, `${path}: ${name}`).toMatch(/^(workspace:\*|catalog:|\d+\.\d+\.\d+)$/);
      }
    }
  }
});
