import type { Colour } from "../schema/fields.ts";

/** What colours are in a file that others open, which is paper: those of the light theme. Our own reader goes by name. */
export const COLOUR_VALUES: Readonly<Record<Colour, { readonly text: string; readonly tint: string }>> = {
  red: { text: "#a8321f", tint: "#fbdcd6" },
  orange: { text: "#8a4a00", tint: "#fce3c9" },
  yellow: { text: "#6b5500", tint: "#faedb0" },
  green: { text: "#1e672b", tint: "#d5efd3" },
  teal: { text: "#0b625d", tint: "#cdeeea" },
  blue: { text: "#1f57a8", tint: "#d6e6fb" },
  purple: { text: "#6b3fa8", tint: "#e8defa" },
  pink: { text: "#9c2a6e", tint: "#fadcec" },
};
