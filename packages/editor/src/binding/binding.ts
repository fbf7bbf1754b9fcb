import type { Node, Schema } from "@tiptap/pm/model";
import { PluginKey, TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import type { StepMap } from "@tiptap/pm/transform";
import * as Y from "yjs";
import { changedRanges, type Change } from "./align.ts";
import { positionBefore, type Bound } from "./bound.ts";
import { inMovedBlock } from "./follow-block.ts";
import { hintsOf, textChanges, type PendingHints } from "./hints.ts";
import { idOf } from "./match.ts";
import { patch } from "./patch.ts";
import { Tree } from "./tree.ts";
import { mapOf } from "./rebase.ts";
import { changedAlone, textBlockAt } from "./under-caret.ts";
import { writeHeld, writeNode, type Held } from "./write.ts";

/** What the binding needs of an editor view; small enough that tests host it without a page. */
export interface ViewLike {
  readonly state: EditorState;
  /** True while an input method is composing text. */
  readonly composing: boolean;
  dispatch(transaction: Transaction): void;
}

/** The steps of the last local transactions, so that writes know where in a text the person typed. */
export interface StepLog {
  /** The document the steps start from. */
  readonly base: Node;
  readonly maps: readonly StepMap[];
  /** The document as the last change of others left it: proof that it arrived. */
  readonly arrived: Node | null;
}

export const bindingKey = new PluginKey<StepLog>("binding");

/** True for transactions that bring in what others (or undo) changed. */
export function isRemote(transaction: Transaction): boolean {
  return (transaction.getMeta(bindingKey) as BindingMeta | undefined)?.remote === true;
}

/** True for those of them that were not made on this page. */
export function isFromElsewhere(transaction: Transaction): boolean {
  return (transaction.getMeta(bindingKey) as BindingMeta | undefined)?.isFromElsewhere === true;
}

/** Who wrote all that a transaction brings, by Yjs client id; null where it is several, or was made on this page. */
export function authorOf(transaction: Transaction): number | null {
  return (transaction.getMeta(bindingKey) as BindingMeta | undefined)?.author ?? null;
}

interface BindingMeta {
  readonly remote: true;
  readonly isFromElsewhere: boolean;
  readonly author: number | null;
}

/** Told just before a local change is written, while the tree still stands for the document before it. */
export type BeforeWrite = (before: EditorState, after: EditorState) => void;

/**
 * Keeps one view and one shared document the same (D12).
 *
 * ```
 *   view.dispatch ──► state ──► update(): difference old/new node ──► Y transaction (origin: this)
 *        ▲                                                                     │ events
 *        └── patch: one step per changed place ◄── tree.refresh() ◄── markStale┘◄── Y transactions of others
 * ```
 *
 * Both directions end in the same reading of the shared document, so the view always equals a fresh rendering of it.
 */
export class Binding {
  readonly fragment: Y.XmlFragment;
  readonly tree: Tree;
  readonly #beforeWrite = new Set<BeforeWrite>();
  #view: ViewLike | null = null;
  #state: EditorState | null = null;
  #hints: PendingHints = new Map();
  /** While someone composes where others type, that one block waits, in both directions. */
  #held: Held | null = null;
  #isBusy = false;
  /** The Yjs client id to write under; null: the page's own. */
  #writer: number | null = null;
  /** The document a transaction of ours is bringing to the view right now. */
  #arriving: Node | null = null;

  /** @param first - How many blocks the view begins with; the others come with {@link showRest}. */
  constructor(schema: Schema, fragment: Y.XmlFragment, first = Infinity) {
    this.fragment = fragment;
    this.tree = new Tree(schema, fragment, first);
    // From here on, not from attaching: what changes while no view is there is only noted.
    fragment.observeDeep(this.#observe);
  }

  /** The view served now. */
  get view(): ViewLike | null {
    return this.#view;
  }

  get doc(): Y.Doc {
    const { doc } = this.fragment;
    if (doc === null) throw new Error("the fragment is not part of a Y.Doc");
    return doc;
  }

  onBeforeWrite(listener: BeforeWrite): () => void {
    this.#beforeWrite.add(listener);
    return () => void this.#beforeWrite.delete(listener);
  }

  /** Begins to serve `view`, whose document becomes what the shared one says. Emits no update. */
  attach(view: ViewLike): void {
    this.#view = view;
    this.#state = view.state;
    this.#settle(view);
  }

  /** Stops serving the view; another may be attached. */
  detach(): void {
    this.#view = null;
  }

  destroy(): void {
    this.detach();
    this.fragment.unobserveDeep(this.#observe);
  }

  /** The view shows all of the document, and not only its beginning. */
  get isWhole(): boolean {
    return this.tree.isWhole;
  }

  /** Shows so many more of the blocks the view did not begin with. */
  showRest(count = Infinity): void {
    if (this.isWhole) return;
    this.tree.readRest(count);
    if (this.#view !== null) this.#settle(this.#view, true);
  }

  /** Runs `task`; what it changes in the view is written under another Yjs client id than the page's own. */
  writeAs(clientId: number, task: () => void): void {
    this.#writer = clientId;
    try {
      task();
    } finally {
      this.#writer = null;
    }
  }

  /** Call after every change of the view's state: writes what the person changed. */
  update(): void {
    const view = this.#view;
    if (view === null) return;
    // A change that the view refused must not be read as its undoing by the person.
    if (this.#arriving !== null && !this.#hasArrived(view, this.#arriving)) return;
    const before = this.#state ?? view.state;
    const after = view.state;
    this.#state = after;
    if (this.#held !== null && view.composing && changedAlone(this.tree.root, after.doc, this.#held.bound)) {
      this.tree.adopt(after.doc);
      return;
    }
    if (this.tree.root.node === after.doc && this.#held === null) return;
    for (const listener of this.#beforeWrite) listener(before, after);
    const wasBusy = this.#isBusy;
    this.#isBusy = true;
    try {
      this.doc.transact(() => this.#writeUnder(this.#writer ?? this.doc.clientID, after), this);
    } finally {
      this.#isBusy = wasBusy;
      // Reads back what was written. Should it not be what the view shows, the shared document is right.
      if (wasBusy && this.tree.refresh().eq(after.doc)) this.tree.adopt(after.doc);
      this.#settle(view);
    }
  }

  /** For the writing alone: whoever hears of it finds the page's own id. */
  #writeUnder(clientId: number, after: EditorState): void {
    const { doc } = this;
    const own = doc.clientID;
    doc.clientID = clientId;
    try {
      this.#write(after);
    } finally {
      doc.clientID = own;
    }
  }

  #write(after: EditorState): void {
    const held = this.#held;
    const touched = (bound: Bound) => this.tree.markStale(bound);
    if (held === null) {
      writeNode(this.tree.root, after.doc, { ranges: this.#rangesOf(after), touched }, 0, 0);
      return;
    }
    // The composed block goes first, by itself; for the rest it is as the view has it.
    this.#held = null;
    if (held.bound.parent !== null) {
      const composed = after.doc.nodeAt(positionBefore(held.bound));
      const next =
        composed?.type === held.agreed.type && idOf(composed) === idOf(held.agreed) ? composed : held.bound.node;
      writeHeld(held, next);
      held.bound.node = next;
      this.tree.markStale(held.bound);
    }
    writeNode(this.tree.root, after.doc, { ranges: null, touched }, 0, 0);
  }

  /** Keeps back a change in the block someone composes in. @returns false when this event is for everyone else. */
  #hold(event: Y.YEvent<Y.AbstractType<unknown>>, isOwn: boolean): boolean {
    const view = this.#view;
    if (isOwn || view === null) return false;
    const bound = this.tree.locate(event.target);
    if (this.#held === null) {
      if (!view.composing || bound.isStale || textBlockAt(this.tree.root, view.state.selection.$head) !== bound)
        return false;
      this.#held = { bound, agreed: bound.node, maps: [] };
    }
    if (this.#held.bound !== bound) return false;
    const { maps } = this.#held;
    if (event.target === bound.type && event.changes.delta.length === 0) return true;
    // What happened to the block's pieces, rather than in one, only a comparison with the outcome tells.
    const changes = event.target instanceof Y.XmlText ? textChanges(event, bound) : null;
    this.#held = { ...this.#held, maps: maps === null || changes === null ? null : [...maps, mapOf(changes)] };
    return true;
  }

  readonly #observe = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void => {
    const isOwn = transaction.origin === this;
    const free = events.filter((event) => !this.#hold(event, isOwn));
    this.#hints = hintsOf(this.tree, free, this.#hints);
    for (const event of free) this.tree.markStale(this.tree.locate(event.target));
    if (this.#view === null || isOwn || this.#isBusy) return;
    if (transaction.local) this.#settle(this.#view);
    else this.#settle(this.#view, true, writerOf(transaction));
  };

  #settle(view: ViewLike, isFromElsewhere = false, author: number | null = null): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.tree.isStale || this.tree.root.node !== view.state.doc) {
        const hints = this.#hints;
        this.#hints = new Map();
        const target = this.tree.refresh();
        if (target.eq(view.state.doc)) {
          this.tree.adopt(view.state.doc);
          continue;
        }
        const tr = view.state.tr;
        patch(
          tr,
          target,
          new Map([...hints].flatMap(([bound, changes]) => (changes === null ? [] : [[bound.node, changes]]))),
        );
        keepSelection(tr, view.state);
        const meta: BindingMeta = { remote: true, isFromElsewhere, author };
        tr.setMeta("addToHistory", false).setMeta(bindingKey, meta);
        // Tiptap empties the document's first block after a select-all was deleted; that is for whoever deleted it.
        tr.setMeta("preventClearDocument", true);
        this.tree.adopt(tr.doc);
        this.#bring(view, tr);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #bring(view: ViewLike, tr: Transaction): void {
    this.#arriving = tr.doc;
    try {
      view.dispatch(tr);
    } finally {
      this.#arriving = null;
      // A view that refused a change is wrong from here on; nothing it says may reach the shared document.
      if (!this.#hasArrived(view, tr.doc)) this.detach();
    }
    if (this.#view === null && !this.#hasArrived(view, tr.doc))
      throw new Error("a plugin rejected a change of the shared document; the view no longer shows it");
  }

  #hasArrived(view: ViewLike, doc: Node): boolean {
    return bindingKey.getState(view.state)?.arrived === doc;
  }

  #rangesOf(state: EditorState): readonly Change[] | null {
    const log = bindingKey.getState(state);
    return log !== undefined && log.base === this.tree.root.node ? changedRanges(log.maps) : null;
  }
}

/** Who added what a Yjs transaction added, if it was one alone. */
function writerOf({ beforeState, afterState }: Y.Transaction): number | null {
  let writer: number | null = null;
  for (const [client, clock] of afterState) {
    if (clock === (beforeState.get(client) ?? 0)) continue;
    if (writer !== null) return null;
    writer = client;
  }
  return writer;
}

/**
 * A caret stays with the character on its left, and in its block wherever that goes; a selection never grows by what
 * others type at its edges.
 */
export function keepSelection(tr: Transaction, state: EditorState): void {
  const { selection, storedMarks } = state;
  const moved = inMovedBlock(tr, state);
  if (moved !== null) tr.setSelection(moved);
  else if (selection instanceof TextSelection && selection.empty) {
    const $head = tr.doc.resolve(tr.mapping.map(selection.head, -1));
    if ($head.parent.inlineContent) tr.setSelection(TextSelection.create(tr.doc, $head.pos));
  } else if (selection instanceof TextSelection) {
    const isForward = selection.anchor < selection.head;
    const $anchor = tr.doc.resolve(tr.mapping.map(selection.anchor, isForward ? 1 : -1));
    const $head = tr.doc.resolve(tr.mapping.map(selection.head, isForward ? -1 : 1));
    if ($anchor.parent.inlineContent && $head.parent.inlineContent)
      tr.setSelection(TextSelection.between($anchor, $head));
  }
  // A step forgets that the person has just switched bold on; someone else's step must not.
  tr.setStoredMarks(storedMarks);
}
