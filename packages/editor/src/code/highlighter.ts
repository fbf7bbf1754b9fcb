import { createLowlight } from "lowlight";
import type { Language } from "./languages.ts";
import type { Look, Token } from "./tokens.ts";

/** By the first part of the highlighter's own names; `null`: ink, also inside what is not. */
const LOOKS: Readonly<Record<string, Look | null>> = {
  addition: "added",
  attr: "name",
  attribute: "name",
  built_in: "type",
  bullet: "keyword",
  char: "string",
  class: "type",
  code: "string",
  comment: "comment",
  deletion: "removed",
  doctag: "keyword",
  function: "title",
  keyword: "keyword",
  link: "string",
  literal: "number",
  meta: "comment",
  name: "keyword",
  number: "number",
  property: "name",
  quote: "comment",
  regexp: "string",
  section: "title",
  selector: "keyword",
  string: "string",
  // Code within a string is code again.
  subst: null,
  symbol: "number",
  tag: null,
  template: "name",
  title: "title",
  type: "type",
  variable: "name",
};

type Child = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"][number];

/** Fetched when the first code is seen; grammars as languages are met. */
export class Highlighter {
  readonly #lowlight = createLowlight();
  readonly #loading = new Map<Language, Promise<void>>();

  /** True when {@link tokensOf} can be asked at once. */
  knows({ name }: Language): boolean {
    return this.#lowlight.registered(name);
  }

  load(language: Language): Promise<void> {
    const known = this.#loading.get(language) ?? this.#fetch(language);
    this.#loading.set(language, known);
    return known;
  }

  async #fetch(language: Language): Promise<void> {
    try {
      for (const [name, grammar] of (await language.grammars()).toReversed()) this.#lowlight.register(name, grammar);
    } catch (cause) {
      // The next change in such a block asks again; until then it is shown without colours.
      this.#loading.delete(language);
      throw cause;
    }
  }

  /** The coloured stretches of a piece of code, in order and apart. */
  tokensOf(code: string, { name }: Language): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    const walk = (child: Child, look: Look | null): void => {
      if (child.type === "text") {
        const to = at + child.value.length;
        const last = tokens.at(-1);
        if (last?.to === at && last.look === look) tokens[tokens.length - 1] = { ...last, to };
        else if (look !== null) tokens.push({ from: at, to, look });
        at = to;
      } else if (child.type === "element") {
        const own = lookOf(child.properties["className"]);
        for (const inner of child.children) walk(inner, own === undefined ? look : own);
      }
    };
    for (const child of this.#lowlight.highlight(name, code).children) walk(child, null);
    return tokens;
  }
}

/** undefined: as what is around it. */
function lookOf(classes: unknown): Look | null | undefined {
  const [first] = Array.isArray(classes) ? (classes as readonly unknown[]) : [];
  if (typeof first !== "string") return undefined;
  const scope = first.replace(/^hljs-/, "");
  return scope in LOOKS ? LOOKS[scope] : LOOKS[scope.split(/[-_]/, 1)[0] ?? ""];
}
