import type { Role } from "@sheaf/protocol";
import type { Invite, Member } from "../../api.ts";

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  owner: "Owner",
  editor: "Can edit",
  commenter: "Can comment",
  viewer: "Can read",
};

const HOUR_MILLIS = 60 * 60 * 1000;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/** How long a link lets people in, and how many came by it. */
export function wordsOf({ expires, people }: Invite, now: number): string {
  return `${lastsFor(expires, now)} · ${cameBy(people)}`;
}

function lastsFor(expires: number | null, now: number): string {
  if (expires === null) return "Until revoked";
  const hours = Math.round((expires - now) / HOUR_MILLIS);
  if (expires <= now) return "Over";
  if (hours < 1) return "Less than an hour";
  return hours < 24 ? count(hours, "more hour") : count(Math.round(hours / 24), "more day");
}

const cameBy = (people: number): string =>
  people === 0 ? "nobody came yet" : `${count(people, "person", "people")} came`;

/** What is lost with a link. */
export function revokeQuestion({ people }: Invite): string {
  if (people === 0) return "Revoke this link? It will let nobody in.";
  return people === 1
    ? "Revoke this link? The person who came by it loses access."
    : `Revoke this link? The ${people} people who came by it lose access.`;
}

/** When somebody was here; empty for today, because it is known to the hour. */
export function lastHere({ lastSeen }: Member, now: number): string {
  const days = lastSeen === null ? 0 : Math.floor((now - lastSeen) / DAY_MILLIS);
  return days === 0 ? "" : `Last here ${count(days, "day")} ago`;
}

export const nameOf = ({ name, role }: Member): string =>
  name === "" ? (role === "owner" ? "The server’s owner" : "Somebody") : name;

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
