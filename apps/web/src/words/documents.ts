/** The list of documents, the trash, and what comes in from files. */
export const DOCUMENTS = {
  documents: "Documents",
  backToDocuments: "Back to documents",
  trash: "Trash",
  new: "New",
  /** Behind `new`, for screen readers. */
  newWhat: "document",
  searchByTitle: "Search by title",
  searchDocuments: "Search documents by title",
  searchTrash: "Search the trash by title",
  isOld: "The server does not answer. This is the list as it was read last; what is kept on this device opens.",
  unreadable: (reason: string) => `The list cannot be read. ${reason}`,
  isEmpty: "What you write, and what others share with you, is listed here.",
  trashIsEmpty: "Nothing is in the trash. What you move here stays until you delete it for ever.",
  noTitleHas: (wanted: string) => `No title has “${wanted}” in it.`,

  openNow: "Open now",
  shared: "Shared with you",
  moreFor: (title: string) => `More for ${title}`,
  openInTab: "Open in a new tab",
  moveToTrash: "Move to trash",
  restoreOne: (title: string) => `Restore ${title}`,
  deleteForEver: "Delete for ever",
  deleteOne: (title: string) => `Delete ${title} for ever`,
  deleteQuestion: (title: string) =>
    `Delete ${title} for ever? Its words and its history are removed from the server, for everybody.`,

  isInTrash: (title: string) => `${title} is in the trash.`,
  isBack: (title: string) => `${title} is back.`,
  isDeleted: (title: string) => `${title} is deleted for ever.`,

  import: "Import",
  importTip: "Import Markdown or HTML",
  importLabel: "Import a Markdown or HTML file",
  unreadableFile: (name: string) => `${name} cannot be read here: only Markdown, HTML and text can.`,
  fileTooLarge: (name: string) =>
    `${name} is too large for this browser to carry over. Open a new document and drop it there.`,
};
