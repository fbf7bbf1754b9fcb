import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseSync } from "vite";

const ROOT = join(import.meta.dirname, "../..");

/** The catalogues themselves, and what nobody reads. */
const ELSEWHERE = /\/words(?:\/|\.ts$)|\/sentences\.ts$|\.test\.ts$|\/testing\//;

/** Attributes and properties whose text is shown or read out. */
const READ =
  /^(?:aria-?(?:label|description|roledescription|valuetext)|data-tip|textContent|title|placeholder|alt|label|legend|heading|question|action|done|hint|tip)$/i;
/** Begins as a sentence does, and goes on. */
const SENTENCE = /^\p{Lu}\p{Ll}*(?:’\p{Ll}+)? \p{Ll}/u;
/** An error of KaTeX's, by which it is known. */
const QUOTED = ["Too many expansions"];

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const childrenOf = (node: Node): readonly Node[] =>
  Object.values(node)
    .flat()
    .filter((value) => isNode(value));

/** What an expression may come to be as text: neither what it is compared with, nor what it is made of. */
function textsIn(node: unknown): readonly string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case "Literal":
      return typeof node["value"] === "string" ? [node["value"]] : [];
    case "TemplateElement":
      return [(node["value"] as { readonly raw: string }).raw];
    case "ConditionalExpression":
      return [...textsIn(node["consequent"]), ...textsIn(node["alternate"])];
    case "BinaryExpression":
      return node["operator"] === "+" ? childrenOf(node).flatMap(textsIn) : [];
    case "TemplateLiteral":
    case "LogicalExpression":
    case "JSXExpressionContainer":
      return childrenOf(node).flatMap(textsIn);
    default:
      return [];
  }
}

/** Outside JSX the same names are used for other things, whose values are names in small letters. */
const wordsIn = (node: unknown): readonly string[] => textsIn(node).filter((text) => /[\p{Lu}\s]/u.test(text));

const nameOf = (node: unknown): string => (isNode(node) ? String(node["name"] ?? node["value"] ?? "") : "");

/** Text that this node itself shows to people. */
function shownBy(node: Node): readonly string[] {
  switch (node.type) {
    case "JSXText":
      return [node["value"] as string];
    case "JSXElement":
    case "JSXFragment":
      return (node["children"] as readonly Node[]).flatMap(textsIn);
    case "JSXAttribute":
      return textsIn(node["value"]).filter((text) => READ.test(nameOf(node["name"])) || /^\p{Lu}\p{Ll}/u.test(text));
    case "Property":
      return READ.test(nameOf(node["key"])) ? wordsIn(node["value"]) : [];
    case "AssignmentExpression":
      return isNode(node["left"]) && READ.test(nameOf(node["left"]["property"])) ? wordsIn(node["right"]) : [];
    case "CallExpression": {
      const [name, value] = node["arguments"] as readonly Node[];
      return READ.test(nameOf(name)) ? wordsIn(value) : [];
    }
    case "Literal":
    case "TemplateLiteral":
      return textsIn(node).filter((text) => SENTENCE.test(text) && !QUOTED.includes(text));
    default:
      return [];
  }
}

function shownIn(node: Node): readonly string[] {
  // Whoever reads an error reads code.
  if (node.type === "NewExpression" && nameOf(node["callee"]).endsWith("Error")) return [];
  return [...shownBy(node), ...childrenOf(node).flatMap(shownIn)];
}

/** Each once: a sentence may be found as one, and by where it stands. */
const literalsIn = (path: string, text: string): readonly string[] =>
  [...new Set(shownIn(parseSync(path, text).program as unknown as Node))].filter((shown) => /\p{L}/u.test(shown));

test("what people read is in a catalogue: other code has no words for them", () => {
  const paths = globSync("{apps/web,packages/editor,packages/client}/src/**/*.{ts,tsx}", { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !ELSEWHERE.test(path));
  expect(paths.length).toBeGreaterThan(200);
  const found = paths.flatMap((path) =>
    literalsIn(path, readFileSync(join(ROOT, path), "utf8")).map((words) => `${path}: ${words.trim()}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["<p>Saved</p>", ["Saved"]],
  ['<p>{isOn ? "On" : OFF}</p>', ["On"]],
  ["<p aria-label={`Follow ${name}`} />", ["Follow "]],
  ['<Notice text={NOTICES.gone} more={isDone && "Copied"} />', ["Copied"]],
  ['({ label: "Bold", group: "format" })', ["Bold"]],
  ['button.ariaLabel = isOpen ? CLOSE : "Open"', ["Open"]],
  ['button.setAttribute("aria-label", "Done")', ["Done"]],
  ['news.say("Nothing was copied.")', ["Nothing was copied."]],
  ['<p className="note wide" data-kind={kind === "Saved" ? "a" : "b"}>{WORDS.saved} · {keysText("Mod-k")}</p>', []],
  ['throw new TypeError("The schema has no table")', []],
])("%s has %j of its own", (code, words) => {
  expect(literalsIn("example.tsx", code)).toEqual(words);
});
