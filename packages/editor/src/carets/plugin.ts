import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { authorOf, isRemote, type Binding } from "../binding/binding.ts";
import { hearSelection } from "../fresh-selection.ts";
import type { AwarenessChange, AwarenessLike } from "./awareness.ts";
import { Flag } from "./flag.ts";
import { placeCaret, type PlacedCaret } from "./placement.ts";
import { CaretPublisher } from "./publisher.ts";

interface CaretsState {
  readonly decorations: DecorationSet;
  /** Counts the person's own moves and edits. */
  readonly moves: number;
}

interface CaretsChange {
  readonly clients: readonly number[];
  readonly decorations: readonly Decoration[];
}

type FlagOf = (client: number) => Flag;

/** ProseMirror reads what was composed a moment after the composition has ended. */
const COMPOSITION_SETTLES_MILLIS = 60;

const caretsKey = new PluginKey<CaretsState>("carets");

/**
 * Everybody's carets. Drawn ones move along with every edit; only those that are elsewhere by what their participant says
 * are drawn anew, for that has ProseMirror look at every block of the document.
 */
export function caretsPlugin(binding: Binding, awareness: AwarenessLike): Plugin<CaretsState> {
  const flags = new Map<number, Flag>();
  const flagOf = (client: number) => {
    const flag = flags.get(client) ?? new Flag();
    flags.set(client, flag);
    return flag;
  };
  const forget = (client: number) => {
    flags.get(client)?.destroy();
    flags.delete(client);
  };
  return new Plugin<CaretsState>({
    key: caretsKey,
    state: {
      init: () => ({ decorations: DecorationSet.empty, moves: 0 }),
      apply(tr, state) {
        const change = tr.getMeta(caretsKey) as CaretsChange | undefined;
        const isOwn = !isRemote(tr) && (tr.docChanged || tr.selectionSet);
        const moved = tr.docChanged ? moveAlong(state.decorations, tr, flagOf) : state.decorations;
        return {
          decorations: change === undefined ? moved : redraw(moved, change, tr.doc),
          moves: state.moves + (isOwn ? 1 : 0),
        };
      },
    },
    props: {
      decorations: (state) => caretsKey.getState(state)?.decorations,
      handleDOMEvents: {
        focus: (view) => {
          publisherOf(view)?.publish(view.state);
          return false;
        },
      },
    },
    view(view) {
      const publisher = new CaretPublisher(binding, awareness);
      publishers.set(view, publisher);
      const listener = ({ added, updated, removed }: AwarenessChange) => {
        hearSelection(view);
        refresh(view, [...added, ...updated, ...removed]);
      };
      awareness.on("change", listener);
      // A plugin view must not dispatch while the view is being made.
      queueMicrotask(() => refresh(view, [...awareness.getStates().keys()]));
      let isGone = false;
      let { isWhole } = binding;
      /** Participants whose carets changed while the person composed. */
      const waiting = new Set<number>();
      let settled: ReturnType<typeof setTimeout> | undefined;
      const composed = () => {
        clearTimeout(settled);
        settled = setTimeout(() => refresh(view, []), COMPOSITION_SETTLES_MILLIS);
      };
      // Before the editor's own listener, after which nothing here moves until the composition has ended.
      view.dom.addEventListener("compositionstart", makeWay, { capture: true });
      view.dom.addEventListener("compositionend", composed);
      return {
        update(_view, before) {
          const state = caretsKey.getState(view.state);
          if (state?.moves !== caretsKey.getState(before)?.moves) publisher.publish(view.state);
          // Mapping drops a caret whose surroundings were replaced; its shared position knows where it is now.
          if (isWhole !== binding.isWhole) {
            ({ isWhole } = binding);
            refresh(view, [...awareness.getStates().keys()]);
          } else if (before.doc !== view.state.doc)
            refresh(view, lost(before.plugins.length > 0 ? caretsKey.getState(before) : undefined, state));
        },
        destroy() {
          isGone = true;
          clearTimeout(settled);
          view.dom.removeEventListener("compositionstart", makeWay, { capture: true });
          view.dom.removeEventListener("compositionend", composed);
          awareness.off("change", listener);
          publisher.withdraw();
          publishers.delete(view);
          for (const client of flags.keys()) forget(client);
        },
      };

      /** A caret drawn right where the person composes would have Chromium lose hold of the composed text. */
      function makeWay(): void {
        const { from, to } = view.state.selection;
        const clients = clientsOf(caretsKey.getState(view.state)?.decorations.find(from, to));
        if (clients.length === 0) return;
        for (const client of clients) waiting.add(client);
        draw(view, clients, []);
      }

      function refresh(target: EditorView, clients: readonly number[]): void {
        for (const client of clients) if (client !== awareness.clientID) waiting.add(client);
        // A widget that moves cuts the text node under composition, and the browser then replaces all of it.
        if (waiting.size === 0 || target.composing || isGone || target.isDestroyed) return;
        const others = [...waiting];
        waiting.clear();
        const drawn = caretsKey.getState(target.state)?.decorations ?? DecorationSet.empty;
        const stale: number[] = [];
        const fresh: Decoration[] = [];
        for (const client of others) {
          const caret = placeCaret(binding, awareness, client, target.state.doc);
          if (caret === null) forget(client);
          else flagOf(client).show(caret);
          const wanted = caret === null ? [] : decorate(caret, flagOf);
          if (isDrawn(drawn, client, wanted)) continue;
          stale.push(client);
          fresh.push(...wanted);
        }
        if (stale.length > 0) draw(target, stale, fresh);
      }

      /** Draws these and nothing else of those `clients`. */
      function draw(target: EditorView, clients: readonly number[], decorations: readonly Decoration[]): void {
        const change: CaretsChange = { clients, decorations };
        target.dispatch(target.state.tr.setMeta(caretsKey, change).setMeta("addToHistory", false));
      }
    },
  });
}

const publishers = new WeakMap<EditorView, CaretPublisher>();

function publisherOf(view: EditorView): CaretPublisher | undefined {
  return publishers.get(view);
}

/**
 * Who types has their caret behind what they typed, and says so a moment later: it is there already. Others' carets stay
 * before it.
 */
function moveAlong(drawn: DecorationSet, tr: Transaction, flagOf: FlagOf): DecorationSet {
  const moved = drawn.map(tr.mapping, tr.doc);
  const author = authorOf(tr);
  const [bar, ...selection] = author === null ? [] : decorationsOf(drawn, author);
  if (author === null || bar === undefined || selection.length > 0) return moved;
  const { pos, deleted } = tr.mapping.mapResult(bar.from, 1);
  if (deleted || !tr.doc.resolve(pos).parent.inlineContent) return moved;
  return moved.remove(decorationsOf(moved, author)).add(tr.doc, [barAt(pos, author, flagOf)]);
}

function redraw(drawn: DecorationSet, { clients, decorations }: CaretsChange, doc: Node): DecorationSet {
  const stale = drawn.find(undefined, undefined, (spec) => clients.includes(spec["client"] as number));
  return drawn.remove(stale).add(doc, [...decorations]);
}

function decorate({ client, anchor, head, color }: PlacedCaret, flagOf: FlagOf): Decoration[] {
  const bar = barAt(head, client, flagOf);
  if (anchor === head) return [bar];
  const attributes = { class: "caret-selection", style: `--caret-color: ${color}` };
  return [bar, Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attributes, { client, color })];
}

/** Before what stands there, as the text that others insert at one's own caret goes after it. */
const barAt = (position: number, client: number, flagOf: FlagOf): Decoration =>
  Decoration.widget(position, () => flagOf(client).dom, {
    client,
    key: `caret-${client}`,
    side: -1,
    ignoreSelection: true,
    marks: [],
  });

/** Participants drawn before and not any more. */
function lost(before: CaretsState | undefined, after: CaretsState | undefined): number[] {
  const now = new Set(clientsOf(after?.decorations.find()));
  return clientsOf(before?.decorations.find()).filter((client) => !now.has(client));
}

/** What is drawn of a participant is their caret as it is now, or nothing where they have none. */
function isDrawn(drawn: DecorationSet, client: number, wanted: readonly Decoration[]): boolean {
  const shown = decorationsOf(drawn, client);
  const isShown = ({ from, to, spec }: Decoration): boolean =>
    shown.some((each) => each.from === from && each.to === to && each.spec["color"] === spec["color"]);
  return shown.length === wanted.length && wanted.every(isShown);
}

const decorationsOf = (decorations: DecorationSet, client: number): Decoration[] =>
  decorations.find(undefined, undefined, (spec) => spec["client"] === client);

function clientsOf(decorations: readonly Decoration[] = []): number[] {
  return [...new Set(decorations.map(({ spec }) => (spec as { client: number }).client))];
}
