/** Everything that can be done and every document, by its name. */
export const COMMAND_PALETTE = {
  field: "Command or document",
  hint: "What do you want to do?",
  found: "Found",
  countFound: (count: number) => `${count} found`,
  recent: "Recent",
  documents: "Documents",
  commands: "Commands",
  nothing: (wanted: string) =>
    `Nothing here is called “${wanted}”. Documents are found by their titles, commands by what they do.`,
};

/** What kind of command it is, by the editor's groups. */
export const GROUPS = {
  "turn into": "Turn into",
  format: "Text",
  colour: "Colour",
  insert: "Insert",
  table: "Table",
  block: "Block",
  code: "Code",
  list: "List",
  picture: "Picture",
};
