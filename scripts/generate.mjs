// Writes what is derived from code into the README: its settings, and an application that uses it. With --check it only
// says what is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { CONFIG, SETTINGS } = await import(join(root, "apps/server/src/settings.ts"));
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
  example: () => `\`\`\`ts\n${readFileSync(join(root, "test/examples/codemirror/main.ts"), "utf8")}\`\`\``,
};

const before = readFileSync(readme, "utf8");
let after = before;
const stale = Object.entries(SECTIONS).filter(([name, write]) => {
  const marked = new RegExp(`(<!-- ${name}: generated[^>]*-->\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  const [, begin, now, end] = marked.exec(after) ?? [];
  if (now === undefined) throw new Error(`README.md has lost the marks between which the ${name} stand`);
  const next = `${write()}\n`;
  after = after.replace(begin + now + end, () => begin + next + end);
  return next !== now;
});
if (stale.length === 0) process.exit(0);
if (process.argv.includes("--check")) {
  console.error(`README.md is stale (${stale.map(([name]) => name).join(", ")}): run \`npm run generate\`.`);
  process.exit(1);
}
writeFileSync(readme, after);

function table(head, rows) {
  const [names, ...lines] = [head, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [names, `|${"---|".repeat(head.length)}`, ...lines].join("\n");
}
