import type { Message } from "@sheaf/editor/chat";

/** How far somebody's messages were read on this device, by Yjs client id: the clock behind the last one. */
export type ReadMarks = ReadonlyMap<number, number>;

/** Every visit of everybody is a client: more than this are forgotten but for those whose messages are still shown. */
const MOST_MARKS = 1_000;

export const NOTHING_READ: ReadMarks = new Map();

export const isRead = ({ client, clock }: Message, marks: ReadMarks): boolean => clock < (marks.get(client) ?? 0);

/** What was read before, and all of these. */
export function readAll(messages: readonly Message[], before: ReadMarks): ReadMarks {
  const marks = new Map(before);
  for (const message of messages) if (!isRead(message, marks)) marks.set(message.client, message.clock + 1);
  if (marks.size <= MOST_MARKS) return marks;
  const shown = new Set(messages.map(({ client }) => client));
  return new Map([...marks].filter(([client]) => shown.has(client)));
}

export const formatMarks = (marks: ReadMarks): string => JSON.stringify([...marks]);

/** Nothing is read where nothing readable is kept. */
export function parseMarks(text: string | undefined): ReadMarks {
  try {
    const pairs: unknown = JSON.parse(text ?? "[]");
    return new Map(Array.isArray(pairs) ? pairs.filter(isMark) : []);
  } catch {
    return NOTHING_READ;
  }
}

const isMark = (pair: unknown): pair is [client: number, clock: number] =>
  Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger);
