import type { Retry } from "./close-code.ts";

interface NackMeaning {
  readonly number: number;
  readonly retry: Retry;
  /** A sentence for people: what happened and what is safe. */
  readonly reason: string;
}

/** Why a batch was refused. With `retry: "never"` the text stays with its author. */
export const NACK = {
  malformed: { number: 1, retry: "never", reason: "The server could not read the change." },
  tooLarge: { number: 2, retry: "never", reason: "The change is larger than the server accepts." },
  readOnly: { number: 3, retry: "never", reason: "You may read this document but not change it." },
  foreignClientId: { number: 4, retry: "never", reason: "The change carries another person's client id." },
  otherSchema: { number: 5, retry: "never", reason: "This document was made by another kind of application." },
  storage: { number: 6, retry: "backoff", reason: "The server cannot save at the moment." },
  draining: { number: 7, retry: "now", reason: "The server is restarting." },
} as const satisfies Record<string, NackMeaning>;

export type NackCode = keyof typeof NACK;

const BY_NUMBER: ReadonlyMap<number, NackCode> = new Map(
  (Object.keys(NACK) as NackCode[]).map((code) => [NACK[code].number, code]),
);

export const parseNackCode = (number: number): NackCode | undefined => BY_NUMBER.get(number);
