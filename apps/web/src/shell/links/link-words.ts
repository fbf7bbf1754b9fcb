import type { EditorView } from "@tiptap/pm/view";
import { useEffect, useState } from "react";
import type { ListedDocument } from "../../api.ts";
import { destinationOf } from "../../follow-link.ts";
import { LINKS } from "../../words/links.ts";
import { titleWords } from "../documents/document-row.tsx";
import { askList, recallList } from "../documents/use-documents.ts";

/** What a link is called where there is room for a line: a document of ours by its title, a block by its words. */
export function useLinkWords(href: string, view: EditorView): string {
  const destination = destinationOf(href);
  const document = destination.kind === "document" ? destination.document : undefined;
  const [title, setTitle] = useState(() => titleIn(recallList(), document));
  useEffect(() => {
    if (document === undefined) return undefined;
    let isOver = false;
    setTitle(titleIn(recallList(), document));
    void askList().then((list) => isOver || setTitle(titleIn(list, document)));
    return () => {
      isOver = true;
    };
  }, [document]);
  if (destination.kind === "block") return wordsOfBlock(view, destination.id);
  return title ?? plainAddress(href);
}

function titleIn(list: ReturnType<typeof recallList>, document: string | undefined): string | undefined {
  const listed: readonly ListedDocument[] = list.kind === "listed" ? list.documents : [];
  const row = listed.find((each) => each.document === document);
  return row === undefined ? undefined : titleWords(row.title);
}

function wordsOfBlock(view: EditorView, id: string): string {
  const words = view.dom.querySelector(`[data-id="${CSS.escape(id)}"]`)?.textContent.trim();
  return words === undefined || words === "" ? LINKS.placeHere : words.slice(0, 120);
}

/** Without what every address begins with. */
const plainAddress = (href: string): string =>
  href.replace(/^(?:https?:\/\/(?:www\.)?|mailto:)/i, "").replace(/^([^/?#]+)\/$/, "$1");
