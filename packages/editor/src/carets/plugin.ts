import { Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { isRemote, type Binding } from "../binding/binding.ts";
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
  readonly carets: readonly PlacedCaret[];
  readonly flagOf: (client: number) => Flag;
}

/** ProseMirror reads what was composed a moment after the composition has ended. */
const COMPOSITION_SETTLES_MILLIS = 60;

const caretsKey = new PluginKey<CaretsState>("carets");

/**
 * Everybody's carets. Drawn ones move along with every edit; only those whose participant changed are drawn anew.
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
        const mapped = tr.docChanged ? state.decorations.map(tr.mapping, tr.doc) : state.decorations;
        return {
          decorations: change === undefined ? mapped : redraw(mapped, change, tr),
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
          if (before.doc !== view.state.doc)
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
        const carets = others
          .map((client) => placeCaret(binding, awareness, client, target.state.doc))
          .filter((caret) => caret !== null);
        for (const client of others) if (!carets.some((caret) => caret.client === client)) forget(client);
        for (const caret of carets) flagOf(caret.client).show(caret);
        draw(target, others, carets);
      }

      /** Draws `carets` and nothing else of those `clients`. */
      function draw(target: EditorView, clients: readonly number[], carets: readonly PlacedCaret[]): void {
        const change: CaretsChange = { clients, carets, flagOf };
        target.dispatch(target.state.tr.setMeta(caretsKey, change).setMeta("addToHistory", false));
      }
    },
  });
}

const publishers = new WeakMap<EditorView, CaretPublisher>();

function publisherOf(view: EditorView): CaretPublisher | undefined {
  return publishers.get(view);
}

function redraw(decorations: DecorationSet, change: CaretsChange, tr: Transaction): DecorationSet {
  const { clients, carets, flagOf } = change;
  const stale = decorations.find(undefined, undefined, (spec) => clients.includes(spec["client"] as number));
  const fresh = carets.flatMap((caret) => decorate(caret, () => flagOf(caret.client).dom));
  return decorations.remove(stale).add(tr.doc, fresh);
}

function decorate(caret: PlacedCaret, toDom: () => HTMLElement): Decoration[] {
  const { client, anchor, head, color } = caret;
  // Before what stands there, as the text that others insert at one's own caret goes after it.
  const bar = Decoration.widget(head, toDom, {
    client,
    key: `caret-${client}`,
    side: -1,
    ignoreSelection: true,
    marks: [],
  });
  if (anchor === head) return [bar];
  const attributes = { class: "caret-selection", style: `--caret-color: ${color}` };
  return [bar, Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attributes, { client })];
}

/** Participants drawn before and not any more. */
function lost(before: CaretsState | undefined, after: CaretsState | undefined): number[] {
  const now = new Set(clientsOf(after?.decorations.find()));
  return clientsOf(before?.decorations.find()).filter((client) => !now.has(client));
}

function clientsOf(decorations: readonly Decoration[] = []): number[] {
  return [...new Set(decorations.map(({ spec }) => (spec as { client: number }).client))];
}
