import type { Editor } from "@tiptap/core";
import { safeHref } from "@sheaf/editor";
import {
  ClipboardCopy,
  FileCode,
  FileDown,
  FileText,
  Keyboard,
  Link,
  Link2,
  ListTree,
  type LucideIcon,
  MessageSquare,
  Monitor,
  Moon,
  PanelTop,
  Printer,
  Replace,
  Save,
  Search,
  SquareArrowOutUpRight,
  SquarePen,
  Sun,
  TextCursor,
  Type,
  UserRound,
  Users,
} from "lucide-react";
import { copyText } from "../clipboard.ts";
import { exportAs, type ExportName } from "../exporting.ts";
import { followLink } from "../follow-link.ts";
import type { Page } from "../page.ts";
import { addressOfSelected } from "./blocks/block-address.ts";
import type { Desk } from "./desk.ts";
import { BLOCK_MENU_KEYS, CHAT_KEYS, OPEN_LINK_KEYS } from "./keys-text.ts";
import { canLink } from "./links/link-box.tsx";
import { hrefOf } from "./selection-facts.ts";
import { isTouchLayout } from "./touch-bar.tsx";

/** Something the page can do, beside what the editor's own commands do to the text. */
export interface PageAction {
  readonly name: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Other words people look for it by. */
  readonly words: string;
  readonly shortcut?: string;
  /** Its keys work anywhere on the page, and are bound from here; others are bound where they mean something. */
  readonly isGlobal?: boolean;
  readonly isPossible: (page: Page) => boolean;
  readonly run: (page: Page, desk: Desk) => void;
}

const ALWAYS = (): boolean => true;

/** A button that is on the page does what it does; where it is not, nobody can. */
const button = (selector: string): Pick<PageAction, "isPossible" | "run"> => ({
  isPossible: () => document.querySelector(selector) !== null,
  run: () => document.querySelector<HTMLElement>(selector)?.click(),
});

const isText = ({ view }: Page): boolean => view.get().kind === "text";

const inText = (isPossible: (editor: Editor) => boolean) => (page: Page) => {
  const view = page.view.get();
  return view.kind === "text" && isPossible(view.writing.editor);
};

/** Also when it is open already: whoever asks again wants to type something else. */
function askFor(finding: Desk["finding"], what: "find" | "replace"): void {
  finding.set(what);
  const field = document.querySelector<HTMLInputElement>(".find-bar input");
  field?.focus();
  field?.select();
}

/** Beside the text it may be open while one writes there: the same keys lead to it, and from it back. */
function goToChat({ panel }: Desk): void {
  const field = document.querySelector<HTMLElement>('.side-panel[data-panel="chat"] textarea');
  if (field !== null && field !== document.activeElement) field.focus();
  else panel.set(panel.get() === "chat" ? undefined : "chat");
}

function editorOf(page: Page): Editor | undefined {
  const view = page.view.get();
  return view.kind === "text" ? view.writing.editor : undefined;
}

async function copy(page: Page, address: string, done: string): Promise<void> {
  page.news.say((await copyText(address)) ? done : "The browser does not allow copying.");
}

/** Everything, in the order it is listed in. */
export const PAGE_ACTIONS: readonly PageAction[] = [
  {
    name: "palette",
    label: "Commands and documents",
    icon: Keyboard,
    words: "palette search",
    shortcut: "Mod-k",
    isPossible: ALWAYS,
    run: (_page, { palette }) => palette.set(!palette.get()),
  },
  {
    name: "newDocument",
    label: "New document",
    icon: SquarePen,
    words: "create page",
    isPossible: ALWAYS,
    run: () => location.assign("/"),
  },
  {
    name: "documents",
    label: "All documents",
    icon: FileText,
    words: "list trash open recent",
    shortcut: "Mod-\\",
    ...button(".mark"),
  },
  {
    name: "share",
    label: "Share",
    icon: Users,
    words: "invite people access",
    ...button('[popovertarget="share"]'),
  },
  {
    name: "copyLink",
    label: "Copy link to document",
    icon: Link2,
    words: "address url",
    isPossible: ALWAYS,
    run: (page) => void copy(page, location.origin + location.pathname, "The link to this document is copied."),
  },
  {
    name: "copyBlockLink",
    label: "Copy link to block",
    icon: Link,
    words: "address url anchor",
    isPossible: inText(({ state }) => addressOfSelected(state) !== null),
    run(page) {
      const editor = editorOf(page);
      const address = editor && addressOfSelected(editor.state);
      if (typeof address === "string") void copy(page, address, "The link to this block is copied.");
    },
  },
  {
    name: "link",
    label: "Link",
    icon: Link2,
    words: "address url edit",
    shortcut: "Mod-k",
    isPossible: inText(canLink),
    run: (_page, { linking }) => linking.set(true),
  },
  {
    name: "openLink",
    label: "Open link",
    icon: SquareArrowOutUpRight,
    words: "follow go",
    shortcut: OPEN_LINK_KEYS,
    isPossible: inText(({ state }) => safeHref(hrefOf(state)) !== null),
    run(page) {
      const editor = editorOf(page);
      const href = editor && safeHref(hrefOf(editor.state));
      if (typeof href === "string") followLink(href, false);
    },
  },
  {
    name: "find",
    label: "Find",
    icon: Search,
    words: "search text in this document",
    shortcut: "Mod-f",
    isGlobal: true,
    isPossible: isText,
    run: (_page, { finding }) => askFor(finding, "find"),
  },
  {
    name: "replace",
    label: "Find and replace",
    icon: Replace,
    words: "search change all",
    shortcut: "Mod-Shift-h",
    isGlobal: true,
    isPossible: inText(({ isEditable }) => isEditable),
    run: (_page, { finding }) => askFor(finding, "replace"),
  },
  {
    name: "outline",
    label: "Outline and word count",
    icon: ListTree,
    words: "headings contents table of contents words characters reading time",
    shortcut: "Mod-Alt-Shift-a",
    isGlobal: true,
    isPossible: isText,
    run: (_page, { panel }) => panel.set(panel.get() === "outline" ? undefined : "outline"),
  },
  {
    name: "chat",
    label: "Chat",
    icon: MessageSquare,
    words: "message talk discuss people say",
    shortcut: CHAT_KEYS,
    isGlobal: true,
    isPossible: isText,
    run: (_page, desk) => goToChat(desk),
  },
  {
    name: "saved",
    label: "Is it saved?",
    icon: Save,
    words: "save state",
    shortcut: "Mod-s",
    isGlobal: true,
    ...button('[popovertarget="saved-state"]'),
  },
  {
    name: "shortcuts",
    label: "Keyboard shortcuts",
    icon: Keyboard,
    words: "keys help",
    shortcut: "Mod-/",
    isGlobal: true,
    isPossible: ALWAYS,
    run: (_page, { shortcuts }) => shortcuts.set(!shortcuts.get()),
  },
  {
    name: "me",
    label: "Name and appearance",
    icon: UserRound,
    words: "you profile settings",
    ...button('[popovertarget="me"]'),
  },
  exported("copyMarkdown", "Copy as Markdown", ClipboardCopy, "copy-markdown"),
  exported("exportMarkdown", "Export as Markdown", FileDown, "markdown"),
  exported("exportHtml", "Export as HTML", FileCode, "html"),
  { name: "print", label: "Print", icon: Printer, words: "pdf paper", isPossible: ALWAYS, run: () => print() },
  appearance("lightTheme", "Light theme", Sun, "theme", "light"),
  appearance("darkTheme", "Dark theme", Moon, "theme", "dark"),
  appearance("systemTheme", "Theme of the system", Monitor, "theme", "system"),
  appearance("serif", "Serif text", Type, "typeface", "serif"),
  appearance("sans", "Sans text", Type, "typeface", "sans"),
  appearance("fixedToolbar", "Always show the toolbar", PanelTop, "toolbar", "always"),
  appearance("bubble", "Show the toolbar over a selection", TextCursor, "toolbar", "selection"),
];

function exported(name: string, label: string, icon: LucideIcon, as: ExportName): PageAction {
  return {
    name,
    label,
    icon,
    words: "save download file clipboard",
    isPossible: isText,
    run(page) {
      const view = page.view.get();
      if (view.kind === "text") void exportAs(as, page, view.writing);
    },
  };
}

/** Not what it is already. */
function appearance<K extends keyof Page["appearance"]>(
  name: string,
  label: string,
  icon: LucideIcon,
  what: K,
  value: ReturnType<Page["appearance"][K]["get"]>,
): PageAction {
  return {
    name,
    label,
    icon,
    words: "appearance mode font toolbar",
    isPossible: (page) => page.appearance[what].get() !== value && (what !== "toolbar" || !isTouchLayout()),
    run: (page) => (page.appearance[what].set as (next: unknown) => void)(value),
  };
}

/** Keys that mean something on the page and are no command: for the list of shortcuts. */
export const OTHER_KEYS: readonly (readonly [label: string, shortcut: string])[] = [
  ["Block menu", BLOCK_MENU_KEYS],
  ["Go to the toolbar", "Alt-F10"],
  ["Back to the text", "Escape"],
  ["Paste without formatting", "Mod-Shift-v"],
];
