import type { Message } from "@sheaf/editor/chat";
import { lazy, Suspense, useEffect } from "react";
import type { Page, Writing } from "../../page.ts";
import type { Desk } from "../desk.ts";
import { SidePanel } from "../side-panel.tsx";
import { useProvider, useStore } from "../use-store.ts";
import { authorOf, type Chat } from "./chat.ts";
import { Composer } from "./composer.tsx";

const MessageList = lazy(() => import("./message-list.tsx").then((module) => ({ default: module.MessageList })));

const LONGEST_QUOTE = 80;

interface ChatPanelProps {
  readonly page: Page;
  readonly writing: Writing;
  readonly chat: Chat;
  readonly desk: Desk;
}

/** What people say about the document, beside it. The field is here at once: no key of what is said goes into the text. */
export function ChatPanel({ page, writing, chat, desk }: ChatPanelProps) {
  const isOpen = useStore(desk.panel, (panel) => panel === "chat");
  useEffect(
    () =>
      chat.onArrival((messages) => {
        const mention = messages.findLast(({ mentions }) => mentions.includes(page.me.get().name));
        if (mention !== undefined && desk.panel.get() !== "chat") page.news.say(mentionSentence(mention));
      }),
    [page, chat, desk],
  );
  return isOpen && <OpenChat page={page} writing={writing} chat={chat} desk={desk} />;
}

function OpenChat({ page, writing, chat, desk }: ChatPanelProps) {
  const isWritable = useProvider(page.provider, (state) => state.isWritable && state.connection !== "stopped");
  return (
    <SidePanel panel="chat" label="Chat" editor={writing.editor} desk={desk} isForWriting>
      <Suspense fallback={<div className="chat-log" />}>
        <MessageList page={page} chat={chat} isWritable={isWritable} />
      </Suspense>
      {isWritable ? (
        <Composer page={page} chat={chat} />
      ) : (
        <p className="chat-closed">You can read this chat. Who may write in the document may write here.</p>
      )}
    </SidePanel>
  );
}

function mentionSentence(message: Message): string {
  const words = message.text.replaceAll(/\s+/g, " ");
  const quote = words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE).trimEnd()}…` : words;
  return `${authorOf(message).name} mentions you in the chat: “${quote}”`;
}
