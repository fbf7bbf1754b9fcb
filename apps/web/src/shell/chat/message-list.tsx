import type { Message } from "@sheaf/editor/chat";
import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Page } from "../../page.ts";
import type { Person } from "../../person.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { useProvider, useStore } from "../use-store.ts";
import { whenWords } from "../when-words.ts";
import { authorOf, type Chat } from "./chat.ts";
import { Said } from "./said.tsx";

/** What one person says within this time stands under one name. */
const GROUP_MILLIS = 600_000;
const TICK_MILLIS = 30_000;
/** Nearer to the end than this, one is at it. */
const NEAR = 24;

interface MessageListProps {
  readonly page: Page;
  readonly chat: Chat;
  readonly isWritable: boolean;
}

/** What was said, the newest last. It stays at its end when one is there, and stays where one reads when not. */
export function MessageList({ page, chat, isWritable }: MessageListProps) {
  const { provider } = page;
  const messages = useStore(chat.messages);
  const unread = useStore(chat.unread);
  const isWaiting = useProvider(provider, ({ status }) => status.kind === "not-saved");
  const now = useNow();
  const log = useRef<HTMLDivElement>(null);
  /** Its measures after the last change: what tells, when it has changed again, whether one was at its end. */
  const before = useRef({ length: 0, height: 0 });
  const newest = messages.at(-1);
  const newestKey = newest && keyOf(newest);
  const keyBefore = useRef(newestKey);

  function look(): void {
    if (log.current !== null && !document.hidden && spaceBelow(log.current) < NEAR) chat.markRead();
  }
  function follow(isAsked: boolean): void {
    const { current: element } = log;
    if (element === null) return;
    const { length, height } = before.current;
    if (isAsked || length - element.scrollTop - height < NEAR) element.scrollTop = element.scrollHeight;
    before.current = { length: element.scrollHeight, height: element.clientHeight };
    look();
  }

  useLayoutEffect(() => {
    const isJustSent = newest !== undefined && newestKey !== keyBefore.current && chat.isOwn(newest);
    keyBefore.current = newestKey;
    follow(isJustSent);
  }, [messages, isWaiting]);

  useEffect(() => {
    const element = log.current;
    if (element === null) return undefined;
    // The field below grows, a keyboard comes.
    const resized = new ResizeObserver(() => follow(false));
    resized.observe(element);
    document.addEventListener("visibilitychange", look);
    return () => {
      resized.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
  }, [chat]);

  const pending = isWaiting ? provider.pendingFrom : undefined;
  return (
    <>
      <div ref={log} className="chat-log" role="log" aria-label="Messages" tabIndex={0} onScroll={look}>
        {messages.length === 0 && (
          <p className="side-panel-hint">
            {isWritable
              ? "What is said here stays with the document. Type @ and a name to call somebody."
              : "Nothing has been said here yet."}
          </p>
        )}
        <ol role="list">
          {groupsOf(messages).map(({ person, first, all }) => (
            <li key={keyOf(first)} className="chat-group">
              <Avatar person={person} isSilent />
              <div>
                <p className="chat-by">
                  <Name person={person} />
                  {/* It goes on, which is nothing to be read out. */}
                  <time aria-live="off" dateTime={new Date(first.at).toISOString()}>
                    {whenWords(first.at, now)}
                  </time>
                </p>
                {all.map((message) => (
                  <Said
                    key={keyOf(message)}
                    message={message}
                    author={message === first ? "" : person.name}
                    me={page.me.get().name}
                    isPending={message.clock >= (pending?.get(message.client) ?? Number.POSITIVE_INFINITY)}
                    remove={isWritable && chat.isOwn(message) ? chat.remove : undefined}
                  />
                ))}
              </div>
            </li>
          ))}
        </ol>
      </div>
      {unread > 0 && (
        <button type="button" className="button primary chat-new" onClick={() => follow(true)}>
          <Icon of={ArrowDown} />
          {unread === 1 ? "1 new message" : `${unread} new messages`}
        </button>
      )}
    </>
  );
}

const spaceBelow = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number =>
  scrollHeight - scrollTop - clientHeight;

const keyOf = ({ client, clock }: Message): string => `${client} ${clock}`;

interface Group {
  readonly person: Person;
  readonly first: Message;
  readonly all: Message[];
}

function groupsOf(messages: readonly Message[]): readonly Group[] {
  const groups: Group[] = [];
  for (const message of messages) {
    const person = authorOf(message);
    const last = groups.at(-1);
    const isSame =
      last?.person.name === person.name &&
      last.person.colour === person.colour &&
      Math.abs(message.at - last.first.at) < GROUP_MILLIS;
    if (isSame) last.all.push(message);
    else groups.push({ person, first: message, all: [message] });
  }
  return groups;
}

function Name({ person: { name, colour } }: { readonly person: Person }) {
  return (
    <strong dir="auto" ref={(element) => element?.style.setProperty("--who", colour.hex)}>
      {name}
    </strong>
  );
}

/** The time, every so often. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
