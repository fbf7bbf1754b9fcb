/** The handle beside a block, and its menu. */
export const BLOCKS = {
  block: "Block",
  menu: "Block menu",
  handleTip: (keys: string) => `Click for menu  ${keys}\nDrag to move`,
  isGone: "The part of this document that the link leads to is not here any more.",
};
