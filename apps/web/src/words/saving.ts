/** Whether what was written is safe: the small words beside the title, and what a click on them explains. */
export const SAVING = {
  label: "Saving",
  isTrashed: "In the trash",
  isTrashedText: "Nobody can open this document until you restore it. Its words are safe on the server’s disk.",
  isReading: "You can only read this",
  isReadingShort: "Read only",
  isReadingText: "What others write appears here as they write it. The document’s owner can let you write, too.",
  canWriteAgain: "You can write again",
  isSaved: "Saved",

  reloadNeeded: "Reload needed",
  notConnected: "Not connected",
  notSignedIn: "Not signed in",
  notShared: "No longer shared",

  opening: "The document is on its way from the server.",
  saved: "Everything you wrote is on the server’s disk. You can close this page.",
  saving: (changes: number) => `${countOf(changes)} on the way to the server’s disk. This takes a moment.`,
  offline: [
    "The server cannot be reached. Everything you wrote is saved.",
    "You can go on writing: it will be sent as soon as the server answers, and this page keeps trying by itself.",
  ],
  onDevice: (changes: number) =>
    `${countOf(changes)} kept on this device: a reload or a closed page does not lose them.`,
  inPage: (changes: number) => `${countOf(changes)} in this page and nowhere else.`,
  stopped: "Everything you wrote is saved.",
  lastChange: (when: string) => `Last change ${when}.`,
  lastChangeBy: (name: string, when: string) => `Last change by ${name}, ${when}.`,
  you: "you",
};

const countOf = (changes: number): string => (changes === 1 ? "1 change is" : `${changes} changes are`);
