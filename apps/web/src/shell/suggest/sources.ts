import { FileText, type LucideIcon, UserRound } from "lucide-react";
import type { ListedDocument } from "../../api.ts";
import type { Page, Writing } from "../../page.ts";
import { SUGGESTING } from "../../words/suggesting.ts";
import { BLOCK_ACTIONS, perform } from "../actions.ts";
import { titleWords } from "../documents/document-row.tsx";
import { askList, recallList } from "../documents/use-documents.ts";
import { fit } from "../match.ts";
import { kindIn } from "../selection-facts.ts";
import type { Query, Sign } from "./query.ts";

/** Something to put where the sign was typed. */
export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly picture: LucideIcon | string;
  readonly shortcut?: string | undefined;
  readonly choose: (writing: Writing, query: Query) => void;
}

/** For screen readers, and for who wonders. */
export const LIST_NAMES: Readonly<Record<Sign, string>> = {
  "/": SUGGESTING.block,
  "@": SUGGESTING.mention,
  "[[": SUGGESTING.document,
  ":": SUGGESTING.emoji,
};

const MANY = 8;

/** What is fetched for a sign, once for each time it is typed. */
export interface Fetched {
  readonly documents: readonly ListedDocument[];
  readonly emoji: readonly Emoji[];
}
export const NOTHING_YET: Fetched = { documents: [], emoji: [] };

export type Emoji = readonly [character: string, names: readonly string[]];

export async function fetchFor(sign: Sign): Promise<Fetched> {
  if (sign === ":") return { documents: [], emoji: (await import("./emoji.ts")).EMOJI };
  if (sign === "/") return NOTHING_YET;
  return { documents: documentsIn(await askList()), emoji: [] };
}

/** What is known without asking anybody. */
export const recallFor = (sign: Sign): Fetched =>
  sign === "@" || sign === "[[" ? { documents: documentsIn(recallList()), emoji: [] } : NOTHING_YET;

const documentsIn = (list: ReturnType<typeof recallList>): readonly ListedDocument[] =>
  list.kind === "listed" ? list.documents.filter(({ isTrashed, title }) => !isTrashed && title !== "") : [];

/** What fits, the best first; the blocks in their own order, because a filter must not shuffle them. */
export function suggestionsFor(page: Page, { sign, text }: Query, fetched: Fetched): readonly Suggestion[] {
  switch (sign) {
    case "/":
      return blocks(text);
    case "@":
      return [...ranked(text, people(page)), ...ranked(text, documents(page, fetched))].slice(0, MANY);
    case "[[":
      return ranked(text, documents(page, fetched)).slice(0, MANY);
    case ":":
      return emoji(text, fetched.emoji);
  }
}

function ranked(text: string, all: readonly Suggestion[]): readonly Suggestion[] {
  return all
    .flatMap((suggestion) => {
      const cost = fit(suggestion.label, text);
      return cost === undefined ? [] : [{ suggestion, cost }];
    })
    .sort((a, b) => a.cost - b.cost)
    .map(({ suggestion }) => suggestion);
}

function blocks(text: string): readonly Suggestion[] {
  const wanted = text.toLocaleLowerCase();
  return BLOCK_ACTIONS.filter(
    ({ label, words }) =>
      `${label} ${label.replaceAll(" ", "")} ${words}`
        .toLocaleLowerCase()
        .split(" ")
        .some((word) => word.startsWith(wanted)) || label.toLocaleLowerCase().startsWith(wanted),
  ).map((action) => ({
    id: action.name,
    label: action.label,
    picture: action.icon,
    shortcut: action.shortcut,
    choose(writing, { from, to }) {
      const { view } = writing.editor;
      view.dispatch(view.state.tr.delete(from, to));
      // The commands toggle, and a list asked for is not a list to be ended.
      if (kindIn(view.state) !== action.name) perform(writing, action);
    },
  }));
}

/** Those who are here, each once. */
function people(page: Page): readonly Suggestion[] {
  const names = new Set([...page.people.get().map(({ name }) => name), page.me.get().name]);
  return [...names].map((name) => ({
    id: `person ${name}`,
    label: name,
    picture: UserRound,
    choose: (writing, query) => write(writing, query, `@${name}`, "mention", null),
  }));
}

function documents(page: Page, fetched: Fetched): readonly Suggestion[] {
  return fetched.documents
    .filter(({ document }) => document !== page.provider.document)
    .map(({ document, title }) => ({
      id: `document ${document}`,
      label: titleWords(title),
      picture: FileText,
      choose: (writing, query) =>
        write(writing, query, titleWords(title), "link", { href: `${location.origin}/d/${document}` }),
    }));
}

/** The words in the place of the sign, marked, and a space that is not. */
function write(
  { editor: { view } }: Writing,
  { from, to }: Query,
  words: string,
  mark: string,
  attrs: Record<string, unknown> | null,
) {
  const { schema, tr } = view.state;
  const marks = view.state.doc.resolve(from).marks();
  const type = schema.marks[mark];
  if (type === undefined) return;
  const marked = schema.text(words, type.create(attrs).addToSet(marks));
  view.dispatch(tr.replaceWith(from, to, [marked, schema.text(" ", marks)]).scrollIntoView());
}

/** By the beginning of a name first, then by what is in one. */
function emoji(text: string, all: readonly Emoji[]): readonly Suggestion[] {
  const wanted = text.toLowerCase();
  const costOf = (names: readonly string[]): number =>
    Math.min(
      ...names.map((name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3)),
    );
  return all
    .map(([character, names]) => ({ character, names, cost: costOf(names) }))
    .filter(({ cost }) => cost < 3)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, MANY)
    .map(({ character, names }) => ({
      id: `emoji ${names[0]}`,
      label: (names.find((name) => name.startsWith(wanted)) ?? names[0] ?? "").replaceAll("_", " "),
      picture: character,
      choose({ editor: { view } }, { from, to }) {
        view.dispatch(view.state.tr.insertText(character, from, to).scrollIntoView());
      },
    }));
}
