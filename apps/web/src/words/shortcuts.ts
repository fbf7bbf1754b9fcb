/** The sheet of all shortcuts. */
export const SHORTCUTS = {
  find: "Find a shortcut",
  nothing: (wanted: string) => `No shortcut is called “${wanted}”.`,
  text: "Text",
  turnInto: "Turn into",
  blocks: "Blocks",
  code: "Code",
  tables: "Tables",
  picture: "A selected picture",
  page: "Page",
  keys: "Keys",
  asYouType: "As you type",
};

/** What becomes of signs that are typed. */
export const TYPED = {
  anything: "Everything a line can be",
  heading: "Heading",
  headingSigns: "# to ######",
  bullet: "Bullet list",
  bulletSigns: "- or *",
  numbered: "Numbered list",
  task: "Task list",
  quote: "Quote",
  codeBlock: "Code block",
  callout: "Callout",
  toggle: "Toggle",
  divider: "Divider",
  boldItalic: "Bold, italic",
  strikeCode: "Strikethrough, code",
  math: "Formula",
  mathBlock: "Formula on its own line",
  link: "Link",
  asTyped: "As it was typed",
};
