import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Window } from "./browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe has against the page as it stands. */
export async function violations(window: Window): Promise<string[]> {
  await window.page.evaluate(AXE);
  // Nothing is read in the middle of fading, of which axe would judge the colour: none begins, and those under way end.
  await window.page.emulateMedia({ reducedMotion: "reduce" });
  await window.page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
  });
  const found = await window.page.evaluate<readonly Violation[]>(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)",
  );
  await window.page.emulateMedia({ reducedMotion: null });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}\n${failureSummary}`),
  );
}
