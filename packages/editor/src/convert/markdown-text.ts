import type { Node } from "@tiptap/pm/model";
import { htmlToText } from "./html.ts";
import { nestMarks, type Inline } from "./inline.ts";
import { HTML_MARKS, type HtmlOptions, inlineNodeHtml, needsEnd } from "./write-html.ts";

/** Signs of Markdown, by the mark they stand for; any other mark is written as HTML. */
export const MARKDOWN_SIGNS: Readonly<Record<string, string>> = { bold: "**", italic: "_", strike: "~~" };

/** Footnotes as Markdown has them. */
export interface MarkdownNotes extends HtmlOptions {
  /** The numbers of those that are written with its signs; any other is HTML, and so is what refers to it. */
  readonly signed: ReadonlySet<number | undefined>;
}

/**
 * A piece of a line. What is `text` says by its own first and last character whether signs beside it work; beside
 * anything else they see the punctuation it begins and ends with.
 */
type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "break"; readonly isPlain: boolean }
  | { readonly kind: "open" | "close"; readonly inline: Inline & { kind: "marked" }; readonly sign: string | null };

/**
 * The words of one block as Markdown, such that they are read as the same words, whatever characters they are.
 *
 * @param isOneLine - In a heading or a cell, where a break can only be written as HTML.
 */
export function markdownText(nodes: readonly Node[], isOneLine: boolean, notes: MarkdownNotes): string {
  const pieces = nestMarks(nodes, Object.keys(HTML_MARKS)).flatMap((inline) => piecesOf(inline, notes));
  const forms = new Map<Inline, readonly [string, string]>();
  let written = "";
  pieces.forEach((piece, at) => {
    const isStart = written === "" || written.endsWith("\n");
    const next = pieces[at + 1];
    switch (piece.kind) {
      case "text":
        written += edges(
          // Behind a reference it would make a note of the line.
          isSign(pieces[at - 1]) ? piece.text.replace(/^:/, "\\:") : piece.text,
          isStart,
          next === undefined,
          (next?.kind === "open" && next.inline.mark.type.name === "link") || isSign(next),
        );
        return;
      case "raw":
        written += piece.text;
        return;
      case "break":
        written += breakAfter(pieces, at, isOneLine || isStart);
        return;
      case "open": {
        const form = formOf(pieces, at);
        forms.set(piece.inline, form);
        written += form[0];
        return;
      }
      case "close":
        written += (needsEnd(piece.inline) ? "<wbr>" : "") + (forms.get(piece.inline)?.[1] ?? "");
    }
  });
  return written;
}

function piecesOf(inline: Inline, notes: MarkdownNotes): Piece[] {
  if (inline.kind === "leaf") {
    const { node } = inline;
    if (node.isText) return [{ kind: "text", text: escapeText(node.text ?? "") }];
    if (node.type.name === "hardBreak") return [{ kind: "break", isPlain: node.marks.length === 0 }];
    const number = node.type.name === "footnoteRef" ? notes.numbers.get(String(node.attrs["note"])) : undefined;
    if (number !== undefined && notes.signed.has(number)) return [{ kind: "raw", text: `[^${number}]` }];
    return [{ kind: "raw", text: html(htmlToText(inlineNodeHtml(node, notes), escapeText)) }];
  }
  const { mark, children } = inline;
  const plain = children.every((child) => child.kind === "leaf" && child.node.isText)
    ? children.map((child) => (child.kind === "leaf" ? (child.node.text ?? "") : "")).join("")
    : null;
  if (mark.type.name === "code" && plain !== null) return [{ kind: "raw", text: codeSpan(plain) }];
  if (mark.type.name === "link" && plain === mark.attrs["href"] && AUTOLINK.test(plain ?? ""))
    return [{ kind: "raw", text: `<${plain}>` }];
  const sign = MARKDOWN_SIGNS[mark.type.name] ?? null;
  return [
    { kind: "open", inline, sign },
    ...children.flatMap((child) => piecesOf(child, notes)),
    { kind: "close", inline, sign },
  ];
}

const isSign = (piece: Piece | undefined): boolean => piece?.kind === "raw" && piece.text.startsWith("[^");

const AUTOLINK = /^(?:https?|mailto):[^\s<>\p{C}]+$/u;

/** How a mark begins and ends. */
function formOf(pieces: readonly Piece[], at: number): readonly [string, string] {
  const piece = pieces[at]!;
  if (piece.kind !== "open") throw new Error("only what opens has a form");
  const { mark } = piece.inline;
  const [tag, { style: _, ...attributes }] = HTML_MARKS[mark.type.name]?.(mark) ?? ["", {}];
  if (tag === "") return ["", ""];
  if (mark.type.name === "link") return ["[", `](${escapeAddress(String(mark.attrs["href"]))})`];
  const end = pieces.findIndex((other) => other.kind === "close" && other.inline === piece.inline);
  if (piece.sign !== null && signsWork(pieces, at, end, piece.sign)) return [piece.sign, piece.sign];
  return [html(htmlToText({ tag, attributes, children: [] }).replace(`</${tag}>`, "")), `</${tag}>`];
}

type Side = "blank" | "punctuation" | "word" | "unsure";

/**
 * Whether signs would be read as what they are: CommonMark's left- and right-flanking, and for `_` that no word goes on
 * through it. Where readers differ about a character, it does not count as what would be needed.
 */
function signsWork(pieces: readonly Piece[], open: number, close: number, sign: string): boolean {
  const isUsable = (outer: Side, inner: Side): boolean => {
    if (inner === "blank") return false;
    const isFree = outer === "blank" || outer === "punctuation";
    if (sign === "_" && !isFree) return false;
    return inner === "word" || isFree;
  };
  return (
    isUsable(sideOf(pieces[open - 1], "end"), sideOf(pieces[open + 1], "start")) &&
    isUsable(sideOf(pieces[close + 1], "start"), sideOf(pieces[close - 1], "end"))
  );
}

function sideOf(piece: Piece | undefined, side: "start" | "end"): Side {
  if (piece === undefined || piece.kind === "break") return "blank";
  if (piece.kind !== "text") return "punctuation";
  const [character = " "] = (side === "start" ? /^./su : /.$/su).exec(piece.text) ?? [];
  if (character === " ") return "blank";
  if (/[!-/:-@[-`{-~]/.test(character)) return "punctuation";
  return /[\p{L}\p{N}]/u.test(character) ? "word" : "unsure";
}

/** A break is a backslash at the end of a line, where words stand on both sides of it. */
function breakAfter(pieces: readonly Piece[], at: number, isHtml: boolean): string {
  const piece = pieces[at]!;
  const [before, after] = [pieces[at - 1], pieces[at + 1]];
  const stands = (beside: Piece | undefined, side: "start" | "end"): boolean =>
    beside?.kind === "text" && sideOf(beside, side) !== "blank";
  if (!isHtml && stands(before, "end") && stands(after, "start")) return "\\\n";
  // The last one in a block is not seen, and not read.
  return after === undefined && piece.kind === "break" && piece.isPlain ? "<br><br>" : "<br>";
}

/** What would be read as something else wherever it stands. */
function escapeText(text: string): string {
  return (
    text
      .replaceAll(/[\\`*[\]<~]/g, "\\$&")
      .replaceAll(ENTITY, "&amp;")
      // Between two letters it is only itself.
      .replaceAll(/(?<![a-z\d])_|_(?![a-z\d])/gi, "\\_")
      .replaceAll(/[\t\p{Zl}\p{Zp}\ufeff]|(?! )\p{Zs}/gu, reference)
  );
}

const reference = (character: string): string => `&#${character.codePointAt(0)};`;

/** What would be read as something else at the start or the end of a line. */
function edges(text: string, isStart: boolean, isEnd: boolean, isBeforeLink: boolean): string {
  let edged = text;
  if (isEnd) edged = edged.replace(/ +$/, (blanks) => reference(" ").repeat(blanks.length));
  if (isBeforeLink) edged = edged.replace(/!$/, "\\!");
  if (!isStart) return edged;
  return edged
    .replace(/^ +/, (blanks) => reference(" ").repeat(blanks.length))
    .replace(/^(?:>|=|\||#{1,6}(?=[\s#]|$)|[-+](?=[\s\-|:]|$)|:(?=-))/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const isPadded = /^`|`$/.test(text) || (text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "");
  return isPadded ? `${fence} ${text} ${fence}` : fence + text + fence;
}

const escapeAddress = (address: string): string => address.replaceAll(/[\\()<>]/g, "\\$&").replaceAll(ENTITY, "&amp;");

/** The start of what would be read as another character. */
export const ENTITY = /&(?=#?[a-z\d]+;)/gi;

/** HTML on one line. */
export const html = (text: string): string => text.replaceAll("\n", "&#10;");
