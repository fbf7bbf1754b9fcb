import * as Y from "yjs";
import { setAttribute } from "../binding/raw.ts";

/** Builds an element: attributes, then children, strings standing for texts. */
export function element(
  name: string,
  attributes: Readonly<Record<string, unknown>>,
  children: readonly (Y.XmlElement | Y.XmlText | string)[] = [],
): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [attribute, value] of Object.entries(attributes)) setAttribute(made, attribute, value);
  made.insert(
    0,
    children.map((child) => (typeof child === "string" ? new Y.XmlText(child) : child)),
  );
  return made;
}

export function text(...delta: { insert: string | object; attributes?: Record<string, unknown> }[]): Y.XmlText {
  const made = new Y.XmlText();
  made.applyDelta(delta);
  return made;
}

export interface OddCase {
  readonly name: string;
  readonly make: () => Y.XmlElement | Y.XmlText;
}

/** Everything another client may have written that this schema cannot hold, or holds only after repair. */
export const ODD_CASES: readonly OddCase[] = [
  {
    name: "an unknown block",
    make: () => element("columns", { tone: "warm" }, [element("paragraph", {}, ["words inside"])]),
  },
  {
    name: "a callout of an unknown tone, with an unknown block in it",
    make: () => element("callout", { tone: "warm" }, [element("paragraph", {}, ["words inside"])]),
  },
  {
    name: "a callout with nothing in it, and a text where blocks belong",
    make: () => element("callout", {}, [element("toggle", { id: "t" }), "words inside"]),
  },
  {
    name: "an unknown block deep in a table",
    make: () => table([[element("tableCell", { id: "c" }, [element("columns", { n: 1 }, ["deep"])])]]),
  },
  {
    name: "an unknown inline element",
    make: () => element("textBlock", { id: "m" }, ["before ", element("mention", { user: "ann" }), " after"]),
  },
  {
    name: "only an unknown inline element",
    make: () => element("textBlock", { id: "mo" }, [element("mention", { user: "bo" })]),
  },
  {
    name: "an unknown object in a text",
    make: () =>
      element("textBlock", { id: "e" }, [text({ insert: "a" }, { insert: { image: "x.png" } }, { insert: "b" })]),
  },
  {
    name: "an unknown mark",
    make: () =>
      element("textBlock", { id: "u" }, [
        text({ insert: "plain " }, { insert: "marked", attributes: { glow: { color: "red" } } }, { insert: " rest" }),
      ]),
  },
  {
    name: "unknown marks that overlap",
    make: () =>
      element("textBlock", { id: "o" }, [
        text(
          { insert: "one", attributes: { "comment--aB3": { id: 1 } } },
          { insert: "both", attributes: { "comment--aB3": { id: 1 }, "comment--xY9": { id: 2 }, bold: {} } },
          { insert: "two", attributes: { "comment--xY9": { id: 2 } } },
        ),
      ]),
  },
  {
    name: "an unknown attribute",
    make: () => element("textBlock", { id: "x", "comment:7": { by: "ann" }, mood: "good" }, ["text"]),
  },
  { name: "missing attributes", make: () => element("textBlock", {}, ["no id"]) },
  {
    name: "a block in a line",
    make: () => element("textBlock", { id: "f" }, [element("textBlock", { kind: "heading1" }, ["inner"]), " rest"]),
  },
  {
    name: "a block in a code block",
    make: () => element("codeBlock", { id: "k" }, [element("textBlock", {}, ["inner"])]),
  },
  {
    name: "a block in a table row",
    make: () => element("table", { id: "t" }, [element("tableRow", {}, [element("textBlock", {}, ["stray"])])]),
  },
  {
    name: "a row outside of a table",
    make: () => element("tableRow", { id: "r" }, [element("tableCell", {}, [element("textBlock", {}, ["cell"])])]),
  },
  { name: "an empty table", make: () => element("table", { id: "te" }) },
  { name: "a table whose rows differ in length", make: () => table([[cell("a"), cell("b")], [cell("c")]]) },
  { name: "an empty cell", make: () => table([[element("tableCell", { id: "ce" })]]) },
  {
    name: "list items of another editor",
    make: () =>
      element("bulletList", {}, [
        element("listItem", {}, [element("heading", { level: 2 }, ["h"])]),
        element("listItem", {}),
      ]),
  },
  {
    name: "bold in a code block",
    make: () =>
      element("codeBlock", { id: "b", language: "ts" }, [
        text({ insert: "let " }, { insert: "x", attributes: { bold: {} } }),
      ]),
  },
  { name: "a text directly in the document", make: () => new Y.XmlText("loose words") },
  {
    name: "values out of range",
    make: () =>
      element("textBlock", { id: "v", kind: "heading9", indent: 99, checked: "yes", align: "middle" }, ["text"]),
  },
  { name: "a block without any text", make: () => element("textBlock", { id: "n" }) },
  { name: "several texts in a row", make: () => element("textBlock", { id: "s" }, ["one ", "two ", "three"]) },
  { name: "a picture without a file", make: () => element("image", { id: "i" }) },
  {
    name: "a picture of which nothing is as it should be",
    make: () =>
      element(
        "image",
        { id: "j", blob: "../../secrets.json", width: -1, height: "high", alt: 7, shown: 900, src: "x" },
        ["odd"],
      ),
  },
  { name: "children in a divider", make: () => element("divider", { id: "d" }, ["odd"]) },
  {
    name: "an unsafe link",
    make: () =>
      element("textBlock", { id: "l" }, [
        text({ insert: "click", attributes: { link: { href: "javascript:alert(1)", title: "t" } } }),
      ]),
  },
  {
    name: "marks with values of their own",
    make: () =>
      element("textBlock", { id: "w" }, [
        text(
          { insert: "bold", attributes: { bold: { weight: 700 } } },
          { insert: "true", attributes: { italic: true } },
        ),
      ]),
  },
  { name: "bytes in an attribute", make: () => element("columns", { data: new Uint8Array([1, 2, 3]) }) },
  {
    name: "a line break as an element",
    make: () => element("textBlock", { id: "hb" }, ["a", element("hardBreak", {}), "b"]),
  },
];

/** All odd cases in one document, with ordinary lines between. */
export function writeOddDocument(fragment: Y.XmlFragment): void {
  ODD_CASES.forEach(({ make }, at) => {
    fragment.push([make(), element("textBlock", { id: `line-${at}` }, [`line ${at}`])]);
  });
}

function cell(words: string): Y.XmlElement {
  return element("tableCell", {}, [element("textBlock", {}, [words])]);
}

function table(rows: readonly (readonly Y.XmlElement[])[]): Y.XmlElement {
  return element(
    "table",
    { id: "table" },
    rows.map((cells) => element("tableRow", {}, cells)),
  );
}
