import * as Y from "yjs";
import { isRecord } from "./schema/dom-attributes.ts";

/** A longer one is cut where it is read; the page's field takes no more. */
export const MAX_MESSAGE_LENGTH = 2_000;
/** Of more, the newest are shown. */
export const MAX_MESSAGES = 500;
/** The server's own limit. */
const MAX_NAME_LENGTH = 64;
const MAX_MENTIONS = 20;
/** The latest time a calendar can show, in milliseconds. */
const LAST_TIME = 8.64e15;

/** What somebody said beside the text. */
export interface Message {
  /** Yjs client id and clock: its name, which nobody else can take. */
  readonly client: number;
  readonly clock: number;
  readonly by: {
    /** As their page said: to be read with the same care as a name in somebody's presence. */
    readonly name: string;
    readonly colour: string;
  };
  /** Milliseconds, by their clock. */
  readonly at: number;
  /** Plain words, up to {@link MAX_MESSAGE_LENGTH} characters. */
  readonly text: string;
  /** Names that stand in the words behind an at sign. */
  readonly mentions: readonly string[];
}

/** A list of messages that never change, in a root of its own: it is in no undo, title, export, count or rescue of the text. */
export type Chat = Y.Array<unknown>;

export const chatOf = (doc: Y.Doc): Chat => doc.getArray("chat");

/** The newest messages, oldest first. Anybody may have written anything there: what is no message is left out. Reading only. */
export function readMessages(chat: Chat): readonly Message[] {
  const newestFirst: Message[] = [];
  for (const { id, content } of itemsOf(chat).toReversed()) {
    if (!(content instanceof Y.ContentAny)) continue;
    for (let index = content.arr.length - 1; index >= 0; index--) {
      const message = parseMessage(content.arr[index], id.client, id.clock + index);
      if (message !== undefined) newestFirst.push(message);
      if (newestFirst.length === MAX_MESSAGES) return newestFirst.toReversed();
    }
  }
  return newestFirst.toReversed();
}

export function addMessage(chat: Chat, { by, at, text, mentions }: Omit<Message, "client" | "clock">): void {
  chat.push([{ by, at, text, ...(mentions.length > 0 && { mentions }) }]);
}

/** Does nothing when it is gone already. */
export function deleteMessage(chat: Chat, { client, clock }: Pick<Message, "client" | "clock">): void {
  let index = 0;
  for (const { id, length } of itemsOf(chat)) {
    if (id.client === client && clock >= id.clock && clock < id.clock + length) {
      chat.delete(index + clock - id.clock);
      return;
    }
    index += length;
  }
}

function itemsOf(chat: Chat): Y.Item[] {
  const items: Y.Item[] = [];
  for (let item = chat._start; item !== null; item = item.right) if (!item.deleted && item.countable) items.push(item);
  return items;
}

function parseMessage(value: unknown, client: number, clock: number): Message | undefined {
  if (!isRecord(value) || !isRecord(value["by"])) return undefined;
  const { text, at, mentions } = value;
  const { name, colour } = value["by"];
  if (typeof text !== "string" || typeof name !== "string" || typeof at !== "number") return undefined;
  const words = cut(text.trim(), MAX_MESSAGE_LENGTH);
  // Nothing that can be seen would be a line nobody can explain.
  if (!/[^\p{Cc}\p{Cf}\p{Z}]/u.test(words) || !(at >= 0 && at <= LAST_TIME)) return undefined;
  return {
    client,
    clock,
    by: { name: cut(name, MAX_NAME_LENGTH), colour: typeof colour === "string" ? colour : "" },
    at,
    text: words,
    mentions: Array.isArray(mentions) ? mentions.slice(0, MAX_MENTIONS).filter(isName) : [],
  };
}

const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH;

/** Never through the middle of a character that takes two units. */
const cut = (text: string, length: number): string => text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
