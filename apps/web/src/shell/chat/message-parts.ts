import { addressIn } from "@sheaf/editor";

/** What a message is made of, in order; together its words as they were typed. */
export type Part =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "mention"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** @param names - Who may be mentioned; of two that fit, the longer is meant. */
export function partsOf(text: string, names: readonly string[]): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: mention, index } of mentionsOf(text, names)) {
    parts.push(...linksIn(text.slice(end, index)), { kind: "mention", text: mention });
    end = index + mention.length;
  }
  parts.push(...linksIn(text.slice(end)));
  return parts;
}

/** Those of `names` that stand in the words behind an at sign, each once. */
export const mentionsIn = (text: string, names: readonly string[]): readonly string[] => [
  ...new Set(mentionsOf(text, names).map(([mention]) => mention.slice(1))),
];

function mentionsOf(text: string, names: readonly string[]): readonly RegExpExecArray[] {
  if (names.length === 0) return [];
  const any = names.toSorted((a, b) => b.length - a.length).map((name) => name.replaceAll(SIGNS, "\\$&"));
  return [...text.matchAll(new RegExp(`(?<=^|[\\s(])@(?:${any.join("|")})(?![\\p{L}\\p{N}])`, "gu"))];
}

/** What means something in a pattern. */
const SIGNS = /[\\^$.*+?()[\]{}|/]/g;

function linksIn(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: token, index } of text.matchAll(/\S+/g)) {
    const address = addressIn(token);
    if (address === null) continue;
    const from = index + address.from;
    const words = text.slice(from, from + address.length);
    parts.push({ kind: "words", text: text.slice(end, from) }, { kind: "link", text: words, href: address.href });
    end = from + address.length;
  }
  parts.push({ kind: "words", text: text.slice(end) });
  return parts.filter((part) => part.text !== "");
}
