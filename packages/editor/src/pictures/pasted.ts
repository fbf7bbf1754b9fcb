import { EXTRA, type Json } from "../schema/fields.ts";
import { isRecord } from "../schema/dom-attributes.ts";
import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { Plugin, type Transaction } from "@tiptap/pm/state";
import { dropPoint } from "@tiptap/pm/transform";
import type { EditorView } from "@tiptap/pm/view";
import { OWN } from "../paste/parser.ts";
import { addPlaces, insertPictures, placeAtCaret, placeNear } from "./places.ts";
import type { PicturesPort, Source } from "./port.ts";

/** In the slice of a paste only: where a picture is to be had that is none of this document's yet. */
const SOURCE = "pasted-from";

/** How pasted HTML is made ready for the parser. */
export interface PastedPictures {
  /** Marks what can be fetched, takes away what cannot. The elements are in no page, so nothing is loaded. */
  readonly mark: (dom: Element | DocumentFragment) => void;
  readonly plugin: Plugin;
  /** Inserts words with pictures among them: the pictures come later to where they stand. */
  readonly mix: (view: EditorView, insert: (tr: Transaction) => Transaction) => void;
}

/** Pictures in what is pasted or dropped: files, HTML of ours, and data in HTML. */
export function pastedPictures(port: PicturesPort): PastedPictures {
  /** Since the last paste was read. */
  let foreign = 0;
  return { mark, plugin: new Plugin({ props: { handlePaste, handleDrop } }), mix };

  function mark(dom: Element | DocumentFragment): void {
    foreign = 0;
    for (const image of dom.querySelectorAll("img")) {
      const address = image.getAttribute("src") ?? "";
      const blob = port.blobAt(address);
      readSizes(image, address);
      if (blob !== null) image.setAttribute("data-blob", blob);
      else if (port.canFetch(address)) {
        image.setAttribute("data-blob", "");
        image.removeAttribute("data-id");
        image.setAttribute(`data-${EXTRA}`, JSON.stringify({ [SOURCE]: address }));
      } else {
        leaveOut(image);
        foreign++;
      }
    }
  }

  /** What is said of a picture stays, with the way to it, where that is what somebody wrote. */
  function leaveOut(image: HTMLImageElement): void {
    if (image.alt === "" || image.closest(`[${OWN}]`) === null) return image.remove();
    const link = image.ownerDocument.createElement("a");
    link.href = image.getAttribute("src") ?? "";
    link.textContent = image.alt;
    image.replaceWith(link);
  }

  function handlePaste(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
    const files = filesIn(event.clipboardData);
    const at = (): number => placeAtCaret(view.state);
    if (isOnlyArriving(slice)) return bringIn(view, at(), sourcesIn(slice));
    const own = picturesOnlyIn(slice);
    if (own.length > 0) {
      view.dispatch(insertPictures(view.state.tr, at(), own, true).scrollIntoView());
      return true;
    }
    // A spreadsheet's words come with a picture of them, and a picture of another site with its address.
    if (files.pictures.length > 0 && isEmpty(slice)) return bringIn(view, at(), files.pictures);
    tellLeftOut();
    if (sourcesIn(slice).length === 0) return false;
    mix(view, (tr) => tr.replaceSelection(slice).setMeta("paste", true).setMeta("uiEvent", "paste"));
    return true;
  }

  function handleDrop(view: EditorView, event: DragEvent, slice: Slice, isMoved: boolean): boolean {
    const files = filesIn(event.dataTransfer);
    const position = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
    if (isMoved || position === undefined || !view.editable) return false;
    const at = (): number => {
      const image = Fragment.from(view.state.schema.nodes["image"]?.create());
      return placeNear(view.state.doc, dropPoint(view.state.doc, position, new Slice(image, 0, 0)) ?? position);
    };
    if (isOnlyArriving(slice)) return bringIn(view, at(), sourcesIn(slice));
    if (isEmpty(slice) && files.pictures.length + files.others > 0) {
      if (files.others > 0) port.leftOut({ foreign: 0, files: files.others });
      // Even when there is no picture among them: the browser would leave the page for a file.
      return bringIn(view, at(), files.pictures);
    }
    tellLeftOut();
    if (sourcesIn(slice).length === 0) return false;
    mix(view, (tr) => tr.replaceRange(position, position, slice).setMeta("uiEvent", "drop"));
    return true;
  }

  function tellLeftOut(): void {
    if (foreign > 0) port.leftOut({ foreign, files: 0 });
    foreign = 0;
  }

  /** Pictures and nothing else: the words that are selected stay. */
  function bringIn(view: EditorView, position: number, sources: readonly Source[]): true {
    foreign = 0;
    beginAt(view, position, sources, port);
    return true;
  }

  function mix(view: EditorView, insert: (tr: Transaction) => Transaction): void {
    const tr = insert(view.state.tr);
    const found: { readonly node: Node; readonly position: number }[] = [];
    tr.doc.descendants((node, position) => {
      if (sourceOf(node) !== null) found.push({ node, position });
      return !node.isTextblock;
    });
    const places = found.toReversed().map(({ node, position }) => {
      const $position = tr.doc.resolve(position);
      if ($position.parent.childCount > 1) tr.delete(position, position + node.nodeSize);
      // A cell with nothing in it is none.
      else tr.replaceWith(position, position + node.nodeSize, view.state.schema.nodes["textBlock"]!.create());
      return { position, after: tr.mapping.maps.length, source: sourceOf(node)! };
    });
    const ready = places.toReversed().map(({ position, after, source }) => {
      return {
        ...source,
        ...port.begin(source.from),
        position: placeNear(tr.doc, tr.mapping.slice(after).map(position)),
      };
    });
    view.dispatch(addPlaces(tr, ready).scrollIntoView());
  }
}

/** Begins to bring pictures to one place, in order. */
export function beginAt(view: EditorView, position: number, sources: readonly Source[], port: PicturesPort): void {
  const places = sources.map((source) => ({ ...source, ...port.begin(source.from), position }));
  if (places.length > 0) view.dispatch(addPlaces(view.state.tr, places));
}

/** What an export says of a picture in the words of HTML, or behind the address in Markdown, where there are none. */
function readSizes(image: HTMLImageElement, address: string): void {
  const [, width, height, shown] = /#(\d+)x(\d+)(?:,(\d+)%)?$/.exec(address) ?? [];
  const said = {
    alt: image.alt,
    width: width ?? image.getAttribute("width") ?? "",
    height: height ?? image.getAttribute("height") ?? "",
    shown: shown ?? /^(\d+)%$/.exec(image.style.width)?.[1] ?? "",
  };
  for (const [name, value] of Object.entries(said))
    if (value !== "" && !image.hasAttribute(`data-${name}`)) image.setAttribute(`data-${name}`, value);
}

function filesIn(data: DataTransfer | null): { readonly pictures: readonly Source[]; readonly others: number } {
  const files = [...(data?.files ?? [])];
  const pictures = files.filter(({ type }) => type.startsWith("image/"));
  return { pictures: pictures.map((from) => ({ from })), others: files.length - pictures.length };
}

function sourceOf(node: Node): Source | null {
  if (node.type.name !== "image" || node.attrs["blob"] !== null) return null;
  const { alt, shown } = node.attrs as { readonly alt: string; readonly shown: number };
  const extra = node.attrs[EXTRA] as Json;
  const from = isRecord(extra) ? extra[SOURCE] : undefined;
  return typeof from === "string" ? { from, alt, shown } : null;
}

function sourcesIn({ content }: Slice): Source[] {
  const sources: Source[] = [];
  content.descendants((node) => {
    const source = sourceOf(node);
    if (source !== null) sources.push(source);
    return !node.isTextblock;
  });
  return sources;
}

/** Nothing but pictures that are none of this document's yet, and the empty lines around them. */
function isOnlyArriving(slice: Slice): boolean {
  return sourcesIn(slice).length > 0 && isEmpty(slice);
}

/** This document's own, where there is nothing else: they go beside the line of the caret, and take nothing away. */
function picturesOnlyIn({ content }: Slice): readonly Node[] {
  return content.content.every(({ type }) => type.name === "image") ? content.content : [];
}

/** No words, and nothing of its own to put in. */
function isEmpty({ content }: Slice): boolean {
  let isBlank = true;
  content.descendants((node) => {
    const isOwn = node.isAtom && !node.isText && node.type.name !== "hardBreak" && sourceOf(node) === null;
    if (isOwn || node.type.name === "table" || (node.isText && node.text?.trim() !== "")) isBlank = false;
    return isBlank;
  });
  return isBlank;
}
