import type { Editor } from "@tiptap/core";
import { X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import type { Desk, Panel } from "./desk.ts";
import { Icon } from "./icon.tsx";
import { isTouchLayout, useTouchLayout } from "./touch-bar.tsx";
import { useFoot } from "./use-foot.ts";

/** Narrower than this a panel lies over the text. */
const drawer = matchMedia("(max-width: 1099px)");
export const isOverText = (): boolean => drawer.matches;

interface SidePanelProps {
  readonly panel: Panel;
  readonly label: string;
  readonly editor: Editor;
  readonly desk: Desk;
  /** Something to write in: Escape leads to the text, and the panel stays where there is room for both. */
  readonly isForWriting?: boolean;
  readonly children: ReactNode;
}

/** Beside the text, one at a time; in a narrow window over it. */
export function SidePanel({ panel, label, editor, desk, isForWriting = false, children }: SidePanelProps) {
  const ref = useRef<HTMLElement>(null);
  useFoot(ref, useTouchLayout());

  useLayoutEffect(() => {
    const element = ref.current;
    const { activeElement } = document;
    document.documentElement.setAttribute("data-panel", panel);
    if (element?.contains(activeElement) === false && activeElement !== editor.view.dom)
      element.querySelector("button")?.focus();
    return () => {
      document.documentElement.removeAttribute("data-panel");
      // Whoever was in it goes on writing; a finger that wants to read does not want a keyboard.
      if (element?.contains(document.activeElement) === true && !isTouchLayout()) editor.view.focus();
    };
  }, [editor, panel]);

  const close = (): void => desk.panel.set(undefined);

  function leave(): void {
    if (isForWriting && !isOverText()) editor.view.focus();
    else close();
  }

  return (
    <aside
      ref={ref}
      className="side-panel"
      data-panel={panel}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) leave();
      }}
    >
      <header className="side-panel-head">
        <h2>{label}</h2>
        <button
          type="button"
          className="button"
          aria-label="Close"
          data-tip={isForWriting ? "Close" : "Close  Esc"}
          data-tip-side="end"
          onClick={close}
        >
          <Icon of={X} size={18} />
        </button>
      </header>
      {children}
    </aside>
  );
}
