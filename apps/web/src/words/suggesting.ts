/** What a sign in the text asks for. */
export const SUGGESTING = {
  block: "Turn this line into",
  mention: "Mention",
  document: "Link to a document",
  emoji: "Emoji",
};
