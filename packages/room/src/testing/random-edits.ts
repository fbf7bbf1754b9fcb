import fc from "fast-check";
import * as Y from "yjs";

/** One edit of a document: what, where, and how much, to be read modulo what the document holds. */
export interface Edit {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly size: number;
}

const KINDS = [
  "text",
  "emoji",
  "format",
  "embed",
  "delete",
  "map",
  "mapNested",
  "mapDelete",
  "array",
  "arrayDelete",
  "xml",
  "xmlText",
  "xmlDelete",
  "subdocument",
  "binary",
  "many",
] as const;

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), at: fc.nat(1000), size: fc.nat(6) }),
  { maxLength: 12 },
);

/** Makes one edit, as a transaction of its own. Never cuts a surrogate pair: replicas diverge at that (trap 22). */
export function edit(doc: Y.Doc, { kind, at, size }: Edit): void {
  const text = doc.getText("text");
  const map = doc.getMap("map");
  const array = doc.getArray("array");
  const xml = doc.getXmlFragment("xml");
  const key = `k${at % 4}`;
  doc.transact(() => {
    switch (kind) {
      case "text":
        return text.insert(boundary(text, at), "aßc→"[size % 4]!.repeat(size + 1));
      case "emoji":
        return text.insert(boundary(text, at), size % 2 === 0 ? "e\u0301🍀" : "👩‍🌾");
      case "format":
        return format(text, at, size);
      case "embed":
        return text.insertEmbed(boundary(text, at), { src: 'ü"\\', nested: [{ at }] });
      case "delete": {
        const from = boundary(text, at);
        const to = boundary(text, Math.min(from + size, text.length));
        return to > from ? text.delete(from, to - from) : undefined;
      }
      case "map":
        return void map.set(key, VALUES[at % VALUES.length]);
      case "mapNested":
        return void map.set(
          key,
          new Y.Map([
            ["inner", new Y.Array()],
            ["text", new Y.Text("in")],
          ]),
        );
      case "mapDelete":
        return map.delete(key);
      case "array":
        return array.insert(at % (array.length + 1), VALUES.slice(0, (size % VALUES.length) + 1));
      case "arrayDelete":
        return array.length === 0 ? undefined : array.delete(at % array.length, 1);
      case "xml": {
        const element = new Y.XmlElement("p");
        element.setAttribute("id", String(at));
        // Yjs' types forget that a hook may be a child.
        const child = at % 3 === 0 ? (new Y.XmlHook("hook") as unknown as Y.XmlText) : new Y.XmlElement("br");
        element.insert(0, [new Y.XmlText("hi"), child]);
        return xml.insert(at % (xml.length + 1), [element]);
      }
      case "xmlText": {
        const element = xml.length === 0 ? undefined : xml.get(at % xml.length);
        if (element instanceof Y.XmlElement) element.push([new Y.XmlText("more")]);
        return;
      }
      case "xmlDelete":
        return xml.length === 0 ? undefined : xml.delete(at % xml.length, 1);
      case "subdocument":
        return void map.set(key, new Y.Doc({ guid: `sub${at}`, meta: { size } }));
      case "binary":
        return void map.set(
          key,
          Uint8Array.from({ length: size * 40 }, (_, index) => index),
        );
      case "many":
        for (let i = 0; i < size; i++) text.insert(boundary(text, at * i), "x");
    }
  });
}

/** A position near `at` that does not split a pair. */
function boundary(text: Y.Text, at: number): number {
  const index = at % (text.length + 1);
  // Embeds count one in a text but nothing in its string, so the string comes from the delta.
  let string = "";
  for (const { insert } of text.toDelta() as { insert: unknown }[]) string += typeof insert === "string" ? insert : "#";
  const unit = string.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

function format(text: Y.Text, at: number, size: number): void {
  const from = boundary(text, at);
  const to = boundary(text, Math.min(from + size, text.length));
  if (to > from) text.format(from, to - from, [{ bold: true }, { bold: null }, { link: { href: "x" } }][at % 3]!);
}

const VALUES: unknown[] = [
  1,
  -7,
  2 ** 31 - 1,
  1.5,
  0.1,
  { big: 2n ** 40n, none: undefined, bytes: Uint8Array.of(1, 2) },
  true,
  false,
  null,
  "ß🍀",
  { a: [1, { b: "c" }], "": null },
  [],
  [[[]]],
];
