import { addMessage, chatOf, deleteMessage, type Message, readMessages } from "@sheaf/editor/chat";
import type { Page } from "../../page.ts";
import { personOf } from "../../people.ts";
import type { Person } from "../../person.ts";
import { onRemembered, recall, remember } from "../../storage.ts";
import { createStore, type Store } from "../../store.ts";
import { formatMarks, isRead, NOTHING_READ, parseMarks, readAll } from "./read-marks.ts";

type Watched<T> = Pick<Store<T>, "get" | "subscribe">;

/** What is said beside the text of a page. Empty until the page shows a text, and for another application's document. */
export interface Chat {
  readonly messages: Watched<readonly Message[]>;
  /** How many messages of others were not seen on this device. */
  readonly unread: Watched<number>;
  /** What is being written, while the panel is closed as well. */
  readonly draft: Store<string>;
  /** @param mentions - Names in the text that are meant. */
  readonly send: (text: string, mentions: readonly string[]) => void;
  /** This page's person sent it, at this visit. */
  readonly isOwn: (message: Message) => boolean;
  /** For everybody. One's own only. */
  readonly remove: (message: Message) => void;
  /** All there is has been seen. */
  readonly markRead: () => void;
  /** Calls `listener` with what others say while one is here; returns how to stop. */
  readonly onArrival: (listener: (messages: readonly Message[]) => void) => () => void;
}

/** Whoever a message says it is from. */
export const authorOf = ({ by, client }: Message): Person => personOf(by.name, by.colour, client);

/** Lives as long as its page. */
export function createChat({ provider, view, me }: Page): Chat {
  const { doc, document, whenSynced } = provider;
  const name = `chat:${document}`;
  const messages = createStore<readonly Message[]>([]);
  const unread = createStore(0);
  const listeners = new Set<(messages: readonly Message[]) => void>();
  let marks = parseMarks(recall(name));
  /** What has been here before; undefined until one knows what that is. */
  let before: ReturnType<typeof readAll> | undefined;

  const isOwn = ({ client }: Message): boolean => client === doc.clientID;
  const count = (): void =>
    unread.set(messages.get().filter((message) => !isOwn(message) && !isRead(message, marks)).length);

  function read(): void {
    const all = readMessages(chatOf(doc));
    messages.set(all);
    count();
    if (before === undefined) return;
    const seen = before;
    const arrived = all.filter((message) => !isOwn(message) && !isRead(message, seen));
    before = readAll(all, seen);
    if (arrived.length > 0) for (const listener of listeners) listener(arrived);
  }

  function begin(): void {
    // Asked for by its name, a root of another application's would become a list.
    if (view.get().kind !== "text") return;
    stop();
    chatOf(doc).observe(read);
    read();
    void whenSynced.then(() => (before = readAll(messages.get(), NOTHING_READ)));
  }

  const stop = view.subscribe(begin);
  begin();
  onRemembered(name, (text) => {
    marks = parseMarks(text);
    count();
  });

  return {
    messages,
    unread,
    draft: createStore(""),
    isOwn,
    send(text, mentions) {
      const { name: mine, colour } = me.get();
      addMessage(chatOf(doc), { by: { name: mine, colour: colour.hex }, at: Date.now(), text, mentions });
    },
    remove: (message) => deleteMessage(chatOf(doc), message),
    markRead() {
      if (messages.get().every((message) => isRead(message, marks))) return;
      marks = readAll(messages.get(), marks);
      remember(name, formatMarks(marks));
      count();
    },
    onArrival(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
