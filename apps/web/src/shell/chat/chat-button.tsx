import { MessageSquare } from "lucide-react";
import type { Page } from "../../page.ts";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { CHAT_KEYS, keysText } from "../keys-text.ts";
import { useStore } from "../use-store.ts";
import type { Chat } from "./chat.ts";

interface ChatButtonProps {
  readonly page: Page;
  readonly chat: Chat;
  readonly desk: Desk;
}

/** Opens and closes the chat, and says how much of it is new. */
export function ChatButton({ page, chat, desk }: ChatButtonProps) {
  const isText = useStore(page.view, ({ kind }) => kind === "text");
  const isOpen = useStore(desk.panel, (panel) => panel === "chat");
  const unread = useStore(chat.unread);
  if (!isText) return null;
  return (
    <button
      type="button"
      className="button"
      aria-label={unread === 0 ? "Chat" : `Chat: ${unread === 1 ? "1 new message" : `${unread} new messages`}`}
      aria-expanded={isOpen}
      data-tip={`Chat  ${keysText(CHAT_KEYS)}`}
      data-tip-side="end"
      onClick={() => desk.panel.set(isOpen ? undefined : "chat")}
    >
      <Icon of={MessageSquare} size={18} />
      {unread > 0 && (
        <span className="badge figures" aria-hidden="true">
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </button>
  );
}
