import type { LanguageFn } from "lowlight";
import { BLOCKS } from "../words.ts";

/** A language that code can be in, for a menu, and how its grammar is fetched: only when a document needs it. */
export interface Language {
  /** What the block's attribute says, and what is typed after three backticks. */
  readonly name: string;
  readonly label: string;
  /** Other names people type and other editors write. */
  readonly aliases: readonly string[];
  /** Its grammar by the name the highlighter knows it by, the own one first, then those it holds inside. */
  readonly grammars: () => Promise<readonly (readonly [name: string, grammar: LanguageFn])[]>;
}

type Grammar = Promise<{ readonly default: LanguageFn }>;

const css = () => import("highlight.js/lib/languages/css");
const javascript = () => import("highlight.js/lib/languages/javascript");
const xml = () => import("highlight.js/lib/languages/xml");

/** `inside`: grammars of what stands within it, by the names its own asks for them. */
function language(
  name: string,
  label: string,
  aliases: string,
  own: () => Grammar,
  inside: Readonly<Record<string, () => Grammar>> = {},
): Language {
  const all = Object.entries({ [name]: own, ...inside });
  const grammars = () => Promise.all(all.map(async ([each, load]) => [each, (await load()).default] as const));
  return { name, label, aliases: aliases.split(" ").filter(Boolean), grammars };
}

/** What makes a block of code a formula on its own line. */
export const MATH = "math";

/** By label. What is none of these is kept as it is and shown without colours. */
export const LANGUAGES: readonly Language[] = [
  language("bash", "Bash", "sh shell zsh console", () => import("highlight.js/lib/languages/bash")),
  language("c", "C", "h", () => import("highlight.js/lib/languages/c")),
  language("csharp", "C#", "cs c# dotnet", () => import("highlight.js/lib/languages/csharp")),
  language("cpp", "C++", "c++ cc hpp cxx", () => import("highlight.js/lib/languages/cpp")),
  language("css", "CSS", "", css),
  language("diff", "Diff", "patch", () => import("highlight.js/lib/languages/diff")),
  language("dockerfile", "Dockerfile", "docker", () => import("highlight.js/lib/languages/dockerfile")),
  language("go", "Go", "golang", () => import("highlight.js/lib/languages/go")),
  language("html", "HTML", "xhtml svg vue", xml, { css, javascript }),
  language("ini", "INI, TOML", "toml conf", () => import("highlight.js/lib/languages/ini")),
  language("java", "Java", "", () => import("highlight.js/lib/languages/java")),
  language("javascript", "JavaScript", "js jsx mjs cjs node", javascript),
  language("json", "JSON", "json5 jsonc", () => import("highlight.js/lib/languages/json")),
  language("kotlin", "Kotlin", "kt kts", () => import("highlight.js/lib/languages/kotlin")),
  language("lua", "Lua", "", () => import("highlight.js/lib/languages/lua")),
  language("makefile", "Makefile", "make mk", () => import("highlight.js/lib/languages/makefile")),
  language("markdown", "Markdown", "md", () => import("highlight.js/lib/languages/markdown"), { xml }),
  language(MATH, BLOCKS.math, "tex latex katex", () => import("highlight.js/lib/languages/latex")),
  language("nginx", "nginx", "", () => import("highlight.js/lib/languages/nginx")),
  language("php", "PHP", "", () => import("highlight.js/lib/languages/php")),
  language("powershell", "PowerShell", "ps1 pwsh", () => import("highlight.js/lib/languages/powershell")),
  language("python", "Python", "py", () => import("highlight.js/lib/languages/python")),
  language("r", "R", "", () => import("highlight.js/lib/languages/r")),
  language("ruby", "Ruby", "rb", () => import("highlight.js/lib/languages/ruby")),
  language("rust", "Rust", "rs", () => import("highlight.js/lib/languages/rust")),
  language("scss", "SCSS", "sass", () => import("highlight.js/lib/languages/scss")),
  language("sql", "SQL", "mysql postgres postgresql sqlite", () => import("highlight.js/lib/languages/sql")),
  language("swift", "Swift", "", () => import("highlight.js/lib/languages/swift")),
  language("typescript", "TypeScript", "ts tsx mts cts", () => import("highlight.js/lib/languages/typescript")),
  language("xml", "XML", "rss xsl plist", xml),
  language("yaml", "YAML", "yml", () => import("highlight.js/lib/languages/yaml")),
];

const byName = new Map(LANGUAGES.flatMap((each) => [each.name, ...each.aliases].map((name) => [name, each] as const)));

/** The language a block's attribute names, by any of its names. */
export function languageOf(attribute: unknown): Language | null {
  return typeof attribute === "string" ? (byName.get(attribute.toLowerCase()) ?? null) : null;
}

/** What a person reads of a block's attribute. */
export function languageLabel(attribute: unknown): string {
  return languageOf(attribute)?.label ?? (typeof attribute === "string" ? attribute : BLOCKS.plainText);
}
