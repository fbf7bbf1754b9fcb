import { commands, markAround, safeHref } from "@sheaf/editor";
import type { Editor } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";
import { Copy, ExternalLink, Pencil, Unlink } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { destinationOf, followLink } from "../../follow-link.ts";
import type { Writing } from "../../page.ts";
import { LINKS } from "../../words/links.ts";
import { keepFocus } from "../action-button.tsx";
import { CopyButton } from "../copy-button.tsx";
import type { Desk } from "../desk.ts";
import { Icon } from "../icon.tsx";
import { isPressed, keysText, OPEN_LINK_KEYS } from "../keys-text.ts";
import { placeBelow, placeBubble } from "../place-bubble.ts";
import { rove } from "../roving.ts";
import { hrefOf } from "../selection-facts.ts";
import { type CardKind, useCard } from "../use-card.ts";
import { useStore } from "../use-store.ts";
import { LinkForm } from "./link-form.tsx";
import { useLinkWords } from "./link-words.ts";

const ADDRESSES: CardKind = { selector: "a", atCaret: linkAtCaret };

/**
 * Where a link leads, beside it: for the one under the pointer, or with the caret in it. Alt+F10 goes there. In its
 * place, when asked for, a field for the address.
 */
export function LinkBox({ writing: { editor }, desk }: { readonly writing: Writing; readonly desk: Desk }) {
  const isForm = useStore(desk.linking);
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useCard(editor, box, ADDRESSES);
  // What is found by the selector is one.
  const link = shown?.element as HTMLAnchorElement | undefined;

  useEffect(() => {
    const { dom } = editor.view;
    const pressed = (event: globalThis.KeyboardEvent): void => {
      const href = safeHref(hrefOf(editor.state));
      if (event.defaultPrevented) return;
      if (isPressed(event, "Mod-k") && canLink(editor)) {
        event.preventDefault();
        desk.linking.set(true);
      } else if (isPressed(event, OPEN_LINK_KEYS) && href !== null) {
        event.preventDefault();
        followLink(href, false);
      }
    };
    dom.addEventListener("keydown", pressed);
    return () => dom.removeEventListener("keydown", pressed);
  }, [editor, desk]);

  useLayoutEffect(() => {
    if (box.current === null) return;
    if (isForm) placeBubble(box.current, editor);
    else if (link !== undefined) placeBelow(box.current, link);
  }, [editor, isForm, link]);

  const leave = useCallback(() => {
    setShown(undefined);
    desk.linking.set(false);
    editor.view.focus();
  }, [editor, desk, setShown]);

  if (!isForm && link === undefined) return null;
  return (
    <div
      ref={box}
      className="bubble"
      role={isForm ? "group" : "toolbar"}
      aria-label={LINKS.link}
      onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => {
        if (event.key === "Escape") {
          event.preventDefault();
          leave();
        } else if (!isForm) rove(event, "row");
      }}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        desk.linking.set(false);
        setShown(undefined);
      }}
    >
      {isForm ? (
        <LinkForm editor={editor} done={leave} />
      ) : (
        link !== undefined && (
          <LinkCard
            key={link.href}
            editor={editor}
            link={link}
            edit={() => {
              select(editor, link, "whole");
              desk.linking.set(true);
            }}
            remove={() => {
              select(editor, link, "start");
              commands.unlink.run(editor.state, editor.view.dispatch);
              leave();
            }}
          />
        )
      )}
    </div>
  );
}

interface LinkCardProps {
  readonly editor: Editor;
  readonly link: HTMLAnchorElement;
  readonly edit: () => void;
  readonly remove: () => void;
}

function LinkCard({ editor, link, edit, remove }: LinkCardProps) {
  const href = link.getAttribute("href") ?? "";
  const words = useLinkWords(href, editor.view);
  const { kind } = destinationOf(href);
  return (
    <>
      {href === "" ? (
        <span className="link-words">{LINKS.cannotOpen}</span>
      ) : (
        <a
          className="link-words"
          data-stop=""
          tabIndex={0}
          href={href}
          title={href}
          aria-label={LINKS.openWhat(words)}
          rel="noopener noreferrer"
          onMouseDown={keepFocus}
          onClick={(event) => {
            event.preventDefault();
            followLink(href, event.ctrlKey || event.metaKey || event.shiftKey);
          }}
        >
          {kind === "elsewhere" && <Icon of={ExternalLink} size={14} />}
          <span>{words}</span>
        </a>
      )}
      {href !== "" && (
        <CopyButton
          className="button"
          label={LINKS.copyAddress}
          done={LINKS.addressCopied}
          isStop
          read={() => link.href}
        >
          <Icon of={Copy} />
        </CopyButton>
      )}
      {editor.isEditable && (
        <>
          <button
            type="button"
            className="button"
            data-stop=""
            data-tip={`${LINKS.edit}  ${keysText("Mod-k")}`}
            aria-label={LINKS.edit}
            tabIndex={-1}
            onMouseDown={keepFocus}
            onClick={edit}
          >
            <Icon of={Pencil} />
          </button>
          <button
            type="button"
            className="button"
            data-stop=""
            data-tip={LINKS.remove}
            data-tip-side="end"
            aria-label={LINKS.remove}
            tabIndex={-1}
            onMouseDown={keepFocus}
            onClick={remove}
          >
            <Icon of={Unlink} />
          </button>
        </>
      )}
    </>
  );
}

/** Words are selected, or the caret is in a link: there is something to give an address to. */
export const canLink = ({ isEditable, state }: Editor): boolean =>
  isEditable && ((!state.selection.empty && state.selection instanceof TextSelection) || hrefOf(state) !== "");

function linkAtCaret({ view, state }: Editor): HTMLAnchorElement | null {
  if (!state.selection.empty || hrefOf(state) === "") return null;
  // On its right side, where the link begins; on the left, where it ends.
  for (const side of [1, -1]) {
    const { node, offset } = view.domAtPos(state.selection.head, side);
    const at = node instanceof Element ? (node.childNodes[offset] ?? node) : node;
    const link = (at instanceof Element ? at : at.parentElement)?.closest("a") ?? null;
    if (link !== null && view.dom.contains(link)) return link;
  }
  return null;
}

function select({ view }: Editor, link: HTMLAnchorElement, which: "whole" | "start"): void {
  const { doc, schema, tr } = view.state;
  const type = schema.marks["link"];
  const start = view.posAtDOM(link, 0);
  const range = type === undefined ? null : markAround(doc.resolve(start), type);
  if (range === null) return;
  view.dispatch(tr.setSelection(TextSelection.create(doc, range.from, which === "whole" ? range.to : range.from)));
}
