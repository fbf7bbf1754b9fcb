import type { Fragment, Node } from "@tiptap/pm/model";
import { isFootnote, kindOf } from "../blocks-in-selection.ts";
import { rawText, type Raw } from "../schema/raw-value.ts";
import { indentOf, isItem } from "./outline.ts";

/** What a plain text shows of a document: a line a block, with the signs of its lists, and tabs between cells. */
export function writePlain(content: Fragment, numbers: Numbers): string {
  const { firstChild } = content;
  if (firstChild === null) return "";
  // Words from within one block stand for themselves.
  if (firstChild.isInline || (content.childCount === 1 && firstChild.isTextblock)) return words(content, numbers);
  const counted: number[] = [];
  return content.content.map((node) => line(node, counted, numbers)).join("\n");
}

type Numbers = ReadonlyMap<string, number>;

/** @param counted - How far each level has been counted; one that is left ends with those below it. */
function line(node: Node, counted: number[], numbers: Numbers): string {
  if (node.type.name === "table") return node.content.content.map((each) => row(each, numbers)).join("\n");
  if (node.type.name === "tableRow") return row(node, numbers);
  const indent = indentOf(node);
  const isNumbered = isItem(node) && kindOf(node) === "numbered";
  counted.length = Math.min(counted.length, indent + 1);
  counted[indent] = isNumbered ? (counted[indent] ?? 0) + 1 : 0;
  const sign = isItem(node) ? signOf(node, counted[indent]) : noteSign(node, numbers);
  const before = "  ".repeat(indent);
  return before + sign + words(node.content, numbers, node).replaceAll("\n", `\n${before}${" ".repeat(sign.length)}`);
}

function signOf(node: Node, number: number): string {
  if (kindOf(node) === "numbered") return `${number}. `;
  return kindOf(node) === "bullet" ? "• " : node.attrs["checked"] === true ? "[x] " : "[ ] ";
}

function noteSign(node: Node, numbers: Numbers): string {
  const number = isFootnote(node) ? numbers.get(String(node.attrs["id"])) : undefined;
  return number === undefined ? "" : `[${number}] `;
}

const row = (node: Node, numbers: Numbers): string =>
  node.content.content.map((cell) => cellText(cell, numbers)).join("\t");

const cellText = (node: Node, numbers: Numbers): string =>
  node.content.content.map((block) => words(block.content, numbers, block).replaceAll(/[\t\n]+/g, " ")).join(" ");

function words(content: Fragment, numbers: Numbers, node?: Node): string {
  if (node?.type.name === "image") return node.attrs["alt"] as string;
  if (node?.type.name === "divider") return "---";
  if (node?.type.name === "unknownBlock") return rawText(node.attrs["raw"] as Raw);
  if (node !== undefined && !node.isTextblock)
    return node.content.content.map((child) => words(child.content, numbers, child)).join("\n");
  return content.textBetween(0, content.size, "\n", ({ type, attrs }) => {
    if (type.name === "hardBreak") return "\n";
    if (type.name === "footnoteRef") return `[${numbers.get(String(attrs["note"])) ?? "?"}]`;
    return type.name === "unknownInline" ? rawText(attrs["raw"] as Raw) : "";
  });
}
