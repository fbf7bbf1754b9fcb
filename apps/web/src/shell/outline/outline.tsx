import { lazy, Suspense } from "react";
import type { Writing } from "../../page.ts";
import type { Desk } from "../desk.ts";
import { useStore } from "../use-store.ts";

const OutlinePanel = lazy(() => import("./outline-panel.tsx").then((module) => ({ default: module.OutlinePanel })));

/** The headings, and how much there is, beside the text. */
export function Outline({ writing, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const isOpen = useStore(desk.panel, (panel) => panel === "outline");
  if (!isOpen) return null;
  return (
    <Suspense>
      <OutlinePanel writing={writing} desk={desk} />
    </Suspense>
  );
}
