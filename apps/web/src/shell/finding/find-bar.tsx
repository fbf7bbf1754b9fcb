import { CaseSensitive, ChevronDown, ChevronUp, type LucideIcon, Replace, WholeWord, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Writing } from "../../page.ts";
import { COMMON } from "../../words/common.ts";
import { FINDING } from "../../words/finding.ts";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { isPressed } from "../keys-text.ts";
import { useEditor } from "../use-editor.ts";
import { useStore } from "../use-store.ts";
import { Search } from "./search.ts";

const LONGEST_SELECTION = 200;

/** What was looked for last, for the next time. */
let last = "";

interface FindProps {
  readonly writing: Writing;
  readonly desk: Desk;
}

/** Find and replace, in a corner where it covers few words. It is here at once: no key of what is looked for goes into the text. */
export function FindBar({ writing, desk }: FindProps) {
  const isOpen = useStore(desk.finding, (finding) => finding !== "closed");
  return isOpen && <FindForm writing={writing} desk={desk} />;
}

function FindForm({ writing, desk }: FindProps) {
  const { editor } = writing;
  const field = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState<Search>();
  const [text, setText] = useState(() => selectedText(writing) || last);
  const [isCaseSensitive, setIsCaseSensitive] = useState(false);
  const [isWhole, setIsWhole] = useState(false);
  const [replacement, setReplacement] = useState("");
  const [done, setDone] = useState("");
  const finding = useStore(desk.finding);
  const isEditable = useEditor(editor, ({ isEditable }) => isEditable);

  useEffect(() => {
    const made = new Search(editor);
    setSearch(made);
    return () => made.destroy();
  }, [editor]);

  useEffect(() => {
    last = text;
    setDone("");
    search?.look({ text, isCaseSensitive, isWhole });
  }, [search, text, isCaseSensitive, isWhole]);

  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent): void => {
      const isForward = event.key === "F3" ? !event.shiftKey : isPressed(event, "Mod-g");
      if (!isForward && event.key !== "F3" && !isPressed(event, "Mod-Shift-g")) return;
      event.preventDefault();
      search?.go(isForward ? 1 : -1);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [search]);

  function close(): void {
    search?.select();
    desk.finding.set("closed");
  }

  function pressed(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    else if (isPressed(event.nativeEvent, "Mod-f")) {
      // Whoever presses it twice wants the browser's own.
      if (document.activeElement === field.current) event.stopPropagation();
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const isReplacing = finding === "replace" && isEditable;
  return (
    <search className="find-bar" aria-label={FINDING.label} onKeyDown={pressed}>
      <form
        className="find-row"
        onSubmit={(event) => {
          event.preventDefault();
          search?.go(1);
        }}
      >
        <input
          ref={field}
          type="text"
          className="field"
          aria-label={FINDING.find}
          placeholder={FINDING.find}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            search?.go(-1);
          }}
        />
        {search !== undefined && <Count search={search} text={text} />}
        <Switch icon={CaseSensitive} label={FINDING.matchCase} isOn={isCaseSensitive} set={setIsCaseSensitive} />
        <Switch icon={WholeWord} label={FINDING.wholeWords} isOn={isWhole} set={setIsWhole} />
        <Step icon={ChevronUp} label={FINDING.previous} tip={FINDING.previousTip} run={() => search?.go(-1)} />
        <Step icon={ChevronDown} label={FINDING.next} tip={FINDING.nextTip} run={() => search?.go(1)} />
        {isEditable && (
          <button
            type="button"
            className="button"
            aria-label={FINDING.findAndReplace}
            aria-expanded={isReplacing}
            data-tip={isReplacing ? FINDING.onlyFind : FINDING.findAndReplace}
            onClick={() => desk.finding.set(isReplacing ? "find" : "replace")}
          >
            <Icon of={Replace} />
          </button>
        )}
        <Step icon={X} label={COMMON.close} tip={COMMON.closeTip} run={close} />
      </form>
      {isReplacing && (
        <form
          className="find-row"
          onSubmit={(event) => {
            event.preventDefault();
            search?.replace(replacement);
          }}
        >
          <input
            type="text"
            className="field"
            aria-label={FINDING.replaceWith}
            placeholder={FINDING.replaceWith}
            autoComplete="off"
            value={replacement}
            onChange={(event) => setReplacement(event.target.value)}
          />
          <button type="submit" className="button outlined" disabled={text === ""}>
            {FINDING.replace}
          </button>
          <button
            type="button"
            className="button outlined"
            disabled={text === ""}
            onClick={() => setDone(FINDING.replaced(search?.replaceAll(replacement) ?? 0))}
          >
            {FINDING.replaceAll}
          </button>
        </form>
      )}
      <p className="find-done" role="status">
        {done}
      </p>
    </search>
  );
}

function Count({ search, text }: { readonly search: Search; readonly text: string }) {
  const { count, at } = useStore(search.standing);
  return (
    <span className="find-count figures" role="status">
      {text === "" ? "" : count === 0 ? FINDING.none : FINDING.standing(at, count)}
    </span>
  );
}

interface SwitchProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly isOn: boolean;
  readonly set: (isOn: boolean) => void;
}

function Switch({ icon, label, isOn, set }: SwitchProps) {
  return (
    <button
      type="button"
      className="button"
      aria-label={label}
      aria-pressed={isOn}
      data-tip={label}
      onClick={() => set(!isOn)}
    >
      <Icon of={icon} />
    </button>
  );
}

interface StepProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly tip: string;
  readonly run: () => void;
}

function Step({ icon, label, tip, run }: StepProps) {
  return (
    <button type="button" className="button" aria-label={label} data-tip={tip} data-tip-side="end" onClick={run}>
      <Icon of={icon} />
    </button>
  );
}

/** A stretch of one line is what people mean to look for. */
function selectedText({ editor: { state } }: Writing): string {
  const { from, to, $from, $to } = state.selection;
  const text = $from.sameParent($to) ? state.doc.textBetween(from, to, "\n", "\n") : "";
  return text.length > LONGEST_SELECTION || text.includes("\n") ? "" : text;
}
