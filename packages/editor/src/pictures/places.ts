import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { blockRunIn, isReplaceable } from "../blocks-in-selection.ts";
import type { Arriving, Source } from "./port.ts";

/** Between two blocks, where a picture will be. Of this editor only: the document hears of it when it is there. */
interface Place extends Arriving, Omit<Source, "from"> {
  readonly position: number;
}

type Change =
  | { readonly kind: "add"; readonly places: readonly Place[] }
  | { readonly kind: "take"; readonly key: string };

const placesKey = new PluginKey<readonly Place[]>("picturePlaces");

/** Keeps the places where they are while people write around them, and shows what stands there meanwhile. */
export function placesPlugin(): Plugin<readonly Place[]> {
  return new Plugin<readonly Place[]>({
    key: placesKey,
    state: {
      init: () => [],
      apply(tr, places) {
        const change = tr.getMeta(placesKey) as Change | undefined;
        if (places.length === 0 && change === undefined) return places;
        const taken = change?.kind === "take" ? places.findIndex(({ key }) => key === change.key) : -1;
        const moved = places.map((place, at) => ({
          ...place,
          // A picture that comes to its place stays between those that were before and behind it.
          position: placeNear(tr.doc, tr.mapping.map(place.position, taken >= 0 && at < taken ? -1 : 1)),
        }));
        const kept = moved.filter((_, at) => at !== taken);
        return change?.kind === "add" ? [...kept, ...change.places] : kept;
      },
    },
    props: {
      decorations(state) {
        const places = placesKey.getState(state) ?? [];
        if (places.length === 0) return null;
        const widgets = places.map(({ key, dom, position }) =>
          // Its buttons are its own, not the text's.
          Decoration.widget(position, dom, { key, side: -1, stopEvent: () => true, ignoreSelection: true }),
        );
        return DecorationSet.create(state.doc, widgets);
      },
    },
  });
}

/** Adds places to a transaction, in order. Positions are those after it. */
export function addPlaces(tr: Transaction, places: readonly Place[]): Transaction {
  const change: Change = { kind: "add", places };
  return tr.setMeta(placesKey, change);
}

/** Where a picture goes that somebody asks for at the caret: behind its block, or before an empty line, but the title. */
export function placeAtCaret(state: EditorState): number {
  const run = blockRunIn(state);
  if (run === null) return state.doc.content.size;
  const { from, to } = run;
  return isReplaceable(run) && from > 0 ? from : to;
}

/** The nearest position at or behind `position` where a block may stand. */
export function placeNear(doc: Node, position: number): number {
  const $position = doc.resolve(position);
  const image = doc.type.schema.nodes["image"];
  for (let depth = $position.depth; depth >= 0; depth--) {
    if (image === undefined || $position.node(depth).type.contentMatch.matchType(image) === null) continue;
    return depth === $position.depth ? position : $position.after(depth + 1);
  }
  return doc.content.size;
}

/** What the server knows of a picture that arrived. */
export interface Arrived {
  readonly blob: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Puts a picture into the document at its place, as one step of undo.
 *
 * @returns false when the place was taken away, or nobody may write here any more.
 */
export function fillPlace(view: EditorView, key: string, { blob, width, height }: Arrived): boolean {
  const places = placesKey.getState(view.state) ?? [];
  const index = places.findIndex((each) => each.key === key);
  const place = places[index];
  const { image } = view.state.schema.nodes;
  if (place === undefined || image === undefined || !view.editable) return false;
  const isLast = places.slice(index + 1).every(({ position }) => position !== place.position);
  const { alt = "", shown = 0 } = place;
  const picture = image.create({ blob, width, height, alt, shown });
  const change: Change = { kind: "take", key };
  view.dispatch(insertPictures(view.state.tr, place.position, [picture], isLast).setMeta(placesKey, change));
  return true;
}

/** @param isLast - Nothing more comes to this place: where it is the end, a line follows, so that one can write on. */
export function insertPictures(
  tr: Transaction,
  position: number,
  pictures: readonly Node[],
  isLast: boolean,
): Transaction {
  const $position = tr.doc.resolve(position);
  const textBlock = tr.doc.type.schema.nodes["textBlock"];
  const needsLine = isLast && textBlock !== undefined && $position.index() === $position.parent.childCount;
  return tr.insert(position, needsLine ? [...pictures, textBlock.create()] : pictures);
}

export function removePlace(view: EditorView, key: string): void {
  const change: Change = { kind: "take", key };
  view.dispatch(view.state.tr.setMeta(placesKey, change));
}
