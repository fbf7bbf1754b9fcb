/** The door: what whoever opens an invite link reads. */
export const JOINING = {
  title: "Join · Sheaf",
  away: "The server does not answer",
  awayText: "Your invitation still holds. This page keeps trying by itself; leave it open.",
  yourName: "Your name",
  nameNeeded: "A name is needed, so that others know who you are.",
  opening: "Opening…",
  invitation: "Invitation",
  refused: "This link does not work",
  refusedText:
    "It was revoked, its time is over, or a part of it is missing. Ask whoever sent it to you for a new one.",
  cut: "This link is not complete",
  cutText: "What stands after the # is missing. Copy the whole link, or ask whoever sent it to you for it again.",
};

/** By what the link lets one do. */
export const INVITED = {
  owner: {
    heading: "This is your own server",
    words: "This link opens every document on it. Keep it to yourself; others get links to single documents from you.",
    hint: "Others see it where you write.",
    action: "Open Sheaf",
  },
  editor: {
    heading: "You are invited to write",
    words: "Someone shared a document with you. You can read it and change it, together with everyone who is there.",
    hint: "Others see it where you write.",
    action: "Start writing",
  },
  viewer: {
    heading: "You are invited to read",
    words: "Someone shared a document with you. You can read it, and watch it change as others write.",
    hint: "Others see it while you are there.",
    action: "Start reading",
  },
};
