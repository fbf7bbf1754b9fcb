/** Where a `style` attribute waits until it can be applied. */
export const ASIDE = "data-pasted-style";
/** What a `<style>` element was before it was made text. */
export const SHEET = "data-pasted-sheet";

const MEANT = ["font-weight", "font-style", "text-decoration", "text-align", "display", "visibility"] as const;
const MOST_RULES = 500;

/**
 * Spreadsheets and Word say by class what is bold. Of what their stylesheets say, what has a meaning here is put on
 * the elements themselves, where the element does not say otherwise.
 */
export function applySheets(root: Element | DocumentFragment): void {
  for (const sheet of root.querySelectorAll(`[${SHEET}]`)) {
    const rules = new CSSStyleSheet();
    rules.replaceSync(sheet.textContent);
    for (const rule of [...rules.cssRules].slice(0, MOST_RULES)) {
      if (!(rule instanceof CSSStyleRule)) continue;
      const said = MEANT.filter((name) => rule.style.getPropertyValue(name) !== "");
      if (said.length === 0) continue;
      for (const element of root.querySelectorAll<HTMLElement>(rule.selectorText))
        for (const name of said)
          if (element.style.getPropertyValue(name) === "")
            element.style.setProperty(name, rule.style.getPropertyValue(name));
    }
    sheet.remove();
  }
}

/** The style as it was written: browsers forget what they do not know, and Word says there what a list is. */
export const writtenStyle = (element: Element): string => element.getAttribute(ASIDE) ?? "";

const PIXELS: Readonly<Record<string, number>> = { px: 1, pt: 4 / 3, in: 96, cm: 96 / 2.54, mm: 9.6 / 2.54, pc: 16 };

/** @returns NaN for what is no length of a fixed unit. */
export function pixels(length: string): number {
  const [, number = "", unit = ""] = /^(-?[\d.]+)([a-z]*)$/.exec(length.trim()) ?? [];
  return unit === ""
    ? Number(number) === 0 && number !== ""
      ? 0
      : Number.NaN
    : Number(number) * (PIXELS[unit] ?? NaN);
}
