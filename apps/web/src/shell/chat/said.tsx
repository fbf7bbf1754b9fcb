import type { Message } from "@sheaf/editor/chat";
import { Trash2 } from "lucide-react";
import { memo } from "react";
import { followLink } from "../../follow-link.ts";
import { Icon } from "../icon.tsx";
import { type Part, partsOf } from "./message-parts.ts";

interface SaidProps {
  readonly message: Message;
  /** Said again to those who hear one message at a time. */
  readonly author: string;
  readonly me: string;
  readonly isPending: boolean;
  readonly remove: ((message: Message) => void) | undefined;
}

/** A message never changes, so only what is around it is compared. */
export const Said = memo(
  SaidOnce,
  (before, now) =>
    before.author === now.author &&
    before.me === now.me &&
    before.isPending === now.isPending &&
    before.remove === now.remove,
);

function SaidOnce({ message, author, me, isPending, remove }: SaidProps) {
  return (
    <div className="chat-message">
      {author !== "" && <span className="unseen">{author}: </span>}
      <p dir="auto">
        {partsOf(message.text, message.mentions).map((part, index) => (
          <Words key={index} part={part} me={me} />
        ))}
      </p>
      {isPending && <p className="chat-pending">Not sent yet</p>}
      {remove !== undefined && (
        <button
          type="button"
          className="button"
          aria-label="Delete your message"
          data-tip="Delete"
          data-tip-side="end"
          onClick={(event) => {
            // The button goes with the message.
            event.currentTarget.closest<HTMLElement>(".chat-log")?.focus({ preventScroll: true });
            remove(message);
          }}
        >
          <Icon of={Trash2} size={14} />
        </button>
      )}
    </div>
  );
}

function Words({ part, me }: { readonly part: Part; readonly me: string }) {
  switch (part.kind) {
    case "words":
      return part.text;
    case "mention":
      return (
        <span className="chat-mention" data-me={part.text === `@${me}` || undefined}>
          {part.text}
        </span>
      );
    case "link":
      return (
        <a
          href={part.href}
          rel="noopener noreferrer"
          onClick={(event) => {
            event.preventDefault();
            followLink(part.href, event.ctrlKey || event.metaKey);
          }}
        >
          {part.text}
        </a>
      );
  }
}
