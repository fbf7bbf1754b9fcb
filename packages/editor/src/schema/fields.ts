/**
 * The attributes of every known element: what each may hold, and how a value from elsewhere is repaired for the view.
 * One table serves the schema, the reader, the writer and the version test.
 */

/** Every shape a text block can take. Turning one into another changes one attribute and nothing else (D14). */
export const KINDS = [
  "text",
  "heading1",
  "heading2",
  "heading3",
  "heading4",
  "heading5",
  "heading6",
  "bullet",
  "numbered",
  "task",
  "quote",
  // Of the picture above it; a style of paragraph, as in word processors.
  "caption",
  // Words that a `footnoteRef` somewhere in the text refers to.
  "footnote",
] as const;
export type Kind = (typeof KINDS)[number];

export const ALIGNMENTS = ["left", "center", "right", "justify"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

/** What a callout is about. */
export const TONES = ["note", "tip", "warning", "danger"] as const;
export type Tone = (typeof TONES)[number];
/** What words and what lies behind them can be coloured with: by name, so that each theme has its own for it. */
export const COLOURS = ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"] as const;
export type Colour = (typeof COLOURS)[number];

/** The one attribute of each mark that has any. */
export const MARK_VALUES: Readonly<Record<string, string>> = { link: "href", highlight: "color", textColor: "color" };

export const MAX_INDENT = 8;
export const MAX_ALT_LENGTH = 1000;

/** Anything Y and JSON can both hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Field {
  /** Never written: absence means this. */
  readonly initial: Json;
  /** The nearest value the view can show; `initial` when there is none. Never written back by itself. */
  readonly repair: (value: unknown) => Json;
  /** In HTML it stands as it is; any other as JSON. */
  readonly isText?: boolean;
  /** For the version hash: the accepted values in words. */
  readonly accepts: string;
}

export type Fields = Readonly<Record<string, Field>>;

const oneOf = (values: readonly string[], initial: string): Field => ({
  initial,
  repair: (value) => (typeof value === "string" && values.includes(value) ? value : initial),
  isText: true,
  accepts: values.join("|"),
});

const flag: Field = { initial: false, repair: (value) => value === true, accepts: "boolean" };

const integer = (min: number, max: number, initial: number): Field => ({
  initial,
  repair: (value) =>
    typeof value === "number" && Number.isFinite(value) ? Math.min(max, Math.max(min, Math.trunc(value))) : initial,
  accepts: `${min}..${max}`,
});

const word = (initial: string | null, limit: number): Field => ({
  initial,
  repair: (value) => (typeof value === "string" && value.length <= limit ? value : initial),
  isText: true,
  accepts: `string(${limit})`,
});

/** Names a file by what is in it: SHA-256, in hex. */
const hash: Field = {
  initial: null,
  repair: (value) => (typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : null),
  isText: true,
  accepts: "sha256|null",
};

const columnWidths: Field = {
  initial: null,
  repair: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((width) => typeof width === "number" && width >= 0)
      ? (value as number[])
      : null,
  accepts: "number[]|null",
};

const id = word(null, 64);

/** Element name to its attributes. Order is the order in which they are written. */
export const FIELDS: Readonly<Record<string, Fields>> = {
  textBlock: {
    kind: oneOf(KINDS, "text"),
    indent: integer(0, MAX_INDENT, 0),
    checked: flag,
    align: oneOf(ALIGNMENTS, "left"),
    id,
  },
  codeBlock: { language: word(null, 64), id },
  divider: { id },
  // `width` and `height` are the file's own, 0 when they are not known; `shown` is the width on the page in percent of
  // the text's, 0 for its own as far as there is room.
  image: {
    blob: hash,
    width: integer(0, 100_000, 0),
    height: integer(0, 100_000, 0),
    alt: word("", MAX_ALT_LENGTH),
    shown: integer(0, 100, 0),
    id,
  },
  callout: { tone: oneOf(TONES, "note"), id },
  toggle: { id },
  table: { id },
  tableRow: { id },
  // The id of the note; its number is counted and never stored.
  footnoteRef: { note: id },
  tableCell: { header: flag, colspan: integer(1, 200, 1), rowspan: integer(1, 2000, 1), colwidth: columnWidths, id },
};

/** Attribute that carries, unseen, whatever else an element or a mark holds, so that copies keep it. */
export const EXTRA = "extra";

/** Unknown attributes by name, or null when there are none. */
export type Extra = Readonly<Record<string, Json>> | null;

/** The Tiptap attribute list of an element. Parsing and rendering are done whole by each extension. */
export function attributesOf(name: string): Record<string, { default: Json; rendered: false; parseHTML: () => null }> {
  const attributes: Record<string, { default: Json; rendered: false; parseHTML: () => null }> = {};
  for (const [field, { initial }] of Object.entries(FIELDS[name] ?? {})) attributes[field] = hidden(initial);
  attributes[EXTRA] = hidden(null);
  return attributes;
}

/** An attribute that Tiptap neither parses nor renders by itself. */
export function hidden(initial: Json): { default: Json; rendered: false; parseHTML: () => null } {
  return { default: initial, rendered: false, parseHTML: () => null };
}
