/** What the page can do, beside what the editor's own commands do to the text. */
export const ACTIONS = {
  palette: "Commands and documents",
  newDocument: "New document",
  documents: "All documents",
  share: "Share",
  copyLink: "Copy link to document",
  copyBlockLink: "Copy link to block",
  link: "Link",
  openLink: "Open link",
  find: "Find",
  replace: "Find and replace",
  outline: "Outline and word count",
  chat: "Chat",
  saved: "Is it saved?",
  shortcuts: "Keyboard shortcuts",
  me: "Name and appearance",
  copyMarkdown: "Copy as Markdown",
  exportMarkdown: "Export as Markdown",
  exportHtml: "Export as HTML",
  print: "Print",
  lightTheme: "Light theme",
  darkTheme: "Dark theme",
  systemTheme: "Theme of the system",
  serif: "Serif text",
  sans: "Sans text",
  fixedToolbar: "Always show the toolbar",
  bubble: "Show the toolbar over a selection",

  linkIsCopied: "The link to this document is copied.",
  blockLinkIsCopied: "The link to this block is copied.",
};

/** Other words people look for them by. */
export const ACTION_WORDS = {
  palette: "palette search",
  newDocument: "create page",
  documents: "list trash open recent",
  share: "invite people access",
  copyLink: "address url",
  copyBlockLink: "address url anchor",
  link: "address url edit",
  openLink: "follow go",
  find: "search text in this document",
  replace: "search change all",
  outline: "headings contents table of contents words characters reading time",
  chat: "message talk discuss people say",
  saved: "save state",
  shortcuts: "keys help",
  me: "you profile settings",
  export: "save download file clipboard",
  print: "pdf paper",
  appearance: "appearance mode font toolbar",
};

/** Keys that mean something on the page and are no command. */
export const KEYS = {
  toToolbar: "Go to the toolbar",
  toText: "Back to the text",
  plainPaste: "Paste without formatting",
};
