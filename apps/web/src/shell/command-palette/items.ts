import { commands, type EditorCommand } from "@sheaf/editor";
import {
  AlignCenter,
  AlignJustify,
  AlignLeft,
  AlignRight,
  Baseline,
  CornerDownLeft,
  FileText,
  Footprints,
  Image,
  List,
  type LucideIcon,
  Square,
  SquareCode,
  Table,
  Type,
} from "lucide-react";
import type { ListedDocument } from "../../api.ts";
import type { Page, Writing } from "../../page.ts";
import type { DocumentId } from "@sheaf/protocol";
import { type Action, ALL_ACTIONS, isPossible, perform, REDO, UNDO } from "../actions.ts";
import type { Desk } from "../desk.ts";
import { titleWords } from "../documents/document-row.tsx";
import { whenWords } from "../when-words.ts";
import { beginsWords, fit } from "../match.ts";
import { PAGE_ACTIONS } from "../page-actions.ts";

/** One line of the palette. */
export interface Item {
  /** The same at the next visit. */
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Other words it is found by. */
  readonly words: string;
  /** What kind of thing it is, or when it was written to. */
  readonly hint: string;
  readonly shortcut?: string | undefined;
  /** Where it leads, for a document. */
  readonly document?: DocumentId | undefined;
  readonly run: () => void;
}

export interface Section {
  readonly heading: string;
  readonly items: readonly Item[];
}

const GROUPS: Readonly<Record<Exclude<EditorCommand["group"], "key">, readonly [name: string, icon: LucideIcon]>> = {
  "turn into": ["Turn into", Type],
  format: ["Text", Type],
  colour: ["Colour", Baseline],
  insert: ["Insert", CornerDownLeft],
  table: ["Table", Table],
  block: ["Block", Square],
  code: ["Code", SquareCode],
  list: ["List", List],
  picture: ["Picture", Image],
};

const ALIGN_ICONS: Readonly<Record<string, LucideIcon>> = {
  alignLeft: AlignLeft,
  alignCenter: AlignCenter,
  alignRight: AlignRight,
  alignJustify: AlignJustify,
};

/** What can be done now: what cannot is not shown. */
export function commandItems(page: Page, desk: Desk): readonly Item[] {
  const view = page.view.get();
  const text = view.kind === "text" && view.writing.editor.isEditable ? textItems(view.writing) : [];
  const rest = PAGE_ACTIONS.filter((action) => action.name !== "palette" && action.isPossible(page)).map(
    ({ name, label, icon, words, shortcut, run }): Item => ({
      id: name,
      label,
      icon,
      words,
      hint: "",
      shortcut,
      run: () => run(page, desk),
    }),
  );
  return [...rest, ...text, ...peopleItems(page, desk)];
}

function peopleItems(page: Page, desk: Desk): readonly Item[] {
  return page.people.get().map(({ id, name }) => ({
    id: `follow ${id}`,
    label: `Follow ${name}`,
    icon: Footprints,
    words: "go to caret jump people here",
    hint: "",
    run: () => desk.following.set(id),
  }));
}

function textItems(writing: Writing): readonly Item[] {
  const known = new Map(ALL_ACTIONS.map((action) => [action.name, action]));
  const all = Object.entries(commands) as [string, EditorCommand][];
  const registered = all.flatMap(([name, { group, label, shortcut, run }]): Item[] => {
    if (group === "key") return [];
    const { view } = writing.editor;
    if (!run(view.state, undefined, view)) return [];
    const [hint, icon] = GROUPS[group];
    const action = known.get(name);
    return [
      {
        id: name,
        label,
        icon: action?.icon ?? ALIGN_ICONS[name] ?? icon,
        words: `${action?.words ?? ""} ${hint}`,
        hint,
        shortcut,
        run: () => void run(view.state, view.dispatch, view),
      },
    ];
  });
  const others = [UNDO, REDO, ...ALL_ACTIONS.filter(({ name }) => !(name in commands))].filter((action) =>
    isPossible(writing, action),
  );
  return [...registered, ...unique(others).map((action) => itemOf(writing, action))];
}

const itemOf = (writing: Writing, action: Action): Item => ({
  id: action.name,
  label: action.label,
  icon: action.icon,
  words: action.words ?? "",
  hint: "",
  shortcut: action.shortcut,
  run: () => perform(writing, action),
});

const unique = (actions: readonly Action[]): readonly Action[] => [
  ...new Map(actions.map((action) => [action.name, action])).values(),
];

export function documentItems(page: Page, listed: readonly ListedDocument[]): readonly Item[] {
  return listed
    .filter(({ document, isTrashed }) => !isTrashed && document !== page.provider.document)
    .map(({ document, title, edited }) => ({
      id: document,
      label: titleWords(title),
      icon: FileText,
      words: "",
      hint: edited === null ? "" : whenWords(edited, Date.now()),
      document,
      run: () => location.assign(`/d/${document}`),
    }));
}

const FEW = 5;
const MANY_DOCUMENTS = 12;

/** What is shown for what was typed: the best first. With nothing typed, what was used last, then everything. */
export function sectionsFor(
  wanted: string,
  all: readonly Item[],
  documents: readonly Item[],
  recent: readonly string[],
): readonly Section[] {
  if (wanted.trim() === "") {
    const used = recent.flatMap((id) => all.find((item) => item.id === id) ?? []).slice(0, FEW);
    return filled([
      { heading: "Recent", items: used },
      { heading: "Documents", items: documents.slice(0, FEW) },
      { heading: "Commands", items: all.filter((item) => !used.includes(item)) },
    ]);
  }
  const found = ranked(wanted, all, recent);
  const titles = ranked(wanted, documents, []).slice(0, MANY_DOCUMENTS);
  const sections = [
    { heading: "Commands", items: found.map(({ item }) => item) },
    { heading: "Documents", items: titles.map(({ item }) => item) },
  ];
  const isTitleBetter = (titles[0]?.cost ?? Number.POSITIVE_INFINITY) < (found[0]?.cost ?? Number.POSITIVE_INFINITY);
  return filled(isTitleBetter ? sections.toReversed() : sections);
}

const filled = (sections: readonly Section[]): readonly Section[] => sections.filter(({ items }) => items.length > 0);

/** Other words count less than the name, and what was used lately wins between equals. */
const BY_OTHER_WORDS = 20;

function ranked(
  wanted: string,
  items: readonly Item[],
  recent: readonly string[],
): { readonly item: Item; readonly cost: number }[] {
  return items
    .flatMap((item) => {
      const byWords = beginsWords(`${item.label} ${item.words}`, wanted) ? BY_OTHER_WORDS : undefined;
      const cost = fit(item.label, wanted) ?? byWords;
      return cost === undefined ? [] : [{ item, cost: cost - (recent.includes(item.id) ? 0.5 : 0) }];
    })
    .sort((a, b) => a.cost - b.cost);
}
