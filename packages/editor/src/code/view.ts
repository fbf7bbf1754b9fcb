import type { Node } from "@tiptap/pm/model";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import { fieldsOn } from "../schema/dom-attributes.ts";
import { showMath } from "../math/show.ts";
import { BLOCKS } from "../words.ts";
import { languageLabel, languageOf, MATH } from "./languages.ts";
import { openLanguages } from "./open-languages.ts";

/** Copies text to the clipboard; the page knows how. @returns false when the browser allows it in no way. */
export type CopyText = (text: string) => Promise<boolean>;

const TOLD_MILLIS = 2_000;

/** Code on the page, with its language and a copy button in the corner. Names are attributes: they are none of its words. */
export function codeBlockView(
  initial: Node,
  view: EditorView,
  getPos: () => number | undefined,
  copyText: CopyText | undefined,
): NodeView {
  let node = initial;
  const document = view.dom.ownerDocument;
  const dom = document.createElement("pre");
  const showFields = fieldsOn(dom);
  const tools = document.createElement("div");
  tools.className = "block-tools code-tools";
  tools.contentEditable = "false";
  const language = button("code-language");
  language.setAttribute("aria-haspopup", "listbox");
  language.addEventListener("click", () => {
    const position = getPos();
    if (position !== undefined && view.editable) void openLanguages(view, position, language);
  });
  tools.append(...(copyText === undefined ? [] : [copyButton(copyText)]), language);
  const contentDOM = document.createElement("code");
  dom.append(tools, contentDOM);
  let formula: HTMLElement | null = null;
  show();

  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      show();
      return true;
    },
    stopEvent: ({ target }) => isInTools(target),
    ignoreMutation: ({ type, target }) =>
      type !== "selection" &&
      (isInTools(target) || formula?.contains(target) === true || (target === dom && type === "attributes")),
  };

  function show(): void {
    showFields(node);
    showFormula();
    const label = languageLabel(node.attrs["language"]);
    if (language.dataset["label"] === label) return;
    language.dataset["label"] = label;
    language.setAttribute("aria-label", BLOCKS.languageIs(label));
  }

  /** Below its source, and alone when nobody is in it. */
  function showFormula(): void {
    if (languageOf(node.attrs["language"])?.name !== MATH) {
      formula?.remove();
      formula = null;
      return;
    }
    if (formula === null) {
      formula = document.createElement("div");
      formula.className = "math";
      formula.contentEditable = "false";
      dom.append(formula);
    }
    if (formula.dataset["tex"] !== node.textContent) showMath(formula, node.textContent, true);
  }

  function button(name: string): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button ${name}`;
    // The caret stays where the person writes.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("keydown", (event) => {
      if (event.key === "Escape") view.focus();
    });
    return made;
  }

  function copyButton(copy: CopyText): HTMLButtonElement {
    const made = button("code-copy");
    const tell = (words: string): void => {
      made.dataset["tip"] = words;
      made.dataset["label"] = words;
      made.setAttribute("aria-label", words === BLOCKS.copy ? BLOCKS.copyCode : words);
    };
    tell(BLOCKS.copy);
    made.addEventListener("click", () => {
      void copy(node.textContent).then((isCopied) => {
        tell(isCopied ? BLOCKS.copied : BLOCKS.copyRefused);
        setTimeout(() => tell(BLOCKS.copy), TOLD_MILLIS);
      });
    });
    return made;
  }

  function isInTools(target: EventTarget | null): boolean {
    return target instanceof globalThis.Node && tools.contains(target);
  }
}
