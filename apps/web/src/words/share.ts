import type { Role } from "@sheaf/protocol";

/** Who may come into a document: the panel of the Share button. */
export const SHARE = {
  share: "Share",
  heading: "Share this document",
  headingOfGuest: "Who has access",
  ownerOnly: "Only the document’s owner can let others in.",
  /** Before the command, and behind it. */
  loopback: "Only this computer can open it now. To let others in, start Sheaf with ",
  loopbackEnd: ".",

  whoeverHasLink: "Whoever has an invite link can come in.",
  peopleWithLink: "People with the link",
  linkWorks: "The link works",
  copyInviteLink: "Copy invite link",
  inviteLink: "Invite link",
  linkIsCopied: "Copied. It cannot be shown again later.",
  linkIsShown: "This browser does not allow copying: take it from here. It cannot be shown again later.",
  untilRevoked: "Until revoked",
  forDays: (days: number) => `For ${count(days, "day")}`,

  links: "Links",
  copyThisLink: "Copy this link",
  revoke: "Revoke",
  revokeLink: (role: string) => `Revoke link: ${role.toLowerCase()}`,
  revokeQuestion: (people: number) => {
    if (people === 0) return "Revoke this link? It will let nobody in.";
    return people === 1
      ? "Revoke this link? The person who came by it loses access."
      : `Revoke this link? The ${people} people who came by it lose access.`;
  },
  isOver: "Over",
  lessThanHour: "Less than an hour",
  moreHours: (hours: number) => count(hours, "more hour"),
  moreDays: (days: number) => count(days, "more day"),
  cameBy: (people: number) => (people === 0 ? "nobody came yet" : `${count(people, "person", "people")} came`),

  people: "People",
  isYou: "(you)",
  serversOwner: "The server’s owner",
  somebody: "Somebody",
  lastHere: (days: number) => `Last here ${count(days, "day")} ago`,
  whatMayDo: (name: string) => `What ${name} may do`,
  removeChoice: "Remove…",
  remove: "Remove",
  removeQuestion: (name: string) => `Remove ${name}? This document is closed to them at once.`,
};

export const ROLES: Readonly<Record<Role, string>> = {
  owner: "Owner",
  editor: "Can edit",
  commenter: "Can comment",
  viewer: "Can read",
};

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
