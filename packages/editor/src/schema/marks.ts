import { Mark } from "@tiptap/core";
import { parseJson } from "./dom-attributes.ts";
import { EXTRA, hidden, type Json } from "./fields.ts";
import { nearestColour } from "./nearest-colour.ts";
import { safeHref } from "./safe-href.ts";

interface Simple {
  readonly name: string;
  /** Tags read; the first is the one written. */
  readonly tags: readonly string[];
  /** A style that means the same, as property and value. */
  readonly style?: readonly [property: string, value: RegExp];
  readonly code?: boolean;
}

/** A mark without attributes. `extra` carries the value another client gave it, when that is not the empty object. */
function simple({ name, tags, style, code = false }: Simple): Mark {
  return Mark.create({
    name,
    code,
    // Overlaps are always allowed: a schema that excluded one mark of two would have to drop it from what it shows.
    addAttributes: () => ({ [EXTRA]: hidden(null) }),
    parseHTML: () => [
      ...tags.map((tag) => ({ tag, getAttrs: extraFromHtml })),
      ...(style === undefined
        ? []
        : [{ style: style[0], getAttrs: (value: string) => (style[1].test(value) ? null : (false as const)) }]),
    ],
    renderHTML: ({ mark }) => [tags[0] ?? "span", extraToHtml(mark.attrs[EXTRA] as Json), 0],
  });
}

export const Bold = simple({
  name: "bold",
  tags: ["strong", "b:not([style*='normal'])"],
  style: ["font-weight", /^(?:bold(?:er)?|[6-9]\d\d)$/],
});
export const Italic = simple({
  name: "italic",
  tags: ["em", "i:not([style*='normal'])"],
  style: ["font-style", /^italic$/],
});
export const Underline = simple({ name: "underline", tags: ["u"], style: ["text-decoration", /underline/] });
export const Strike = simple({
  name: "strike",
  tags: ["s", "del", "strike"],
  style: ["text-decoration", /line-through/],
});
export const Code = simple({ name: "code", tags: ["code"], code: true });

/** Somebody's name, after an at sign: who it is the words say, and the mark that they mean them. */
export const Mention = Mark.create({
  name: "mention",
  inclusive: false,
  addAttributes: () => ({ [EXTRA]: hidden(null) }),
  parseHTML: () => [{ tag: "span[data-mention]", getAttrs: extraFromHtml }],
  renderHTML: ({ mark }) => ["span", { "data-mention": "", ...extraToHtml(mark.attrs[EXTRA] as Json) }, 0],
});
/** A formula: the words are its TeX, so that it is written together like any other words. */
export const MathMark = Mark.create({
  name: "math",
  code: true,
  addAttributes: () => ({ [EXTRA]: hidden(null) }),
  parseHTML: () => [{ tag: "span[data-math]", getAttrs: extraFromHtml }],
  renderHTML: ({ mark }) => ["span", { "data-math": "", ...extraToHtml(mark.attrs[EXTRA] as Json) }, 0],
});
export const Subscript = simple({ name: "subscript", tags: ["sub"], style: ["vertical-align", /^sub$/] });
export const Superscript = simple({ name: "superscript", tags: ["sup"], style: ["vertical-align", /^super$/] });

interface Coloured {
  readonly name: string;
  readonly tag: string;
  /** The attribute that names the colour in HTML: stylesheets do the rest. */
  readonly attribute: string;
  /** The style that means the same in pages from elsewhere. */
  readonly style: string;
}

/** A mark that colours. A name this version does not know is kept; the stylesheet has a look for it. */
function coloured({ name, tag, attribute, style }: Coloured): Mark {
  const nearest = (value: string) => {
    const color = nearestColour(value);
    return color === null ? (false as const) : { color };
  };
  return Mark.create({
    name,
    addAttributes: () => ({ color: hidden(""), [EXTRA]: hidden(null) }),
    parseHTML: () => [
      {
        tag: `${tag}[${attribute}]`,
        getAttrs: (element: HTMLElement) => ({ color: element.getAttribute(attribute), ...extraFromHtml(element) }),
      },
      // What it is coloured with, where it says so, is told by its style.
      ...(tag === "mark"
        ? [{ tag, getAttrs: (element: HTMLElement) => nearest(element.style.backgroundColor || "yellow") }]
        : []),
      { style, getAttrs: nearest },
    ],
    renderHTML: ({ mark }) => [
      tag,
      { [attribute]: String(mark.attrs["color"]), ...extraToHtml(mark.attrs[EXTRA] as Json) },
      0,
    ],
  });
}

export const Highlight = coloured({
  name: "highlight",
  tag: "mark",
  attribute: "data-color",
  style: "background-color",
});
export const TextColor = coloured({ name: "textColor", tag: "span", attribute: "data-text-color", style: "color" });

/** A link. Its address is kept as it came, and put into the page only when it is safe to follow. */
export const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: hidden(""), [EXTRA]: hidden(null) }),
  parseHTML: () => [
    {
      tag: "a[href]",
      getAttrs: (element: HTMLElement) => {
        const href = safeHref(element.getAttribute("href"));
        return href === null ? false : { href, ...extraFromHtml(element) };
      },
    },
  ],
  renderHTML({ mark }) {
    const href = safeHref(mark.attrs["href"]);
    const safety =
      href === null || href.startsWith("#") ? {} : { rel: "noopener noreferrer nofollow", target: "_blank" };
    return ["a", { ...(href === null ? {} : { href }), ...safety, ...extraToHtml(mark.attrs[EXTRA] as Json) }, 0];
  },
});

/** A mark this schema does not know: shown as plain text, kept with its name and value. Several may overlap. */
export const UnknownMark = Mark.create({
  name: "unknownMark",
  priority: 10,
  excludes: "",
  inclusive: false,
  addAttributes: () => ({ name: hidden(""), value: hidden(null) }),
  parseHTML: () => [
    {
      tag: "span[data-unknown-mark]",
      getAttrs: (element: HTMLElement) => ({
        name: element.getAttribute("data-unknown-mark"),
        value: parseJson(element.getAttribute("data-value")),
      }),
    },
  ],
  renderHTML: ({ mark }) => [
    "span",
    { "data-unknown-mark": String(mark.attrs["name"]), "data-value": JSON.stringify(mark.attrs["value"]) },
    0,
  ],
});

function extraFromHtml(element: HTMLElement): Record<string, Json> {
  return { [EXTRA]: parseJson(element.getAttribute(`data-${EXTRA}`)) };
}

function extraToHtml(extra: Json): Record<string, string> {
  return extra === null ? {} : { [`data-${EXTRA}`]: JSON.stringify(extra) };
}
