/** What people read of the connection and of what is saved: another language is another file with these entries. */
export const SENTENCES = {
  opening: "Opening…",
  saved: "Saved",
  saving: "Saving…",
  offline: "Offline",

  // What comes before a colon is all that a narrow window has room for.
  waiting: (changes: number) => `Offline: ${countOf(changes)} kept on this device.`,
  notSaved: (changes: number) => `Not saved: ${countOf(changes)} kept on this device.`,
  notKept: (changes: number) => `Not saved: ${countOf(changes)} kept in this page only.`,

  unreachable: "The server cannot be reached: they are sent as soon as it answers.",
  unreachableNotKept: "The server cannot be reached: keep this page open.",
  overdue: "The server has not answered yet.",
  overdueNotKept: "The server has not answered yet: keep this page open.",
  held: (reason: string) => `${reason} It is asked again.`,
  heldNotKept: (reason: string) => `${reason} Keep this page open.`,
  refusedNotKept: (reason: string) => `${reason} Copy what you need before you close this page.`,
  outdated: "There is a newer version of this page: reload it.",

  deviceMissing: "This browser keeps nothing for this page, as private windows do.",
  deviceBlocked: "An older page of Sheaf is open in another tab: close it, so that this device can keep changes.",
  deviceFull: "This device has no room to keep changes.",
  deviceFailed: "This device does not keep changes at the moment.",

  readOnlyNow: "You can only read this now.",
  notUnderstood: "This page does not understand the server: reload it.",
  notShown: "A change of the document could not be shown: reload the page.",
  unconnected: "It builds on words that are not in the document.",
};

const countOf = (changes: number): string => (changes === 1 ? "1 change is" : `${changes} changes are`);
