import { COLOURS } from "./words/people.ts";

/**
 * The twelve colours people take, evenly round the wheel and of one lightness: each holds 3:1 on the light and on the
 * dark ground, and white letters on it hold 4.5:1. They travel with presence: values, not names in the stylesheet.
 */
export const PALETTE = [
  { name: COLOURS.brick, hex: "#c74339" },
  { name: COLOURS.rust, hex: "#b4561a" },
  { name: COLOURS.ochre, hex: "#976801" },
  { name: COLOURS.olive, hex: "#727610" },
  { name: COLOURS.fern, hex: "#33803a" },
  { name: COLOURS.pine, hex: "#178065" },
  { name: COLOURS.teal, hex: "#087e83" },
  { name: COLOURS.azure, hex: "#1078ae" },
  { name: COLOURS.cobalt, hex: "#3b69e1" },
  { name: COLOURS.violet, hex: "#7e58da" },
  { name: COLOURS.plum, hex: "#aa49b1" },
  { name: COLOURS.rose, hex: "#cb3670" },
] as const;

export type PersonColour = (typeof PALETTE)[number];

/** The colour of a device: the same at every visit, without asking anybody. */
export function colourOf(device: string): PersonColour {
  return PALETTE[hash(device) % PALETTE.length] ?? PALETTE[0];
}

/** The colour that is furthest round the wheel from its nearest neighbour among `taken`. */
export function furthestFrom(taken: readonly PersonColour[]): PersonColour {
  const distance = (a: number, b: number): number => {
    const steps = Math.abs(a - b);
    return Math.min(steps, PALETTE.length - steps);
  };
  const places = taken.map((colour) => PALETTE.indexOf(colour));
  const roomAt = (place: number): number => Math.min(...places.map((other) => distance(place, other)));
  return PALETTE.reduce((best, colour, place) => (roomAt(place) > roomAt(PALETTE.indexOf(best)) ? colour : best));
}

/** A colour another page claims, when it is one of ours; anything else could be unreadable. */
export function parseColour(value: unknown): PersonColour | undefined {
  return PALETTE.find(({ hex }) => hex === value);
}

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return sum >>> 0;
}
