import { type EditorState, Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { hearSelection } from "./fresh-selection.ts";
import { whenIdle } from "./idle.ts";

/** Blocks at a time, which the browser lays out in less than a frame or two. */
const A_FEW = 40;
/** After which an opened page, a new width or new typefaces are there to stay. */
const CALM_MILLIS = 500;
const LATEST_MILLIS = 5_000;

/** Top-level blocks, counted from 0; `to` is not among them. */
interface Run {
  readonly from: number;
  readonly to: number;
}

interface Unskipped {
  readonly measured: Run;
  readonly decorations: DecorationSet;
}

const unskippedKey = new PluginKey<Unskipped>("unskipped");

const NOTHING: Run = { from: 0, to: 0 };

/**
 * The browser skips blocks far from the screen, and takes them for as tall as it last saw them. Marks those that it may
 * not skip: the one the caret is in, for in one not laid out, as right after a jump to the end, Chromium leaves the
 * caret before the first letter typed; and, whenever there is time, each in its turn, so that all heights are known.
 */
export function unskippedPlugin(): Plugin<Unskipped> {
  return new Plugin<Unskipped>({
    key: unskippedKey,
    state: {
      init: (_config, state) => ({ measured: NOTHING, decorations: decorationsOf(state, NOTHING) }),
      apply(tr, before, old, state) {
        const measured = (tr.getMeta(unskippedKey) as Run | undefined) ?? before.measured;
        const isSame = measured === before.measured && !tr.docChanged && old.selection.eq(state.selection);
        return isSame ? before : { measured, decorations: decorationsOf(state, measured) };
      },
    },
    props: { decorations: (state) => unskippedKey.getState(state)?.decorations },
    view: measureAll,
  });
}

function decorationsOf({ doc, selection: { $head } }: EditorState, { from, to }: Run): DecorationSet {
  const decorations: Decoration[] = [];
  const mark = (position: number, size: number): void => {
    decorations.push(Decoration.node(position, position + size, { class: "is-unskipped" }));
  };
  if ($head.depth > 0) mark($head.before(1), $head.node(1).nodeSize);
  if (from < to)
    doc.forEach((block, position, index) => {
      if (index >= from && index < to && position !== decorations[0]?.from) mark(position, block.nodeSize);
    });
  return DecorationSet.create(doc, decorations);
}

function measureAll(view: EditorView) {
  const { fonts } = view.dom.ownerDocument;
  let next = 0;
  let width = 0;
  let callOff = later();

  function later(): () => void {
    const timer = setTimeout(step, CALM_MILLIS);
    return () => clearTimeout(timer);
  }

  function step(): void {
    // Whoever composes a word is in the middle of it.
    if (view.composing) {
      callOff = later();
      return;
    }
    hearSelection(view);
    const { childCount } = view.state.doc;
    const run = next < childCount ? { from: next, to: next + A_FEW } : NOTHING;
    view.dispatch(view.state.tr.setMeta(unskippedKey, run).setMeta("addToHistory", false));
    if (run === NOTHING) return;
    next = run.to;
    // Behind the frame that shows these.
    const frame = requestAnimationFrame(() => {
      callOff = whenIdle(step, LATEST_MILLIS);
    });
    callOff = () => cancelAnimationFrame(frame);
  }

  const again = (): void => {
    callOff();
    next = 0;
    callOff = later();
  };
  const widths = new ResizeObserver(([entry]) => {
    const now = entry?.contentRect.width ?? width;
    if (now !== width) again();
    width = now;
  });
  widths.observe(view.dom);
  fonts.addEventListener("loadingdone", again);
  return {
    destroy() {
      callOff();
      widths.disconnect();
      fonts.removeEventListener("loadingdone", again);
    },
  };
}
