import { StrictMode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import type { Page, Writing } from "../page.ts";
import { BlockHandle } from "./blocks/block-handle.tsx";
import { useBlockLink } from "./blocks/use-block-link.ts";
import { Bubble } from "./bubble.tsx";
import { type Chat, createChat } from "./chat/chat.ts";
import { ChatPanel } from "./chat/chat-panel.tsx";
import { Palette } from "./command-palette/palette.tsx";
import { createDesk, type Desk } from "./desk.ts";
import { FindBar } from "./finding/find-bar.tsx";
import { FixedToolbar } from "./fixed-toolbar.tsx";
import { FootnoteCard } from "./footnotes/footnote-card.tsx";
import { LinkBox } from "./links/link-box.tsx";
import { Notices } from "./notices.tsx";
import { Outline } from "./outline/outline.tsx";
import { PictureBar } from "./picture-bar.tsx";
import { ShortcutSheet } from "./shortcut-sheet.tsx";
import { Suggestions } from "./suggest/suggestions.tsx";
import { TableTools } from "./tables/table-tools.tsx";
import { Announcements } from "./together/announcements.tsx";
import { Following } from "./together/following.tsx";
import { TopBar } from "./top-bar.tsx";
import { TouchBar, useTouchLayout } from "./touch-bar.tsx";
import { usePageKeys } from "./use-page-keys.ts";
import { setTypefaces } from "./typefaces.ts";
import { useStore } from "./use-store.ts";

/** Everything around the text. It never renders because somebody types. `whenThere` is called once it hears keys. */
export function mountShell(page: Page, whenThere: () => void): void {
  const bar = document.getElementById("bar");
  if (bar === null) throw new Error("index.html has no #bar");
  setTypefaces();
  const chat = createChat(page);
  createRoot(bar).render(
    <StrictMode>
      <Shell page={page} chat={chat} whenThere={whenThere} />
    </StrictMode>,
  );
}

interface ShellProps {
  readonly page: Page;
  readonly chat: Chat;
  readonly whenThere: () => void;
}

function Shell({ page, chat, whenThere }: ShellProps) {
  const [desk] = useState(createDesk);
  usePageKeys(page, desk);
  // Effects run from the inside out: all that listens does by now.
  useEffect(whenThere, [whenThere]);
  const surface = document.getElementById("surface");
  return (
    <>
      <TopBar page={page} chat={chat} desk={desk} />
      <Notices page={page} />
      {surface !== null &&
        createPortal(
          <>
            <Formatting page={page} chat={chat} desk={desk} />
            <ShortcutSheet page={page} desk={desk} />
            <Palette page={page} desk={desk} />
          </>,
          surface,
        )}
    </>
  );
}

interface FormattingProps {
  readonly page: Page;
  readonly chat: Chat;
  readonly desk: Desk;
}

function Formatting(props: FormattingProps) {
  const view = useStore(props.page.view);
  return view.kind === "text" ? <Tools {...props} writing={view.writing} /> : null;
}

function Tools({ page, chat, desk, writing }: FormattingProps & { readonly writing: Writing }) {
  const isTouch = useTouchLayout();
  const toolbar = useStore(page.appearance.toolbar);
  useBlockLink(page, writing);
  return (
    <>
      {isTouch ? (
        <TouchBar writing={writing} desk={desk} />
      ) : (
        <>
          <BlockHandle writing={writing} />
          {toolbar === "always" ? (
            <FixedToolbar writing={writing} desk={desk} />
          ) : (
            <Bubble writing={writing} desk={desk} />
          )}
          <TableTools writing={writing} />
        </>
      )}
      <LinkBox writing={writing} desk={desk} />
      <FootnoteCard writing={writing} />
      <FindBar writing={writing} desk={desk} />
      <Outline writing={writing} desk={desk} />
      <ChatPanel page={page} writing={writing} chat={chat} desk={desk} />
      <Following page={page} writing={writing} desk={desk} />
      <Announcements page={page} writing={writing} chat={chat} desk={desk} />
      <PictureBar writing={writing} />
      <Suggestions page={page} writing={writing} />
    </>
  );
}
