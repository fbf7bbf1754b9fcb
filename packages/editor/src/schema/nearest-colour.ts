import type { Colour } from "./fields.ts";

/** Where each name ends on the circle of hues, in degrees; red goes on from the last. */
const HUES: readonly (readonly [end: number, name: Colour])[] = [
  [18, "red"],
  [45, "orange"],
  [70, "yellow"],
  [160, "green"],
  [195, "teal"],
  [255, "blue"],
  [300, "purple"],
  [342, "pink"],
  [360, "red"],
];

/** Colours that pages write by name. */
const NAMED: Readonly<Record<string, Colour>> = {
  red: "red",
  crimson: "red",
  darkred: "red",
  maroon: "red",
  orange: "orange",
  darkorange: "orange",
  gold: "yellow",
  yellow: "yellow",
  green: "green",
  lime: "green",
  lightgreen: "green",
  darkgreen: "green",
  teal: "teal",
  cyan: "teal",
  aqua: "teal",
  blue: "blue",
  navy: "blue",
  darkblue: "blue",
  lightblue: "blue",
  purple: "purple",
  indigo: "purple",
  violet: "purple",
  magenta: "pink",
  fuchsia: "pink",
  pink: "pink",
  hotpink: "pink",
};

/** Below this share a colour is a grey. */
const LEAST_SATURATION = 0.25;

/**
 * The name for a colour of a page from elsewhere, as browsers write it: `rgb(…)` or a word.
 *
 * @returns null for what is about black, white or grey, which themes have for themselves, and for what is seen through.
 */
export function nearestColour(css: string): Colour | null {
  const named = NAMED[css.trim().toLowerCase()];
  if (named !== undefined) return named;
  const parts = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+%?)\s*)?\)$/.exec(css.trim());
  if (parts === null || Number.parseFloat(parts[4] ?? "1") < 0.2) return null;
  const [red = 0, green = 0, blue = 0] = parts.slice(1, 4).map((part) => Math.min(255, Number(part)) / 255);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const lightness = (most + least) / 2;
  const saturation = (most - least) / (1 - Math.abs(2 * lightness - 1) || 1);
  if (lightness < 0.12 || lightness > 0.97 || saturation < LEAST_SATURATION) return null;
  const sector =
    most === red
      ? (green - blue) / (most - least)
      : most === green
        ? 2 + (blue - red) / (most - least)
        : 4 + (red - green) / (most - least);
  const hue = (sector * 60 + 360) % 360;
  return HUES.find(([end]) => hue < end)?.[1] ?? null;
}
