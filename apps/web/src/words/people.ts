/** A friendly name for who has not given theirs: two numbers choose it. */
export const friendlyName = (mood: number, animal: number): string =>
  `${MOODS[mood % MOODS.length]} ${ANIMALS[animal % ANIMALS.length]}`;

const MOODS =
  "Quiet Patient Bright Gentle Curious Steady Nimble Candid Early Merry Plain Swift Kind Lucid Warm Brisk".split(" ");
const ANIMALS =
  "Heron Otter Finch Hare Lynx Marten Wren Badger Plover Vole Curlew Fox Swift Newt Dormouse Kestrel".split(" ");

/** The colours people take. */
export const COLOURS = {
  brick: "Brick",
  rust: "Rust",
  ochre: "Ochre",
  olive: "Olive",
  fern: "Fern",
  pine: "Pine",
  teal: "Teal",
  azure: "Azure",
  cobalt: "Cobalt",
  violet: "Violet",
  plum: "Plum",
  rose: "Rose",
};
