import type { Invite, Member } from "../../api.ts";
import { SHARE } from "../../words/share.ts";

const HOUR_MILLIS = 60 * 60 * 1000;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/** How long a link lets people in, and how many came by it. */
export const wordsOf = ({ expires, people }: Invite, now: number): string =>
  `${lastsFor(expires, now)} · ${SHARE.cameBy(people)}`;

function lastsFor(expires: number | null, now: number): string {
  if (expires === null) return SHARE.untilRevoked;
  const hours = Math.round((expires - now) / HOUR_MILLIS);
  if (expires <= now) return SHARE.isOver;
  if (hours < 1) return SHARE.lessThanHour;
  return hours < 24 ? SHARE.moreHours(hours) : SHARE.moreDays(Math.round(hours / 24));
}

/** When somebody was here; empty for today, because it is known to the hour. */
export function lastHere({ lastSeen }: Member, now: number): string {
  const days = lastSeen === null ? 0 : Math.floor((now - lastSeen) / DAY_MILLIS);
  return days === 0 ? "" : SHARE.lastHere(days);
}

export const nameOf = ({ name, role }: Member): string =>
  name === "" ? (role === "owner" ? SHARE.serversOwner : SHARE.somebody) : name;
