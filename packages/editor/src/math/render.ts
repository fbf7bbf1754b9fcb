import katex from "katex";
import { BLOCKS } from "../words.ts";

/** A formula longer than this is no formula. */
const LONGEST = 5_000;

/**
 * Draws a formula as MathML, which browsers lay out and readers read; HTML output would need `style` attributes, which
 * the page's policy blocks.
 *
 * @returns Why it could not be drawn, in words; null when it was.
 */
export function renderMath(into: HTMLElement, tex: string, isBlock: boolean): string | null {
  if (tex.length > LONGEST) return BLOCKS.formulaTooLong(tex.length, LONGEST);
  try {
    katex.render(tex, into, {
      output: "mathml",
      displayMode: isBlock,
      throwOnError: true,
      // No links, pictures or attributes from a formula.
      trust: false,
      strict: "ignore",
      maxSize: 20,
      maxExpand: 300,
      // These two alone would come out with a `style` attribute.
      macros: { "\\pmb": "\\boldsymbol{#1}", "\\fcolorbox": "\\@secondoftwo{#1#2}{\\fbox{#3}}" },
    });
    return null;
  } catch (cause) {
    // Deep nesting ends in a RangeError of the engine's own.
    if (!(cause instanceof katex.ParseError)) return BLOCKS.formulaTooDeep;
    const words = (cause as Error).message.replace(/^KaTeX parse error: /, "");
    return words.startsWith("Too many expansions") ? BLOCKS.formulaWithoutEnd : `${words}.`;
  }
}
