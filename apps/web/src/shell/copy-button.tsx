import { Check } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { copyText } from "../clipboard.ts";
import { COMMON } from "../words/common.ts";
import { keepFocus } from "./action-button.tsx";
import { Icon } from "./icon.tsx";

interface CopyButtonProps {
  readonly className: string;
  readonly read: () => string;
  readonly done: string;
  /** For a button that is only a picture: its name, also its tooltip. */
  readonly label?: string;
  /** As one of a menu. */
  readonly role?: "menuitem";
  /** As one of a menu or toolbar, in which arrow keys move. */
  readonly isStop?: boolean;
  readonly children: ReactNode;
}

const SHOWN_MILLIS = 2_000;

/** Copies, and says in its own place that it did, or that the browser does not allow it. */
export function CopyButton({
  className,
  read,
  done,
  label,
  role,
  isStop = role !== undefined,
  children,
}: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed">();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MILLIS);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy(): Promise<void> {
    setOutcome((await copyText(read())) ? "copied" : "failed");
  }

  const words = outcome === "copied" ? done : outcome === "failed" ? COMMON.copyRefused : "";
  return (
    <button
      type="button"
      className={className}
      role={role}
      data-stop={isStop ? "" : undefined}
      tabIndex={isStop ? -1 : undefined}
      aria-label={label}
      data-tip={label === undefined ? undefined : words || label}
      data-tip-shown={outcome !== undefined}
      onMouseDown={isStop ? keepFocus : undefined}
      onClick={() => void copy()}
    >
      {outcome === "copied" ? <Icon of={Check} /> : label === undefined ? null : children}
      {label === undefined && (words || children)}
      <span className="unseen" aria-live="polite">
        {words}
      </span>
    </button>
  );
}
