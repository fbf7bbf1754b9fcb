import type { Node } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import type { Highlighter } from "./highlighter.ts";
import { languageOf, type Language } from "./languages.ts";
import { LOOKS, moveTokens, type Look, type Token } from "./tokens.ts";
import { LARGE, partAround, type Part } from "./visible-part.ts";

/** How long a browser may put it off. */
const LATEST_MILLIS = 300;
/** After a grammar could not be had. */
const RETRY_MILLIS = 10_000;
/** At the edges of the window something may lie over the text, as the page's bar does. */
const COVERED = 64;

/**
 * The colours of code. They are the browser's own highlights over ranges of the text (CSS Custom Highlight API), not
 * decorations: with those ProseMirror cuts the whole text anew for every coloured word at every key, which at 500 lines
 * costs 50 ms. Without an element there is nothing to redraw, and nothing that an input method could trip over.
 *
 * A block is read again when it changed, by whomever, and is seen; when the browser has nothing else to do, and of a
 * large one only what is seen. Until then its colours move along with its words.
 */
export function coloursPlugin(): Plugin {
  return new Plugin({ view: (view) => new Colours(view) });
}

/** A block that has its colours. */
interface Shown {
  readonly node: Node;
  /** What was read of it. */
  readonly part: Part;
  readonly tokens: readonly Token[];
  readonly ranges: ReadonlyMap<Look, readonly Range[]>;
  /** The texts the ranges lie in, with their lengths: when they are others, the ranges are no longer true. */
  readonly texts: readonly (readonly [Text, number])[];
}

class Colours {
  readonly #view: EditorView;
  readonly #looks: ReadonlyMap<Look, Highlight>;
  readonly #shown = new Map<Element, Shown>();
  /** Every block of code, and whether it is in the window. */
  readonly #blocks = new Map<Element, boolean>();
  readonly #sight: IntersectionObserver | null = null;
  readonly #wake = (): void => this.#schedule();
  readonly #beforePrint = (): void => this.#run(true);
  #highlighter: Highlighter | null = null;
  #isLoading = false;
  #cancel: (() => void) | null = null;
  #isGone = false;

  constructor(view: EditorView) {
    this.#view = view;
    // Where the browser has none, code is ink.
    const registry = typeof CSS === "object" && "highlights" in CSS ? CSS.highlights : null;
    this.#looks = new Map(
      registry === null
        ? []
        : LOOKS.map((look) => {
            const highlight = registry.get(`code-${look}`) ?? new Highlight();
            registry.set(`code-${look}`, highlight);
            return [look, highlight];
          }),
    );
    if (registry === null) return;
    this.#sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#blocks.set(target, isIntersecting);
      this.#schedule();
    });
    this.#find();
    addEventListener("scroll", this.#wake, { capture: true, passive: true });
    addEventListener("resize", this.#wake);
    addEventListener("beforeprint", this.#beforePrint);
  }

  update(view: EditorView, { doc }: { readonly doc: Node }): void {
    for (const [pre, shown] of this.#shown) {
      // Somebody's caret in the words cuts them in two, an edit may write them anew: either takes the ranges off them.
      if (doc === view.state.doc && isSame(shown.texts, textsIn(pre))) continue;
      const node = nodeOf(view, pre);
      if (node === shown.node) this.#paint(pre, node, shown.tokens, shown.part);
      else if (node !== null)
        this.#paint(pre, node, moveTokens(shown.tokens, shown.node.textContent, node.textContent), null);
    }
    // What others write between blocks of code moves none of it out of sight without the browser saying so.
    if (doc === view.state.doc || !isCodeAmong(doc, view.state.doc)) return;
    this.#find();
    this.#schedule();
  }

  destroy(): void {
    this.#isGone = true;
    this.#cancel?.();
    this.#sight?.disconnect();
    removeEventListener("scroll", this.#wake, { capture: true });
    removeEventListener("resize", this.#wake);
    removeEventListener("beforeprint", this.#beforePrint);
    for (const pre of this.#shown.keys()) this.#clear(pre);
  }

  /** Keeps watch over the blocks there are now. */
  #find(): void {
    for (const pre of this.#blocks.keys()) {
      if (this.#view.dom.contains(pre)) continue;
      this.#sight?.unobserve(pre);
      this.#blocks.delete(pre);
      this.#clear(pre);
    }
    for (const pre of this.#view.dom.querySelectorAll("pre")) {
      if (this.#blocks.has(pre)) continue;
      this.#blocks.set(pre, false);
      this.#sight?.observe(pre);
    }
  }

  #schedule(): void {
    if (this.#cancel !== null || this.#isGone || this.#looks.size === 0) return;
    const run = (): void => {
      this.#cancel = null;
      this.#run(false);
    };
    // Safari has no idle callbacks.
    if (typeof requestIdleCallback === "function") {
      const handle = requestIdleCallback(run, { timeout: LATEST_MILLIS });
      this.#cancel = () => cancelIdleCallback(handle);
    } else {
      const timer = setTimeout(run, LATEST_MILLIS / 6);
      this.#cancel = () => clearTimeout(timer);
    }
  }

  #run(isAll: boolean): void {
    const view = this.#view;
    for (const [pre, isSeen] of this.#blocks) {
      const node = isAll || isSeen ? nodeOf(view, pre) : null;
      if (node === null) continue;
      const language = languageOf(node.attrs["language"]);
      if (language === null) {
        this.#clear(pre);
        continue;
      }
      const code = node.textContent;
      const part = isAll || code.length <= LARGE ? { from: 0, to: code.length } : this.#seenPart(pre, code);
      const shown = this.#shown.get(pre);
      if (shown?.node === node && shown.part.from <= part.from && shown.part.to >= part.to) continue;
      if (this.#highlighter?.knows(language) !== true) {
        void this.#load(language);
        continue;
      }
      const { from, to } = code.length <= LARGE ? part : partAround(code, part.from, part.to);
      const tokens = this.#highlighter
        .tokensOf(code.slice(from, to), language)
        .map((token) => ({ ...token, from: token.from + from, to: token.to + from }));
      this.#paint(pre, node, tokens, { from, to });
    }
  }

  /** @param part - null: it has to be read again. */
  #paint(pre: Element, node: Node, tokens: readonly Token[], part: Part | null): void {
    this.#wipe(pre);
    const ranges = new Map<Look, Range[]>();
    const start = this.#view.posAtDOM(contentOf(pre), 0);
    for (const { from, to, look } of tokens) {
      const range = document.createRange();
      const first = this.#view.domAtPos(start + from, 1);
      const last = this.#view.domAtPos(start + to, -1);
      range.setStart(first.node, first.offset);
      range.setEnd(last.node, last.offset);
      ranges.set(look, [...(ranges.get(look) ?? []), range]);
      this.#looks.get(look)?.add(range);
    }
    this.#shown.set(pre, { node, tokens, ranges, texts: textsIn(pre), part: part ?? { from: 0, to: -1 } });
  }

  #clear(pre: Element): void {
    this.#wipe(pre);
    this.#shown.delete(pre);
  }

  #wipe(pre: Element): void {
    for (const [look, ranges] of this.#shown.get(pre)?.ranges ?? [])
      for (const range of ranges) this.#looks.get(look)?.delete(range);
  }

  async #load(language: Language): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    let wait = 0;
    try {
      const { Highlighter } = await import("./highlighter.ts");
      this.#highlighter ??= new Highlighter();
      await this.#highlighter.load(language);
    } catch {
      // No connection: code has no colours, and says everything it has to say without them.
      wait = RETRY_MILLIS;
    }
    setTimeout(() => {
      this.#isLoading = false;
      this.#schedule();
    }, wait);
  }

  /** What is seen of a block, as a part of its code. */
  #seenPart(pre: Element, code: string): Part {
    const { top, bottom, height } = pre.getBoundingClientRect();
    const start = this.#view.posAtDOM(contentOf(pre), 0);
    const offsetAt = (y: number): number => {
      const found = caretAt(contentOf(pre), y);
      const offset =
        found === null
          ? Math.round(((y - top) / height) * code.length)
          : this.#view.posAtDOM(found.node, found.offset) - start;
      return Math.max(0, Math.min(code.length, offset));
    };
    const from = top >= 0 ? 0 : offsetAt(COVERED);
    return { from, to: Math.max(from, bottom <= innerHeight ? code.length : offsetAt(innerHeight - COVERED)) };
  }
}

const contentOf = (pre: Element): Element => pre.querySelector(":scope > code") ?? pre;

function textsIn(pre: Element): (readonly [Text, number])[] {
  const texts: (readonly [Text, number])[] = [];
  const walker = document.createTreeWalker(contentOf(pre), NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text !== null; text = walker.nextNode())
    texts.push([text as Text, (text as Text).length]);
  return texts;
}

function isSame(one: Shown["texts"], other: Shown["texts"]): boolean {
  return (
    one.length === other.length &&
    one.every(([text, length], at) => text === other[at]?.[0] && length === other[at]?.[1])
  );
}

function nodeOf(view: EditorView, pre: Element): Node | null {
  if (!view.dom.contains(pre)) return null;
  const { parent } = view.state.doc.resolve(view.posAtDOM(contentOf(pre), 0));
  return parent.type.name === "codeBlock" ? parent : null;
}

/** Whether a block of code lies between the first and the last block that differ. */
function isCodeAmong(before: Node, after: Node): boolean {
  const least = Math.min(before.childCount, after.childCount);
  let start = 0;
  while (start < least && before.child(start) === after.child(start)) start++;
  let end = 0;
  while (end < least - start && before.child(before.childCount - 1 - end) === after.child(after.childCount - 1 - end))
    end++;
  return [before, after].some((doc) => {
    for (let at = start; at < doc.childCount - end; at++) if (hasCode(doc.child(at))) return true;
    return false;
  });
}

function hasCode(node: Node): boolean {
  let isFound = node.type.name === "codeBlock";
  if (!node.inlineContent) node.descendants((inner) => !(isFound ||= inner.type.name === "codeBlock"));
  return isFound;
}

/** The browser's own answer: ProseMirror's asks for the box of every character, which a long text has too many of. */
function caretAt(code: Element, y: number): { readonly node: globalThis.Node; readonly offset: number } | null {
  const caret =
    "caretPositionFromPoint" in document
      ? document.caretPositionFromPoint(code.getBoundingClientRect().left + COVERED, y)
      : null;
  return caret === null || !code.contains(caret.offsetNode) ? null : { node: caret.offsetNode, offset: caret.offset };
}
