import { describePicture, MAX_ALT_LENGTH, pictureIn } from "@sheaf/editor";
import { Captions, Check } from "lucide-react";
import { type KeyboardEvent, type SubmitEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Writing } from "../page.ts";
import { PICTURES } from "../words/pictures.ts";
import { ActionButton, keepFocus } from "./action-button.tsx";
import { PICTURE_ACTIONS } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { ALT_TEXT_KEYS, keysText } from "./keys-text.ts";
import { placeOver } from "./place-bubble.ts";
import { rove, stopsIn } from "./roving.ts";
import { useEditor } from "./use-editor.ts";

/** Over a picture that is selected: what it shows, how wide it is, and away with it. Alt+F10 goes there. */
export function PictureBar({ writing }: { readonly writing: Writing }) {
  const { editor } = writing;
  const ref = useRef<HTMLDivElement>(null);
  /** The picture whose alt text is being written; undefined while none is. */
  const [described, setDescribed] = useState<number>();
  /** The focus is neither in the text nor in here. */
  const [isElsewhere, setElsewhere] = useState(() => !editor.view.hasFocus());
  const position = useEditor(editor, ({ state, isEditable }) =>
    isEditable && !isElsewhere ? (pictureIn(state)?.position ?? -1) : -1,
  );
  const shown = useEditor(editor, ({ state }) => Number(pictureIn(state)?.node.attrs["shown"] ?? 0));
  const isDescribing = described === position;

  useLayoutEffect(() => {
    const picture = position < 0 ? null : editor.view.nodeDOM(position);
    if (ref.current !== null && picture instanceof HTMLElement) placeOver(ref.current, picture);
  }, [editor, position, shown, isDescribing]);

  useEffect(() => {
    const { dom } = editor.view;
    const open = (): void => setDescribed(pictureIn(editor.state)?.position);
    const pressed = (event: globalThis.KeyboardEvent): void => {
      if (pictureIn(editor.state) === null || !event.altKey) return;
      const isMod = event.ctrlKey || event.metaKey;
      if (event.code === "KeyY" && isMod) open();
      else if (event.key === "F10" && ref.current !== null) stopsIn(ref.current)[0]?.focus();
      else return;
      event.preventDefault();
    };
    const clickedTwice = (event: MouseEvent): void => {
      if (event.target instanceof Element && event.target.closest(".picture") !== null) open();
    };
    // Not when it leaves: between two elements it is nowhere for a moment.
    const focused = ({ target }: FocusEvent): void => {
      const isIn = target instanceof Node && (dom.contains(target) || ref.current?.contains(target) === true);
      setElsewhere(!isIn);
    };
    document.addEventListener("focusin", focused);
    dom.addEventListener("keydown", pressed);
    dom.addEventListener("dblclick", clickedTwice);
    return () => {
      document.removeEventListener("focusin", focused);
      dom.removeEventListener("keydown", pressed);
      dom.removeEventListener("dblclick", clickedTwice);
    };
  }, [editor]);

  const leave = useCallback(() => {
    setDescribed(undefined);
    editor.view.focus();
  }, [editor]);

  if (position < 0) return null;

  function pressedInside(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    } else if (!isDescribing) rove(event, "row");
  }

  return (
    <div
      ref={ref}
      className="bubble"
      role={isDescribing ? "group" : "toolbar"}
      aria-label={isDescribing ? PICTURES.altText : PICTURES.picture}
      onKeyDown={pressedInside}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setDescribed(undefined);
      }}
    >
      {isDescribing ? (
        <AltForm writing={writing} done={leave} />
      ) : (
        <>
          <button
            type="button"
            className="button"
            data-stop=""
            data-tip={`${PICTURES.altText}  ${keysText(ALT_TEXT_KEYS)}`}
            tabIndex={0}
            onMouseDown={keepFocus}
            onClick={() => setDescribed(position)}
          >
            <Icon of={Captions} />
            {PICTURES.altText}
          </button>
          <span className="bubble-rule" />
          {PICTURE_ACTIONS.map((action) => (
            <ActionButton key={action.name} writing={writing} action={action} />
          ))}
        </>
      )}
    </div>
  );
}

/** What the picture shows, for those who do not see it. Enter keeps it. */
function AltForm({ writing: { editor }, done }: { readonly writing: Writing; readonly done: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => String(pictureIn(editor.state)?.node.attrs["alt"] ?? ""));
  useEffect(() => field.current?.select(), []);

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    describePicture(text)(editor.state, editor.view.dispatch);
    done();
  }

  return (
    <form className="link-form" onSubmit={submit}>
      <input
        ref={field}
        className="field"
        value={text}
        maxLength={MAX_ALT_LENGTH}
        placeholder={PICTURES.altTextHint}
        aria-label={PICTURES.altText}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      <button
        type="submit"
        className="button"
        aria-label={PICTURES.keepAltText}
        data-tip={PICTURES.keepTip}
        onMouseDown={keepFocus}
      >
        <Icon of={Check} />
      </button>
    </form>
  );
}
