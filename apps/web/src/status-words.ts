import { deviceSentence, type Provider, type Status, statusSentence, type Why } from "@sheaf/client";
import { SAVING } from "./words/saving.ts";

/** What the bar says: `lead` always, `rest` where there is room. */
export interface StatusWords {
  readonly lead: string;
  readonly rest: string;
}

/** The first sentence of the status, cut where a narrow screen may end it. */
export function statusWords(status: Status): StatusWords {
  if (status.kind === "stopped") return { lead: stopWords(status.why), rest: "" };
  const sentence = statusSentence(status).replace(/\.(?:\s.*)?$/s, "");
  const colon = sentence.indexOf(":");
  return colon < 0 ? { lead: sentence, rest: "" } : { lead: sentence.slice(0, colon), rest: sentence.slice(colon) };
}

function stopWords(why: Why): string {
  if (why.code === "outdated") return SAVING.reloadNeeded;
  if (why.code !== "stopped") return SAVING.notConnected;
  switch (why.reason.code) {
    case "unauthorized":
      return SAVING.notSignedIn;
    case "removed":
      return SAVING.notShared;
    default:
      return SAVING.notConnected;
  }
}

/** What a click on it explains: what is safe, and what to do. */
export function explainStatus(state: Provider["state"], status: Status): readonly string[] {
  const sentences = explainSaving(status);
  const device = status.kind === "not-saved" ? "" : deviceSentence(state.deviceFailure);
  return device === "" ? sentences : [...sentences, device];
}

function explainSaving(status: Status): readonly string[] {
  switch (status.kind) {
    case "opening":
      return [SAVING.opening];
    case "saved":
      return [SAVING.saved];
    case "saving":
      return [SAVING.saving(status.changes)];
    case "offline":
      return SAVING.offline;
    case "not-saved":
      return [
        status.isKept ? SAVING.onDevice(status.changes) : SAVING.inPage(status.changes),
        afterFirstSentence(statusSentence(status)),
      ];
    case "stopped":
      return [statusSentence(status), SAVING.stopped];
  }
}

/** True when somebody must notice. */
export const isLoud = (status: Status): boolean => status.kind === "not-saved" || status.kind === "stopped";

const afterFirstSentence = (text: string): string => text.replace(/^.*?\.\s/s, "");
