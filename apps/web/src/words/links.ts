/** A link in the text: its card, and the field for its address. */
export const LINKS = {
  link: "Link",
  edit: "Edit link",
  remove: "Remove link",
  set: "Set link",
  setTip: "Set link  Enter",
  open: "Open link",
  openTip: "Open",
  openWhat: (words: string) => `Open ${words}`,
  address: "Address",
  addressHint: "Paste or type an address",
  notAnAddress: "This is not an address a link can have.",
  cannotOpen: "This address cannot be opened",
  copyAddress: "Copy address",
  addressCopied: "Address copied",
  placeHere: "A place in this document",
};
