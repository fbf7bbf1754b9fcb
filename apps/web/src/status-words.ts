import { deviceSentence, type Provider, type Status, statusSentence, type Why } from "@sheaf/client";

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
  if (why.code === "outdated") return "Reload needed";
  if (why.code !== "stopped") return "Not connected";
  switch (why.reason.code) {
    case "unauthorized":
      return "Not signed in";
    case "removed":
      return "No longer shared with you";
    default:
      return "Not connected";
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
      return ["The document is on its way from the server."];
    case "saved":
      return ["Everything you wrote is on the server’s disk. You can close this page."];
    case "saving":
      return [`${countChanges(status.changes)} on the way to the server’s disk. This takes a moment.`];
    case "offline":
      return [
        "The server cannot be reached. Everything you wrote is saved.",
        "You can go on writing: it will be sent as soon as the server answers, and this page keeps trying by itself.",
      ];
    case "not-saved":
      return [
        status.isKept
          ? `${countChanges(status.changes)} kept on this device: a reload or a closed page does not lose them.`
          : `${countChanges(status.changes)} in this page and nowhere else.`,
        afterFirstSentence(statusSentence(status)),
      ];
    case "stopped":
      return [statusSentence(status), "Everything you wrote is saved."];
  }
}

/** True when somebody must notice. */
export const isLoud = (status: Status): boolean => status.kind === "not-saved" || status.kind === "stopped";

const afterFirstSentence = (text: string): string => text.replace(/^.*?\.\s/s, "");

const countChanges = (count: number): string => (count === 1 ? "1 change is" : `${count} changes are`);
