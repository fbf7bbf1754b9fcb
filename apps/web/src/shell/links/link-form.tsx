import { commands, completeAddress, markAround, safeHref, setLink } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { Check, ExternalLink, Unlink } from "lucide-react";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { LINKS } from "../../words/links.ts";
import { Icon } from "../icon.tsx";
import { hrefOf } from "../selection-facts.ts";

/** The address of a link, where the link is. Enter puts it there, an empty field takes it away. */
export function LinkForm({ editor, done }: { readonly editor: Editor; readonly done: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [existing] = useState(() => hrefOf(editor.state));
  const [text, setText] = useState(existing);
  const [isWrong, setIsWrong] = useState(false);

  useEffect(() => {
    field.current?.select();
    return showLinking(editor);
  }, [editor]);

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const { state, dispatch } = editor.view;
    const href = completeAddress(text);
    if (href === "" ? commands.unlink.run(state, dispatch) || true : setLink(href)(state, dispatch)) done();
    else setIsWrong(true);
  }

  const safe = safeHref(existing);
  return (
    <form className="link-form" onSubmit={submit}>
      <input
        ref={field}
        className="field"
        value={text}
        placeholder={LINKS.addressHint}
        aria-label={LINKS.address}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? "link-problem" : undefined}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setIsWrong(false);
        }}
      />
      {isWrong && (
        <span id="link-problem" className="unseen" role="alert">
          {LINKS.notAnAddress}
        </span>
      )}
      <button type="submit" className="button" aria-label={LINKS.set} data-tip={LINKS.setTip}>
        <Icon of={Check} />
      </button>
      {existing !== "" && (
        <>
          {safe !== null && (
            <a
              className="button"
              href={safe}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={LINKS.open}
              data-tip={LINKS.openTip}
            >
              <Icon of={ExternalLink} />
            </a>
          )}
          <button
            type="button"
            className="button"
            aria-label={LINKS.remove}
            data-tip={LINKS.remove}
            onClick={() => {
              commands.unlink.run(editor.state, editor.view.dispatch);
              done();
            }}
          >
            <Icon of={Unlink} />
          </button>
        </>
      )}
    </form>
  );
}

/** Keeps the words marked while the focus, and with it the selection, is in the field. */
function showLinking({ view }: Editor): () => void {
  if (!("highlights" in CSS)) return () => {};
  const { selection, schema } = view.state;
  const type = schema.marks["link"];
  const around = selection.empty && type !== undefined ? markAround(selection.$from, type) : null;
  const { from, to } = around ?? selection;
  const start = view.domAtPos(from);
  const end = view.domAtPos(to);
  const range = new Range();
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  CSS.highlights.set("linking", new Highlight(range));
  return () => void CSS.highlights.delete("linking");
}
