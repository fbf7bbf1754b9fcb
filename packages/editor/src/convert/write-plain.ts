import type { Fragment, Node } from "@tiptap/pm/model";
import { kindOf } from "../blocks-in-selection.ts";
import { rawText, type Raw } from "../schema/raw-value.ts";
import { indentOf, isItem } from "./outline.ts";

/** What a plain text shows of a document: a line a block, with the signs of its lists, and tabs between cells. */
export function writePlain(content: Fragment): string {
  const { firstChild } = content;
  if (firstChild === null) return "";
  // Words from within one block stand for themselves.
  if (firstChild.isInline || (content.childCount === 1 && firstChild.isTextblock)) return words(content);
  const numbers: number[] = [];
  return content.content.map((node) => line(node, numbers)).join("\n");
}

/** @param numbers - How far each level has been counted; one that is left ends with those below it. */
function line(node: Node, numbers: number[]): string {
  if (node.type.name === "table") return node.content.content.map(row).join("\n");
  if (node.type.name === "tableRow") return row(node);
  const indent = indentOf(node);
  const isNumbered = isItem(node) && kindOf(node) === "numbered";
  numbers.length = Math.min(numbers.length, indent + 1);
  numbers[indent] = isNumbered ? (numbers[indent] ?? 0) + 1 : 0;
  const sign = isItem(node) ? signOf(node, numbers[indent]) : "";
  const before = "  ".repeat(indent);
  return before + sign + words(node.content, node).replaceAll("\n", `\n${before}${" ".repeat(sign.length)}`);
}

function signOf(node: Node, number: number): string {
  if (kindOf(node) === "numbered") return `${number}. `;
  return kindOf(node) === "bullet" ? "• " : node.attrs["checked"] === true ? "[x] " : "[ ] ";
}

const row = (node: Node): string => node.content.content.map((cell) => cellText(cell)).join("\t");

const cellText = (node: Node): string =>
  node.content.content.map((block) => words(block.content, block).replaceAll(/[\t\n]+/g, " ")).join(" ");

function words(content: Fragment, node?: Node): string {
  if (node?.type.name === "image") return node.attrs["alt"] as string;
  if (node?.type.name === "divider") return "---";
  if (node?.type.name === "unknownBlock") return rawText(node.attrs["raw"] as Raw);
  if (node !== undefined && !node.isTextblock)
    return node.content.content.map((child) => words(child.content, child)).join("\n");
  return content.textBetween(0, content.size, "\n", (leaf) =>
    leaf.type.name === "hardBreak" ? "\n" : leaf.type.name === "unknownInline" ? rawText(leaf.attrs["raw"] as Raw) : "",
  );
}
