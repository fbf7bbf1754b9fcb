import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COLOURS } from "@sheaf/editor";
import { describe, expect, test } from "vitest";

const STYLES = join(import.meta.dirname, "../../apps/web/src/styles");
const TOKENS = readFileSync(join(STYLES, "tokens.css"), "utf8");
const MARKS = readFileSync(join(STYLES, "marks.css"), "utf8");

/** The colours of both themes, as the stylesheet has them; a name with one alone has the same in both. */
const PALETTE = [...TOKENS.matchAll(/--([\w-]+): (?:light-dark\((#\w+), (#\w+)\)|(#\w+));/g)].map(
  ([, name = "", light, dark, both = ""]) => ({ name, light: light ?? both, dark: dark ?? both }),
);
const THEMES = (["light", "dark"] as const).map((scheme) => ({
  scheme,
  colours: new Map(PALETTE.map((pair) => [pair.name, pair[scheme]])),
}));

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [more = 0, less = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (more + 0.05) / (less + 0.05);
}

test("every name of the palette has colours", () => {
  expect(PALETTE.length).toBeGreaterThan(40);
  for (const colour of COLOURS) {
    expect(MARKS).toContain(`mark[data-color="${colour}"]`);
    expect(MARKS).toContain(`[data-text-color="${colour}"]`);
  }
});

describe.each(THEMES)("in $scheme", ({ colours }) => {
  const all = (prefix: string) => COLOURS.map((colour) => colours.get(`${prefix}-${colour}`)!);

  test("words of every colour can be read on paper, in a header cell and over every highlight", () => {
    for (const text of all("text"))
      for (const ground of [colours.get("ground")!, colours.get("sunken")!, ...all("tint")])
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  test("so can plain words and links over every highlight", () => {
    for (const tint of all("tint"))
      for (const name of ["ink", "accent"])
        expect(contrast(colours.get(name)!, tint), `${name} on ${tint}`).toBeGreaterThanOrEqual(4.5);
  });

  test("the row of a menu that keys or a pointer are at stands out from the others, and its shortcut can be read", () => {
    const [raised, hover, faint] = ["raised", "hover", "ink-faint"].map((name) => colours.get(name)!) as [
      string,
      string,
      string,
    ];
    expect(contrast(hover, raised)).toBeGreaterThanOrEqual(1.15);
    expect(contrast(faint, hover)).toBeGreaterThanOrEqual(4.5);
  });
});
