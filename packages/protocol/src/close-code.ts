/** What a client should do after a close or a nack. */
export type Retry = "now" | "backoff" | "never";

interface CloseMeaning {
  readonly code: number;
  readonly retry: Retry;
  /** A sentence for people; sent as the close reason, so at most 123 bytes. */
  readonly reason: string;
}

/**
 * Every way the server ends a connection on purpose. Stock y-websocket stops for good on 4400 to 4499
 * and reconnects on everything else, so `retry: "never"` lives in that band and nothing else does.
 */
export const CLOSE = {
  goingAway: { code: 1001, retry: "now", reason: "The server is restarting." },
  textFrame: { code: 1003, retry: "never", reason: "This server speaks binary frames only." },
  tooBig: { code: 1009, retry: "never", reason: "A frame was larger than the server accepts." },
  crowded: { code: 1013, retry: "backoff", reason: "There are as many in this document as the server takes." },
  malformed: { code: 4400, retry: "never", reason: "The server could not read a frame." },
  unauthorized: {
    code: 4401,
    retry: "never",
    reason: "You are not signed in here any more: open your invite link again.",
  },
  forbidden: { code: 4403, retry: "never", reason: "You may not open or change this document." },
  unknownDocument: {
    code: 4404,
    retry: "never",
    reason: "There is no document here that you may open: ask its owner for a link.",
  },
  removed: { code: 4405, retry: "never", reason: "You no longer have access to this document." },
  unsupportedVersion: { code: 4406, retry: "never", reason: "This page is not the server's version: reload it." },
  foreignClientId: { code: 4409, retry: "never", reason: "A client id in the update belongs to someone else." },
  damaged: {
    code: 4410,
    retry: "never",
    reason: "What the server stored of this document is damaged: its operator can restore a backup.",
  },
  tooLarge: { code: 4413, retry: "never", reason: "An update was larger than the server accepts." },
  malformedUpdate: { code: 4422, retry: "never", reason: "The server could not read an update." },
  storage: { code: 4500, retry: "backoff", reason: "The server cannot save at the moment." },
  fault: { code: 4501, retry: "backoff", reason: "The server made a mistake here and starts this document over." },
  silent: { code: 4504, retry: "backoff", reason: "Nothing was heard for too long." },
  slow: { code: 4529, retry: "backoff", reason: "The connection could not keep up." },
} as const satisfies Record<string, CloseMeaning>;

export type CloseKind = keyof typeof CLOSE;

const RETRY_BY_CODE: ReadonlyMap<number, Retry> = new Map(Object.values(CLOSE).map(({ code, retry }) => [code, retry]));

/** What to do after a close with this code; codes that are not ours (1006, a proxy's) mean a passing fault. */
export function retryAfterClose(code: number): Retry {
  return RETRY_BY_CODE.get(code) ?? "backoff";
}
