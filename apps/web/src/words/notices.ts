/** What has to be said where the work is. */
export const NOTICES = {
  notice: "Notice",
  isTrashed: "This document is in the trash",
  isTrashedText: "Nobody can open it until you restore it.",
  isTrashedWith: (text: string) => `This document is in the trash. ${text}`,
  cannotOpen: "This document cannot be opened",
  isOutdated: "This page is out of date",
  isOutdatedText:
    "This document was written with a newer version of Sheaf. Reload the page to go on; what you wrote before is saved.",
  isUnreachable: "The server cannot be reached",
  isUnreachableText:
    "The document is on the server and will appear here as soon as it answers. This page keeps trying by itself.",
  notSaved: (reason: string) => `Not saved: ${reason} Nothing typed after it is saved, either. Copy the text.`,
  wasNotSaved: (reason: string) => `Not saved when you were last here: ${reason}`,
  stopped: "Nothing more is saved here. What you see stays as it is.",
  kept: (changes: number) =>
    changes === 1
      ? "1 change you made is kept on this device."
      : `${changes} changes you made are kept on this device.`,
  isForeign: "Another application made this document. You can read its words here, but not change them.",
  isRestored:
    "This document was restored on the server, after damage or from a backup. What other people wrote may be missing until they open it again.",

  stranger: "You need an invite link",
  strangerText:
    "Only people who were invited can come in here. Ask whoever told you about this page for a link; if you had one, open it again.",
  closed: "There is nothing here that you may open",
  closedText: "Either there is no such document, or it is not shared with you. Its owner can send you an invite link.",

  ok: "OK",
  reload: "Reload",
  discard: "Discard",
  copyWords: "Copy these words",
  copyPage: "Copy the page’s text",
};
