import { StrictMode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import type { Page, Writing } from "../page.ts";
import { BlockHandle } from "./blocks/block-handle.tsx";
import { useBlockLink } from "./blocks/use-block-link.ts";
import { Bubble } from "./bubble.tsx";
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
import { useStore } from "./use-store.ts";

/** Everything around the text. It never renders because somebody types. `whenThere` is called once it hears keys. */
export function mountShell(page: Page, whenThere: () => void): void {
  const bar = document.getElementById("bar");
  if (bar === null) throw new Error("index.html has no #bar");
  createRoot(bar).render(
    <StrictMode>
      <Shell page={page} whenThere={whenThere} />
    </StrictMode>,
  );
}

function Shell({ page, whenThere }: { readonly page: Page; readonly whenThere: () => void }) {
  const [desk] = useState(createDesk);
  usePageKeys(page, desk);
  // Effects run from the inside out: all that listens does by now.
  useEffect(whenThere, [whenThere]);
  const surface = document.getElementById("surface");
  return (
    <>
      <TopBar page={page} desk={desk} />
      <Notices page={page} />
      {surface !== null &&
        createPortal(
          <>
            <Formatting page={page} desk={desk} />
            <ShortcutSheet page={page} desk={desk} />
            <Palette page={page} desk={desk} />
          </>,
          surface,
        )}
    </>
  );
}

function Formatting({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  const view = useStore(page.view);
  return view.kind === "text" ? <Tools page={page} desk={desk} writing={view.writing} /> : null;
}

interface ToolsProps {
  readonly page: Page;
  readonly desk: Desk;
  readonly writing: Writing;
}

function Tools({ page, desk, writing }: ToolsProps) {
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
      <Following page={page} writing={writing} desk={desk} />
      <Announcements page={page} writing={writing} />
      <PictureBar writing={writing} />
      <Suggestions page={page} writing={writing} />
    </>
  );
}
