/** Toolbars and their menus. The commands in them have their names in the editor's own words. */
export const FORMATTING = {
  toolbar: "Formatting",
  colour: "Colour",
  more: "More",
  turnInto: "Turn into",
  turnIntoNow: (kind: string) => `Turn into; now ${kind}`,
  mixed: "Mixed",
  redo: "Redo",

  letters: "Letters",
  alignment: "Alignment",
  textColour: "Text",
  highlight: "Highlight",
};

/** Other words people type for what a line can become or be followed by. */
export const BLOCK_WORDS = {
  text: "paragraph plain",
  heading1: "h1 title",
  heading2: "h2 subtitle",
  heading3: "h3",
  bullet: "ul unordered",
  numbered: "ol ordered",
  task: "todo checkbox check",
  quote: "blockquote citation",
  codeBlock: "pre",
  mathBlock: "formula equation math tex latex katex",
  callout: "note tip info warning danger alert admonition",
  toggle: "details fold collapse summary",
  table: "grid",
  footnote: "note reference citation endnote",
  divider: "line rule hr",
  picture: "image photo upload",
};
