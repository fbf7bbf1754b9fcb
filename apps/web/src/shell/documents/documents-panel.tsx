import { ArrowLeft, Search, SquarePen, Trash2, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Answer, type ListedDocument, purgeDocument, restoreDocument, trashDocument } from "../../api.ts";
import type { Page } from "../../page.ts";
import { forgetLast } from "../../route.ts";
import { COMMON } from "../../words/common.ts";
import { DOCUMENTS } from "../../words/documents.ts";
import { Icon } from "../icon.tsx";
import { fold } from "../match.ts";
import { rove, stopsIn } from "../roving.ts";
import { useTouchLayout } from "../touch-bar.tsx";
import { useProvider, useStore } from "../use-store.ts";
import { ImportButton } from "./import-button.tsx";
import { DocumentRow, titleWords, TrashedRow } from "./document-row.tsx";
import { useDocuments } from "./use-documents.ts";

/** What was done last, and how to take it back. */
interface Done {
  readonly words: string;
  readonly undo?: (() => void) | undefined;
}

export function DocumentsPanel({ page, close }: { readonly page: Page; readonly close: () => void }) {
  const { documents, reload, act } = useDocuments();
  const isTouch = useTouchLayout();
  const [isTrash, setIsTrash] = useState(false);
  const [wanted, setWanted] = useState("");
  const [done, setDone] = useState<Done>();
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  /** Where the focus goes once the row that has it is gone. */
  const focusNext = useRef<number>(undefined);

  const all = useWithCurrent(page, documents.kind === "listed" ? documents.documents : []);
  const trashed = all.filter(({ isTrashed }) => isTrashed);
  const shown = (isTrash ? trashed : all.filter(({ isTrashed }) => !isTrashed)).filter(({ title }) =>
    isWanted(titleWords(title), wanted),
  );

  useEffect(() => {
    const index = focusNext.current;
    if (index === undefined || list.current === null) return;
    focusNext.current = undefined;
    const stops = stopsIn(list.current);
    (stops[Math.min(index, stops.length - 1)] ?? search.current)?.focus();
  }, [documents]);

  /** Does something to a row, says so, and leaves the focus where the row was. */
  async function change(answer: Answer<unknown>, document: ListedDocument, next: Done): Promise<void> {
    focusNext.current = shown.indexOf(document);
    const answered = await act(answer);
    setDone(answered.ok ? next : { words: answered.error.reason });
  }

  async function bringBack({ document }: ListedDocument): Answer<unknown> {
    const restored = await restoreDocument(document);
    // This page stopped following it when it went.
    if (restored.ok && document === page.provider.document) page.provider.connect();
    return restored;
  }

  async function purge({ document }: ListedDocument): Answer<unknown> {
    const purged = await purgeDocument(document);
    if (purged.ok && document === page.provider.document) page.trashed.set(false);
    return purged;
  }

  function moveToTrash(row: ListedDocument): void {
    forgetLast(row.document);
    const undo = (): void => void change(bringBack(row), row, { words: DOCUMENTS.isBack(titleWords(row.title)) });
    void change(trashDocument(row.document), row, { words: DOCUMENTS.isInTrash(titleWords(row.title)), undo });
  }

  function keysInSearch(event: KeyboardEvent<HTMLElement>): void {
    const [first] = list.current === null ? [] : stopsIn(list.current);
    if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Enter" && !isTrash) first?.click();
    else return;
    event.preventDefault();
  }

  /** Up from the first goes to the search: the two are one column. */
  function keysInList(event: KeyboardEvent<HTMLElement>): void {
    if (event.key !== "ArrowUp" || document.activeElement !== stopsIn(event.currentTarget)[0]) rove(event, "column");
    else {
      event.preventDefault();
      search.current?.focus();
    }
  }

  function goTo(trash: boolean): void {
    setIsTrash(trash);
    setWanted("");
    setDone(undefined);
    search.current?.focus();
  }

  return (
    <div className="documents-panel">
      <div className="documents-head">
        {isTrash && (
          <button type="button" className="button" aria-label={DOCUMENTS.backToDocuments} onClick={() => goTo(false)}>
            <Icon of={ArrowLeft} size={18} />
          </button>
        )}
        <h2>{isTrash ? DOCUMENTS.trash : DOCUMENTS.documents}</h2>
        {!isTrash && <ImportButton page={page} close={close} fail={(words) => setDone({ words })} />}
        {!isTrash && (
          <a className="button" href="/">
            <Icon of={SquarePen} /> {DOCUMENTS.new}
            <span className="unseen"> {DOCUMENTS.newWhat}</span>
          </a>
        )}
        <button type="button" className="button" aria-label={COMMON.close} onClick={close}>
          <Icon of={X} size={18} />
        </button>
      </div>
      <label className="documents-search">
        <Icon of={Search} />
        <input
          ref={search}
          type="text"
          className="field"
          role="searchbox"
          autoFocus={!isTouch}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          placeholder={DOCUMENTS.searchByTitle}
          aria-label={isTrash ? DOCUMENTS.searchTrash : DOCUMENTS.searchDocuments}
          value={wanted}
          onKeyDown={keysInSearch}
          onChange={(event) => setWanted(event.target.value)}
        />
      </label>
      {documents.kind === "listed" && documents.isOld && (
        <p className="documents-note" role="status">
          {DOCUMENTS.isOld}
        </p>
      )}
      <div ref={list} className="documents-list" onKeyDown={keysInList}>
        {documents.kind === "loading" && <Loading />}
        {documents.kind === "problem" && (
          <div className="documents-empty">
            <p role="alert">{DOCUMENTS.unreadable(documents.reason)}</p>
            <button type="button" className="button outlined" onClick={reload}>
              {COMMON.tryAgain}
            </button>
          </div>
        )}
        {documents.kind === "listed" && shown.length === 0 && (
          <p className="documents-empty">{emptyWords(isTrash, wanted)}</p>
        )}
        <ul role="list">
          {shown.map((row, index) =>
            isTrash ? (
              <TrashedRow
                key={row.document}
                row={row}
                isFirst={index === 0}
                restore={() => void change(bringBack(row), row, { words: DOCUMENTS.isBack(titleWords(row.title)) })}
                purge={() =>
                  void change(purge(row), row, {
                    words: DOCUMENTS.isDeleted(titleWords(row.title)),
                  })
                }
              />
            ) : (
              <DocumentRow
                key={row.document}
                row={row}
                isFirst={index === 0}
                isCurrent={row.document === page.provider.document}
                close={close}
                moveToTrash={() => moveToTrash(row)}
              />
            ),
          )}
        </ul>
      </div>
      <div className="documents-done" role="status">
        {done !== undefined && (
          <p>
            <span>{done.words}</span>
            {done.undo !== undefined && (
              <button type="button" className="button outlined" onClick={done.undo}>
                {COMMON.undo}
              </button>
            )}
          </p>
        )}
      </div>
      {!isTrash && (
        <div className="documents-foot">
          <button type="button" className="list-button" onClick={() => goTo(true)}>
            <Icon of={Trash2} />
            {DOCUMENTS.trash}
            {trashed.length > 0 && <span className="count figures">{trashed.length}</span>}
          </button>
        </div>
      )}
    </div>
  );
}

/** The document of this page as the page knows it: the list is some seconds behind, and knows nothing of a new one. */
function useWithCurrent(page: Page, listed: readonly ListedDocument[]): readonly ListedDocument[] {
  const title = useStore(page.title);
  const isShown = useStore(page.view, ({ kind }) => kind !== "opening");
  const isOut = useProvider(page.provider, ({ connection }) => connection === "stopped");
  const role = useProvider(page.provider, (state) => state.role);
  const { document } = page.provider;
  if (!isShown || isOut) return listed;
  if (listed.some((row) => row.document === document)) {
    return listed.map((row) => (row.document === document ? { ...row, title } : row));
  }
  // In no list yet: the server has nothing of it to throw away.
  return [{ document, title, edited: null, role: role ?? "viewer", isTrashed: false }, ...listed];
}

const isWanted = (title: string, wanted: string): boolean =>
  wanted.split(/\s+/).every((word) => fold(title).includes(fold(word)));

function emptyWords(isTrash: boolean, wanted: string): string {
  if (wanted.trim() !== "") return DOCUMENTS.noTitleHas(wanted.trim());
  return isTrash ? DOCUMENTS.trashIsEmpty : DOCUMENTS.isEmpty;
}

function Loading() {
  return (
    <div className="documents-loading">
      <span className="unseen" role="status">
        {COMMON.loading}
      </span>
    </div>
  );
}
