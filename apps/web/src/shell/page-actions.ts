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
import { ACTION_WORDS, ACTIONS, KEYS } from "../words/actions.ts";
import { BLOCKS } from "../words/blocks.ts";
import { COMMON } from "../words/common.ts";
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
  page.news.say((await copyText(address)) ? done : COMMON.copyRefusedSentence);
}

/** Everything, in the order it is listed in. */
export const PAGE_ACTIONS: readonly PageAction[] = [
  {
    name: "palette",
    label: ACTIONS.palette,
    icon: Keyboard,
    words: ACTION_WORDS.palette,
    shortcut: "Mod-k",
    isPossible: ALWAYS,
    run: (_page, { palette }) => palette.set(!palette.get()),
  },
  {
    name: "newDocument",
    label: ACTIONS.newDocument,
    icon: SquarePen,
    words: ACTION_WORDS.newDocument,
    isPossible: ALWAYS,
    run: () => location.assign("/"),
  },
  {
    name: "documents",
    label: ACTIONS.documents,
    icon: FileText,
    words: ACTION_WORDS.documents,
    shortcut: "Mod-\\",
    isGlobal: true,
    isPossible: ALWAYS,
    run: (_page, { documents }) => documents.set(!documents.get()),
  },
  {
    name: "share",
    label: ACTIONS.share,
    icon: Users,
    words: ACTION_WORDS.share,
    ...button('[popovertarget="share"]'),
  },
  {
    name: "copyLink",
    label: ACTIONS.copyLink,
    icon: Link2,
    words: ACTION_WORDS.copyLink,
    isPossible: ALWAYS,
    run: (page) => void copy(page, location.origin + location.pathname, ACTIONS.linkIsCopied),
  },
  {
    name: "copyBlockLink",
    label: ACTIONS.copyBlockLink,
    icon: Link,
    words: ACTION_WORDS.copyBlockLink,
    isPossible: inText(({ state }) => addressOfSelected(state) !== null),
    run(page) {
      const editor = editorOf(page);
      const address = editor && addressOfSelected(editor.state);
      if (typeof address === "string") void copy(page, address, ACTIONS.blockLinkIsCopied);
    },
  },
  {
    name: "link",
    label: ACTIONS.link,
    icon: Link2,
    words: ACTION_WORDS.link,
    shortcut: "Mod-k",
    isPossible: inText(canLink),
    run: (_page, { linking }) => linking.set(true),
  },
  {
    name: "openLink",
    label: ACTIONS.openLink,
    icon: SquareArrowOutUpRight,
    words: ACTION_WORDS.openLink,
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
    label: ACTIONS.find,
    icon: Search,
    words: ACTION_WORDS.find,
    shortcut: "Mod-f",
    isGlobal: true,
    isPossible: isText,
    run: (_page, { finding }) => askFor(finding, "find"),
  },
  {
    name: "replace",
    label: ACTIONS.replace,
    icon: Replace,
    words: ACTION_WORDS.replace,
    shortcut: "Mod-Shift-h",
    isGlobal: true,
    isPossible: inText(({ isEditable }) => isEditable),
    run: (_page, { finding }) => askFor(finding, "replace"),
  },
  {
    name: "outline",
    label: ACTIONS.outline,
    icon: ListTree,
    words: ACTION_WORDS.outline,
    shortcut: "Mod-Alt-Shift-a",
    isGlobal: true,
    isPossible: isText,
    run: (_page, { panel }) => panel.set(panel.get() === "outline" ? undefined : "outline"),
  },
  {
    name: "chat",
    label: ACTIONS.chat,
    icon: MessageSquare,
    words: ACTION_WORDS.chat,
    shortcut: CHAT_KEYS,
    isGlobal: true,
    isPossible: isText,
    run: (_page, desk) => goToChat(desk),
  },
  {
    name: "saved",
    label: ACTIONS.saved,
    icon: Save,
    words: ACTION_WORDS.saved,
    shortcut: "Mod-s",
    isGlobal: true,
    ...button('[popovertarget="saved-state"]'),
  },
  {
    name: "shortcuts",
    label: ACTIONS.shortcuts,
    icon: Keyboard,
    words: ACTION_WORDS.shortcuts,
    shortcut: "Mod-/",
    isGlobal: true,
    isPossible: ALWAYS,
    run: (_page, { shortcuts }) => shortcuts.set(!shortcuts.get()),
  },
  {
    name: "me",
    label: ACTIONS.me,
    icon: UserRound,
    words: ACTION_WORDS.me,
    ...button('[popovertarget="me"]'),
  },
  exported("copyMarkdown", ACTIONS.copyMarkdown, ClipboardCopy, "copy-markdown"),
  exported("exportMarkdown", ACTIONS.exportMarkdown, FileDown, "markdown"),
  exported("exportHtml", ACTIONS.exportHtml, FileCode, "html"),
  {
    name: "print",
    label: ACTIONS.print,
    icon: Printer,
    words: ACTION_WORDS.print,
    isPossible: ALWAYS,
    run: () => print(),
  },
  appearance("lightTheme", ACTIONS.lightTheme, Sun, "theme", "light"),
  appearance("darkTheme", ACTIONS.darkTheme, Moon, "theme", "dark"),
  appearance("systemTheme", ACTIONS.systemTheme, Monitor, "theme", "system"),
  appearance("serif", ACTIONS.serif, Type, "typeface", "serif"),
  appearance("sans", ACTIONS.sans, Type, "typeface", "sans"),
  appearance("fixedToolbar", ACTIONS.fixedToolbar, PanelTop, "toolbar", "always"),
  appearance("bubble", ACTIONS.bubble, TextCursor, "toolbar", "selection"),
];

function exported(name: string, label: string, icon: LucideIcon, as: ExportName): PageAction {
  return {
    name,
    label,
    icon,
    words: ACTION_WORDS.export,
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
    words: ACTION_WORDS.appearance,
    isPossible: (page) => page.appearance[what].get() !== value && (what !== "toolbar" || !isTouchLayout()),
    run: (page) => (page.appearance[what].set as (next: unknown) => void)(value),
  };
}

/** Keys that mean something on the page and are no command: for the list of shortcuts. */
export const OTHER_KEYS: readonly (readonly [label: string, shortcut: string])[] = [
  [BLOCKS.menu, BLOCK_MENU_KEYS],
  [KEYS.toToolbar, "Alt-F10"],
  [KEYS.toText, "Escape"],
  [KEYS.plainPaste, "Mod-Shift-v"],
];
