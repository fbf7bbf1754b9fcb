import { DATES, JUST_NOW, LANGUAGE } from "../words/language.ts";

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;

const AGO = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const DAY = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "long", year: "numeric" });

/** When something happened, as one would say it: to the minute today, to the day this week, then the date. */
export function whenWords(at: number, now: number): string {
  const words = whenInSentence(at, now);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The same, within a sentence. */
export function whenInSentence(at: number, now: number): string {
  const age = now - at;
  if (age < MINUTE_MILLIS) return JUST_NOW;
  if (age < HOUR_MILLIS) return AGO.format(-Math.floor(age / MINUTE_MILLIS), "minute");
  const days = midnightsBetween(at, now);
  if (days === 0) return AGO.format(-Math.floor(age / HOUR_MILLIS), "hour");
  if (days < 7) return AGO.format(-days, "day");
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? DAY : DAY_AND_YEAR).format(at);
}

/** "Yesterday" is a matter of nights, not of 24 hours. */
function midnightsBetween(from: number, to: number): number {
  // Midnights are 23 to 25 hours apart where clocks are changed.
  return Math.round((midnightBefore(to) - midnightBefore(from)) / (24 * HOUR_MILLIS));
}

const midnightBefore = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
