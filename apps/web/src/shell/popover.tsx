import { Fragment, type ReactNode, type ToggleEvent, useEffect, useRef, useState } from "react";

interface PopoverProps {
  /** The same as the opening button's `popoverTarget`. */
  readonly id: string;
  readonly label: string;
  /** Which edge of the button it keeps to. */
  readonly align: "start" | "end";
  readonly role?: "dialog" | "menu";
  readonly className?: string;
  /** Pixels, the most the stylesheet has for it: it is placed before it is laid out. */
  readonly width?: number;
  /** Rendered only while open: closed panels cost nothing. */
  readonly children: () => ReactNode;
}

const EDGE = 12;
const GAP = 6;

/** A native popover below its button: top layer, Escape and click-away come with the element. */
export function Popover({ id, label, align, role = "dialog", className = "", width = 300, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  /** Opened again before the browser has told that it was closed, it begins anew all the same. */
  const [opens, setOpens] = useState(0);

  useEffect(() => {
    if (!isOpen) return undefined;
    const replace = (): void => {
      const button = buttonOf(id);
      if (button !== null && ref.current !== null) place(ref.current, button.getBoundingClientRect(), align, width);
    };
    addEventListener("resize", replace);
    return () => removeEventListener("resize", replace);
  }, [isOpen, id, align, width]);

  function beforeToggle(event: ToggleEvent<HTMLDivElement>): void {
    if (event.target !== ref.current) return;
    const button = buttonOf(id);
    // Browsers tell readers, but not stylesheets, that the button's panel is open.
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return;
    setIsOpen(true);
    setOpens((count) => count + 1);
    if (button !== null) place(ref.current, button.getBoundingClientRect(), align, width);
  }

  return (
    <div
      ref={ref}
      id={id}
      popover="auto"
      role={role}
      aria-label={label}
      className={`panel ${className}`}
      onBeforeToggle={beforeToggle}
      onToggle={(event) => event.target === ref.current && setIsOpen(event.newState === "open")}
    >
      {isOpen ? <Fragment key={opens}>{children()}</Fragment> : null}
    </div>
  );
}

const buttonOf = (id: string): Element | null => document.querySelector(`[popovertarget="${id}"]`);

/** Places a popover by its button without knowing its size, so it can be done before it is shown. */
function place(panel: HTMLElement, button: DOMRect, align: "start" | "end", width: number): void {
  const { style } = panel;
  const { clientWidth, clientHeight } = document.documentElement;
  const [side, other] = align === "start" ? (["left", "right"] as const) : (["right", "left"] as const);
  const away = align === "start" ? button.left : clientWidth - button.right;
  style[side] = `${Math.max(EDGE, Math.min(away, clientWidth - EDGE - width))}px`;
  style[other] = "auto";
  const below = clientHeight - button.bottom;
  if (below >= 300 || below >= button.top) {
    style.top = `${button.bottom + GAP}px`;
    style.bottom = "auto";
    style.maxHeight = `${below - GAP - EDGE}px`;
  } else {
    style.top = "auto";
    style.bottom = `${below + button.height + GAP}px`;
    // A phone's keyboard may have pushed the top of the page out of sight.
    style.maxHeight = `${button.top - GAP - EDGE - (visualViewport?.offsetTop ?? 0)}px`;
  }
}
