/** The line at the top of the page, and what its buttons open. */
export const BAR = {
  titleOfPage: (title: string) => `${title} · Sheaf`,
  copyLink: "Copy link",
  more: "More for this document",
  moreTip: "Find, export and print",

  peopleHere: "People here",
  everyoneHere: "Everyone here",
  morePeople: (count: number) => `${count} more people`,
  morePeopleTip: (count: number) => `${count} more`,
  you: "You",
  youAre: (name: string) => `You: ${name}. Name and appearance`,
};

/** What others read beside one's caret, and how this browser shows the page. */
export const ME = {
  yourName: "Your name",
  inColour: (colour: string) => `Others see it beside your caret, in ${colour.toLowerCase()}.`,
  theme: "Theme",
  themes: { system: "System", light: "Light", dark: "Dark" },
  text: "Text",
  typefaces: { serif: "Serif", sans: "Sans" },
  toolbar: "Toolbar",
  toolbars: { selection: "On selection", always: "Always" },
  quotes: "Quotes you type",
  quoteStyles: { typed: "As typed", curly: "“Curly”" },
  announce: "Announce people to screen readers",
  announcements: { off: "Off", on: "On" },
};
