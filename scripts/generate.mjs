// Writes what is derived from code into the README: settings, limits, and an application that uses it. With --check it
// only says what is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { CONFIG, SETTINGS } = await import(join(root, "apps/server/src/settings.ts"));
const { LIMITS } = await import(join(root, "test/architecture/limits.ts"));
const readme = join(root, "README.md");

/** What stands between `<!-- name: generated from … -->` and `<!-- /name -->`. */
const SECTIONS = {
  settings: () =>
    table(
      ["setting", "default", "what it does"],
      [...Object.values(SETTINGS), CONFIG].map(({ name, fallback, unit, description }) => {
        const amount = unit === undefined ? "" : ` ${unit}`;
        return [`\`${name}\``, fallback === undefined ? "none" : `\`${fallback}\`${amount}`, description];
      }),
    ),
  limits: async () =>
    table(
      ["what", "limit", "beyond it"],
      await Promise.all(
        LIMITS.map(async ({ name, file, what, unit, of, beyond }) => {
          const number = amount((await import(join(root, file)))[name], unit);
          return [what, of === undefined ? number : `${number} ${of}`, beyond];
        }),
      ),
    ),
  example: () => `\`\`\`ts\n${readFileSync(join(root, "test/examples/codemirror/main.ts"), "utf8")}\`\`\``,
};

const UNITS = {
  "": [[1, ""]],
  bytes: [
    [1, "bytes"],
    [1024, "KiB"],
    [1024 ** 2, "MiB"],
  ],
  millis: [
    [1, "ms"],
    [60_000, "minutes"],
    [24 * 60 * 60_000, "days"],
  ],
};

const before = readFileSync(readme, "utf8");
let after = before;
const stale = [];
for (const [name, write] of Object.entries(SECTIONS)) {
  const marked = new RegExp(`(<!-- ${name}: generated[^>]*-->\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  const [, begin, now, end] = marked.exec(after) ?? [];
  if (now === undefined) throw new Error(`README.md has lost the marks between which the ${name} stand`);
  const next = `${await write()}\n`;
  if (next !== now) stale.push(name);
  after = after.replace(begin + now + end, () => begin + next + end);
}
if (stale.length === 0) process.exit(0);
if (process.argv.includes("--check")) {
  console.error(`README.md is stale (${stale.join(", ")}): run \`npm run generate\`.`);
  process.exit(1);
}
writeFileSync(readme, after);

function table(head, rows) {
  const [names, ...lines] = [head, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [names, `|${"---|".repeat(head.length)}`, ...lines].join("\n");
}

/** As people say it: 4 MiB, 10 minutes, 1,024, 2^50. */
function amount(value, unit) {
  if (unit === "" && value > 1e9 && Number.isInteger(Math.log2(value))) return `2^${Math.log2(value)}`;
  const [size, name] = UNITS[unit].findLast(([size]) => value % size === 0);
  return `${(value / size).toLocaleString("en")} ${name}`.trim();
}
