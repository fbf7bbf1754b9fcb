import { gemoji } from "gemoji";
import type { Emoji } from "./sources.ts";

/** By the names people type for them between colons, and other words. Fetched when the first is asked for. */
export const EMOJI: readonly Emoji[] = gemoji.map(({ emoji, names, tags }) => [emoji, [...names, ...tags]]);
