import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection, type Command, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { changedRanges } from "../binding/align.ts";
import { isFromElsewhere } from "../binding/binding.ts";
import { idOf } from "../binding/match.ts";

interface OpenState {
  /** Ids of toggles this person has not open. */
  readonly closed: ReadonlySet<string>;
  readonly decorations: DecorationSet;
}

interface Change {
  readonly ids: readonly string[];
  readonly isOpen: boolean;
}

const openKey = new PluginKey<OpenState>("toggles");

/**
 * Which toggles are open, for this person: those made here, and those opened. Closed are those a document begins with,
 * and those that come from elsewhere, at once or letter by letter, unless they were open the last time. What is closed
 * opens for a caret that comes into it, by search, by a link, by undo or by another's hand, for the caret of whoever is
 * followed, and for the browser's own search.
 *
 * @param lastOpen - Ids of toggles, as {@link openToggles} said when the page was left.
 */
export function openStatePlugin(lastOpen: ReadonlySet<string> = new Set()): Plugin<OpenState> {
  return new Plugin<OpenState>({
    key: openKey,
    state: {
      init(_config, state) {
        const closed = new Set<string>();
        state.doc.descendants((node) => {
          const id = node.type.name === "toggle" ? idOf(node) : null;
          if (id !== null && !lastOpen.has(id)) closed.add(id);
          return !node.isTextblock;
        });
        return { closed, decorations: decorationsOf(state.doc, closed) };
      },
      apply(tr, before, _old, state) {
        const change = tr.getMeta(openKey) as Change | undefined;
        const came = isFromElsewhere(tr) ? arrived(tr).filter((id) => !lastOpen.has(id)) : [];
        if (before.closed.size + came.length === 0 && change === undefined) return before;
        const closed = new Set([...before.closed, ...came]);
        for (const id of change?.ids ?? []) {
          if (change?.isOpen === true) closed.delete(id);
          else closed.add(id);
        }
        for (const id of hiding(state)) closed.delete(id);
        if (closed.size === before.closed.size && change === undefined && !tr.docChanged) return before;
        return { closed, decorations: decorationsOf(tr.doc, closed) };
      },
    },
    props: {
      decorations: (state) => openKey.getState(state)?.decorations,
      handleDOMEvents: {
        beforematch(view, { target }) {
          openAround(view.posAtDOM(target as globalThis.Node, 0))(view.state, view.dispatch);
          return false;
        },
      },
    },
  });
}

export function isOpen(state: EditorState, toggle: Node): boolean {
  const id = idOf(toggle);
  return id === null || openKey.getState(state)?.closed.has(id) !== true;
}

/** Ids of the toggles this person has open. */
export function openToggles(state: EditorState): string[] {
  const ids: string[] = [];
  state.doc.descendants((node) => {
    const id = node.type.name === "toggle" ? idOf(node) : null;
    if (id !== null && isOpen(state, node)) ids.push(id);
    return !node.isTextblock;
  });
  return ids;
}

/** Opens or closes the toggle at a position. A caret in what goes out of sight goes to the end of its first line. */
export function turn(position: number): Command {
  return (state, dispatch) => {
    const toggle = state.doc.nodeAt(position);
    const id = toggle === null ? null : idOf(toggle);
    if (toggle?.type.name !== "toggle" || id === null) return false;
    const change: Change = { ids: [id], isOpen: !isOpen(state, toggle) };
    const tr = state.tr.setMeta(openKey, change).setMeta("addToHistory", false);
    const start = position + 1 + (toggle.firstChild?.nodeSize ?? 0);
    const { from, to } = state.selection;
    const isInside = (at: number): boolean => at >= start && at < position + toggle.nodeSize;
    if (!change.isOpen && (isInside(from) || isInside(to)))
      tr.setSelection(TextSelection.near(state.doc.resolve(start - 1), -1));
    dispatch?.(tr);
    return true;
  };
}

/** Opens the closed toggles around a position. */
export function openAround(position: number): Command {
  return (state, dispatch) => {
    const $inside = state.doc.resolve(position);
    const ids: string[] = [];
    for (let depth = $inside.depth; depth > 0; depth--) {
      const toggle = $inside.node(depth);
      if (toggle.type.name === "toggle" && !isOpen(state, toggle)) ids.push(idOf(toggle) ?? "");
    }
    if (ids.length === 0) return false;
    const change: Change = { ids, isOpen: true };
    dispatch?.(state.tr.setMeta(openKey, change).setMeta("addToHistory", false));
    return true;
  };
}

/** The innermost toggle the caret is in. */
export const turnToggle: Command = (state, dispatch) => {
  const { $head } = state.selection;
  for (let depth = $head.depth; depth > 0; depth--)
    if ($head.node(depth).type.name === "toggle") return turn($head.before(depth))(state, dispatch);
  return false;
};

/** Toggles that a change brings. */
function arrived(tr: Transaction): string[] {
  const found = new Set<string>();
  for (const { fromB, toB } of changedRanges(tr.mapping.maps))
    tr.doc.nodesBetween(fromB, toB, (node, position) => {
      const isInside = position >= fromB && position + node.nodeSize <= toB;
      const id = isInside && node.type.name === "toggle" ? idOf(node) : null;
      if (id !== null) found.add(id);
      return !node.isTextblock;
    });
  if (found.size === 0) return [];
  tr.before.descendants((node) => {
    if (node.type.name === "toggle") found.delete(idOf(node) ?? "");
    return !node.isTextblock;
  });
  return [...found];
}

/** Toggles that would hide the selection, were they closed. */
function hiding({ selection: { $anchor, $head } }: EditorState): string[] {
  const ids: string[] = [];
  for (const $end of [$anchor, $head])
    for (let depth = $end.depth; depth > 0; depth--) {
      const id = $end.node(depth).type.name === "toggle" && $end.index(depth) > 0 ? idOf($end.node(depth)) : null;
      if (id !== null) ids.push(id);
    }
  return ids;
}

function decorationsOf(doc: Node, closed: ReadonlySet<string>): DecorationSet {
  const decorations: Decoration[] = [];
  if (closed.size === 0) return DecorationSet.empty;
  doc.descendants((node, position) => {
    if (node.type.name !== "toggle" || !closed.has(idOf(node) ?? "")) return !node.isTextblock;
    // For its view, which shows the button.
    decorations.push(Decoration.node(position, position + node.nodeSize, {}, { isClosed: true }));
    node.forEach((child, offset, index) => {
      const from = position + 1 + offset;
      // Hidden in a way that the browser's own search looks into, where it can.
      if (index > 0) decorations.push(Decoration.node(from, from + child.nodeSize, { hidden: "until-found" }));
    });
    return true;
  });
  return DecorationSet.create(doc, decorations);
}
