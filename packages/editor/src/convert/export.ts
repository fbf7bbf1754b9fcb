import type { Fragment, Node } from "@tiptap/pm/model";
import { kindOf } from "../blocks-in-selection.ts";
import { numberNotes } from "../footnotes/numbers.ts";
import { OWN } from "../paste/parser.ts";
import { PLACEHOLDERS } from "../words.ts";
import { h, htmlToLines, htmlToText } from "./html.ts";
import { type HtmlOptions, writeHtml } from "./write-html.ts";
import { writeMarkdown } from "./write-markdown.ts";

type ExportOptions = Pick<HtmlOptions, "addressOf">;

export const exportMarkdown = (doc: Node, options: ExportOptions): string => writeMarkdown(titled(doc), options);

/** A file that any browser shows as it is, and that needs nothing else. */
export function exportHtml(doc: Node, title: string, options: ExportOptions): string {
  const written = writeHtml(titled(doc), { ...options, numbers: numberNotes(doc.content) });
  const body = written.map((html) => htmlToLines(html, "")).join("\n");
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${htmlToText(h("title", {}, title === "" ? PLACEHOLDERS.title : title))}
<style>
${STYLE}
</style>
</head>
<body>
<div ${OWN}>
${body}
</div>
</body>
</html>
`;
}

/** The first line is the title, as everybody reading the file would call it. */
function titled(doc: Node): Fragment {
  const { firstChild } = doc;
  if (firstChild?.type.name !== "textBlock" || kindOf(firstChild) !== "text" || firstChild.content.size === 0)
    return doc.content;
  const title = firstChild.type.create({ ...firstChild.attrs, kind: "heading1" }, firstChild.content);
  return doc.content.replaceChild(0, title);
}

const STYLE = `:root { color-scheme: light dark; }
body { margin: 0; font: 17px/1.6 Georgia, "Times New Roman", serif; }
[data-sheaf] { max-width: 720px; margin: 0 auto; padding: 48px 20px; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; break-after: avoid; }
blockquote { margin-inline: 0; padding-inline-start: 18px; border-inline-start: 3px solid #8f897d; }
pre { padding: 14px 18px; border-radius: 8px; background: #8881; white-space: pre-wrap; font: 14px/1.6 ui-monospace, Menlo, Consolas, monospace; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
table { width: 100%; border-collapse: collapse; }
td, th { padding: 7px 11px; border: 1px solid #8886; text-align: start; vertical-align: top; }
th { background: #8881; }
hr { border: 0; border-top: 1px solid #8886; margin: 32px 0; }
img { max-width: 100%; height: auto; }
sup { line-height: 0; }
[role="doc-footnote"] { font-size: 15px; }
li:has(> input[type="checkbox"]) { list-style: none; }
[data-indent="1"] { margin-inline-start: 28px; }
[data-indent="2"] { margin-inline-start: 56px; }
[data-indent="3"] { margin-inline-start: 84px; }
[data-indent="4"] { margin-inline-start: 112px; }
[data-indent="5"] { margin-inline-start: 140px; }
[data-indent="6"] { margin-inline-start: 168px; }
[data-indent="7"] { margin-inline-start: 196px; }
[data-indent="8"] { margin-inline-start: 224px; }`;
