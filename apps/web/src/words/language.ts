/** The language of this folder's words: the page says it is in it, and lists and times are put into words by it. */
export const LANGUAGE: string = "en";

/** How it writes dates. */
export const DATES: string = "en-GB";

/** Less than a minute ago. */
export const JUST_NOW: string = "just now";
