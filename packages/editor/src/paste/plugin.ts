import { DOMParser, Fragment, Slice, type Node, type ResolvedPos, type Schema } from "@tiptap/pm/model";
import { Plugin, Selection, type Transaction } from "@tiptap/pm/state";
import { dropPoint } from "@tiptap/pm/transform";
import type { EditorView } from "@tiptap/pm/view";
import type { Binding } from "../binding/binding.ts";
import { isFootnote } from "../blocks-in-selection.ts";
import type { PastedPictures } from "../pictures/pasted.ts";
import { fromRelative, toRelative } from "../positions.ts";
import { kindOfFile, readFile, type TextFile } from "./file.ts";
import { looksLikeMarkdown } from "./looks-like-markdown.ts";
import type { TellPasteNews } from "./news.ts";
import { PastedParser, setStylesAside } from "./parser.ts";
import { textToCells } from "../tables/clipboard.ts";
import { tableInText, tableSlice } from "./table-in-text.ts";
import { isTooMuchHtml, isTooMuchText, MAX_PASTED_BYTES, weightOf } from "./weight.ts";

interface PasteParts {
  readonly schema: Schema;
  readonly binding: Binding;
  /** Without it pictures are left out. */
  readonly pictures?: PastedPictures | undefined;
  readonly tell: TellPasteNews;
}

export interface Paste {
  readonly plugin: Plugin;
  /** Reads HTML by the way a paste goes, because only that may make elements of a string here (Trusted Types). */
  readonly read: (view: EditorView, html: string) => Slice | null;
  /** Puts what a file says in the place of the whole document. @returns false when it could not be read. */
  readonly replaceAll: (view: EditorView, file: TextFile) => Promise<boolean>;
}

/** What comes from elsewhere, pasted or dropped: as what it is read, how much of it is taken, and where it goes. */
export function paste({ schema, binding, pictures, tell }: PasteParts): Paste {
  const parser = new PastedParser(schema, DOMParser.fromSchema(schema).rules, pictures?.mark);
  /** A paste that only reads: its slice is handed over and put nowhere. */
  let reading: { readonly event: Event; slice: Slice | null } | null = null;
  /** The text that was read last, when it is Markdown: what reads that comes later. */
  let markdown: string | null = null;

  const plugin = new Plugin({
    props: {
      clipboardParser: parser,
      transformPastedHTML: setStylesAside,
      clipboardTextParser(text, $context, isPlain, view) {
        // In a table they go into its cells.
        const cells = textToCells(text, view.state);
        if (cells !== null) return cells;
        const rows = isPlain ? null : tableInText(text);
        if (rows !== null) return tableSlice(schema, rows);
        markdown = !isPlain && looksLikeMarkdown(text) ? text : null;
        return linesSlice(text, $context);
      },
      handleDOMEvents: {
        paste: (view, event) => view.editable && before(view, event, event.clipboardData),
        drop: (view, event) => view.editable && view.dragging === null && before(view, event, event.dataTransfer),
      },
      handlePaste(view, event, slice) {
        if (event === reading?.event) {
          reading.slice = slice;
          return true;
        }
        if (isTooMuch(slice)) return true;
        const files = textFilesIn(event.clipboardData);
        if (files.length > 0 && slice.content.size === 0) {
          void insertFiles(view, files, null);
          return true;
        }
        const text = takeMarkdown();
        if (text === null) return false;
        void pasteMarkdown(view, text);
        return true;
      },
      handleDrop(view, event, slice, isMoved) {
        if (isMoved || !view.editable) return false;
        if (isTooMuch(slice)) return true;
        const position = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? null;
        const files = textFilesIn(event.dataTransfer);
        const text = takeMarkdown();
        if (files.length > 0) void insertFiles(view, files, position);
        else if (text !== null) void insertFiles(view, [new File([text], "dropped.md")], position);
        else return false;
        // Pictures among the files are still to be dealt with.
        return files.length === (event.dataTransfer?.files.length ?? 0) || text !== null;
      },
    },
  });

  return {
    plugin,
    read,
    async replaceAll(view, file) {
      const content = await contentOf(view, file);
      if (content === null || !view.editable) return false;
      replaceAll(view, file.name, content);
      return true;
    },
  };

  function read(view: EditorView, html: string): Slice | null {
    const event = new ClipboardEvent("paste");
    reading = { event, slice: null };
    view.pasteHTML(html, event);
    const { slice } = reading;
    reading = null;
    return slice;
  }

  /** Before any of it is read: reading 20 MB would stop the page. @returns true when nothing is left to do. */
  function before(view: EditorView, event: Event, data: DataTransfer | null): boolean {
    markdown = null;
    parser.language = undefined;
    if (data === null) return false;
    const [html, text] = [data.getData("text/html"), data.getData("text/plain")];
    if (isTooMuchText(text) || (isTooMuchHtml(html) && text === "")) tellTooMuch();
    else if (isTooMuchHtml(html)) {
      tell({ code: "words-only" });
      view.pasteText(text);
    } else {
      const language = editorLanguage(data);
      if (language !== "markdown" || event.type === "drop") {
        parser.language = language;
        return false;
      }
      void pasteMarkdown(view, text);
    }
    event.preventDefault();
    return true;
  }

  function isTooMuch(slice: Slice): boolean {
    const isMore = weightOf(slice) > MAX_PASTED_BYTES;
    if (isMore) tellTooMuch();
    return isMore;
  }

  function tellTooMuch(): void {
    tell({ code: "too-much" });
  }

  function takeMarkdown(): string | null {
    const text = markdown;
    markdown = null;
    return text;
  }

  /** One paragraph a line; in a footnote, which is one, a line each. */
  function linesSlice(text: string, $context: ResolvedPos): Slice {
    const { textBlock, hardBreak } = schema.nodes;
    const lines = text.split(/(?:\r\n?|\n)+/);
    const marks = $context.marks();
    if (isFootnote($context.parent)) {
      const inline = lines.flatMap((line, at) => [
        ...(at === 0 ? [] : [hardBreak!.create()]),
        ...(line === "" ? [] : [schema.text(line, marks)]),
      ]);
      return new Slice(Fragment.from(inline), 0, 0);
    }
    return new Slice(
      Fragment.from(lines.map((line) => textBlock!.create(null, line === "" ? null : schema.text(line, marks)))),
      0,
      0,
    );
  }

  async function pasteMarkdown(view: EditorView, text: string): Promise<void> {
    const reader = await loadMarkdown();
    if (view.isDestroyed || !view.editable) return;
    if (reader === undefined) view.pasteText(text);
    else view.pasteHTML(reader.markdownToHtml(text));
  }

  async function insertFiles(view: EditorView, files: readonly File[], position: number | null): Promise<void> {
    // Others write while it is read.
    const at = toRelative(binding.tree, position ?? view.state.selection.head, 1);
    for (const file of files) {
      const read = await readFile(file);
      if (read === null) tell({ code: "unreadable", name: file.name });
      const content = read === null ? null : await contentOf(view, read);
      if (content === null || !view.editable) continue;
      if (files.length === 1 && isBlank(view.state.doc)) return replaceAll(view, file.name, content);
      const now = fromRelative(binding.tree, binding.doc, at, true) ?? view.state.doc.content.size;
      const place = dropPoint(view.state.doc, now, new Slice(content, 0, 0)) ?? view.state.doc.content.size;
      insert(view, (tr) => {
        tr.replaceRange(place, place, new Slice(content, 0, 0));
        const end = tr.mapping.map(place);
        return tr.setSelection(Selection.near(tr.doc.resolve(end), -1)).scrollIntoView();
      });
    }
  }

  /** The first line is the title: the file's own, or else its name. */
  function replaceAll(view: EditorView, name: string, content: Fragment): void {
    const { textBlock } = schema.nodes;
    const { firstChild } = content;
    const kind = firstChild?.type === textBlock ? String(firstChild?.attrs["kind"]) : "";
    const title = schema.text(name.replace(/\.[^.]*$/, "") || name);
    const titled = kind.startsWith("heading")
      ? content.replaceChild(0, textBlock!.create({ ...firstChild!.attrs, kind: "text" }, firstChild!.content))
      : Fragment.from(textBlock!.create(null, title)).append(content);
    insert(view, (tr) => {
      tr.replaceWith(0, tr.doc.content.size, titled);
      return tr.setSelection(Selection.atEnd(tr.doc));
    });
  }

  /** @returns null when there was nothing to be had, which has been told. */
  async function contentOf(view: EditorView, { name, text }: TextFile): Promise<Fragment | null> {
    const kind = kindOfFile(name);
    const isMarkdown = kind === "markdown" || (kind === "text" && looksLikeMarkdown(text));
    if (isTooMuchText(text) && (kind !== "html" || isTooMuchHtml(text))) {
      tellTooMuch();
      return null;
    }
    const reader = isMarkdown ? await loadMarkdown() : undefined;
    if (view.isDestroyed) return null;
    const html = kind === "html" ? text : reader?.markdownToHtml(text);
    const slice = html === undefined ? linesSlice(text, view.state.doc.resolve(0)) : read(view, html);
    if (slice === null || isTooMuch(slice)) return null;
    const { content } = slice;
    return content.firstChild?.isInline === true
      ? Fragment.from(schema.nodes["textBlock"]!.create(null, content))
      : content;
  }

  function insert(view: EditorView, change: (tr: Transaction) => Transaction): void {
    if (pictures === undefined) view.dispatch(change(view.state.tr));
    else pictures.mix(view, change);
  }
}

/** Fetched when it is needed. Where it cannot be had, Markdown comes in as its words stand. */
const loadMarkdown = () => import("../convert/markdown-to-html.ts").catch(() => undefined);

/** Nobody has written or put anything there yet. */
const isBlank = (doc: Node): boolean =>
  doc.content.content.every(({ type, content }) => type.name === "textBlock" && content.size === 0);

const textFilesIn = (data: DataTransfer | null): readonly File[] =>
  [...(data?.files ?? [])].filter(({ name, type }) => kindOfFile(name, type) !== undefined);

/** What VS Code and its kin say of a selection beside its colours. */
function editorLanguage(data: DataTransfer): string | undefined {
  const said = data.getData("vscode-editor-data");
  try {
    const mode = (JSON.parse(said === "" ? "{}" : said) as { readonly mode?: unknown }).mode;
    return typeof mode === "string" ? mode : undefined;
  } catch {
    return undefined;
  }
}
