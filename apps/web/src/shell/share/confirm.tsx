import { useEffect, useRef } from "react";
import { COMMON } from "../../words/common.ts";

interface ConfirmProps {
  /** What is about to be lost. */
  readonly question: string;
  readonly action: string;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/** Asks in the place of what would be taken away. */
export function Confirm({ question, action, confirm, cancel }: ConfirmProps) {
  const keep = useRef<HTMLButtonElement>(null);
  // The key that asked for it must not also confirm it.
  useEffect(() => keep.current?.focus(), []);
  return (
    <div className="confirm" role="group" aria-label={question}>
      <p>{question}</p>
      <div className="actions">
        <button type="button" className="button danger" onClick={confirm}>
          {action}
        </button>
        <button ref={keep} type="button" className="button outlined" onClick={cancel}>
          {COMMON.cancel}
        </button>
      </div>
    </div>
  );
}
