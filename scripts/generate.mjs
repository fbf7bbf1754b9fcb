// Writes what is derived from code: the settings table in the README. With --check it only says whether it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { CONFIG, SETTINGS } = await import(join(root, "apps/server/src/settings.ts"));
const readme = join(root, "README.md");

const rows = [...Object.values(SETTINGS), CONFIG].map(({ name, fallback, unit, description }) => {
  const amount = unit === undefined ? "" : ` ${unit}`;
  return `| \`${name}\` | ${fallback === undefined ? "none" : `\`${fallback}\`${amount}`} | ${description} |`;
});
const table = ["| setting | default | what it does |", "|---|---|---|", ...rows].join("\n");

const MARKED = /(<!-- settings: generated[^>]*-->\n)[\s\S]*?(<!-- \/settings -->)/;

const before = readFileSync(readme, "utf8");
if (!MARKED.test(before)) throw new Error("README.md has lost the marks between which the settings table stands");
const after = before.replace(MARKED, `$1${table}\n$2`);
if (after === before) process.exit(0);
if (process.argv.includes("--check")) {
  console.error("The settings table in README.md is stale: run `npm run generate`.");
  process.exit(1);
}
writeFileSync(readme, after);
