import type { Tone } from "../schema/fields.ts";

/** What people read of a callout's tone. */
export const TONE_LABELS: Readonly<Record<Tone, string>> = {
  note: "Note",
  tip: "Tip",
  warning: "Warning",
  danger: "Danger",
};
