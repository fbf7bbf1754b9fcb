import { randomId } from "../binding/ids.ts";
import { isBlock, rename, unwrap } from "./dom.ts";
import { writtenStyle } from "./styles.ts";

type Root = Element | DocumentFragment;

/** A link that may refer to a note, and the paragraph or item it leads to. */
interface Leading {
  readonly link: HTMLElement;
  readonly note: HTMLElement;
}

/**
 * Footnotes, as word processors, wikis and Markdown write them: a link to a place further down, and there a link back.
 * Each note becomes a paragraph that says what it is, with a name of its own, which what refers to it names.
 */
export function readFootnotes(root: Root): void {
  const links = [...root.querySelectorAll<HTMLElement>(LINKS)].filter(
    // What we copied ourselves says so already; a link of words leads somewhere, and is no sign.
    (link) => link.closest("[data-note]") === null && (saysSo(link) || isSign(link)),
  );
  const named = new Map<string, HTMLElement>();
  // Places have names, and so may links that are some. Of two with one name the first is meant.
  for (const place of [...root.querySelectorAll<HTMLElement>("[id], a[name]")].toReversed())
    for (const name of [place.getAttribute("name"), place.id]) if (name !== null) named.set(name, place);
  const places = new Map(links.map((link) => [link, named.get(nameIn(link))]));
  const leading = links.flatMap((link): Leading[] => {
    const note = noteAt(places.get(link));
    return note === null || (note.contains(link) && !saysSo(link)) ? [] : [{ link, note }];
  });
  const backOf = ({ link, note }: Leading): HTMLElement[] =>
    [...note.querySelectorAll<HTMLElement>(LINKS)].filter((back) => isAt(link, places.get(back)));
  const isSaid = (each: Leading): boolean => saysSo(each.link) || (isBefore(each) && backOf(each).length > 0);
  const said = leading.filter(isSaid);
  const names = new Map(said.map(({ note }) => [note, randomId()]));
  const backs = new Set([...said.flatMap(backOf), ...root.querySelectorAll<HTMLElement>("[role='doc-backlink']")]);
  // More than one may refer to a note, which leads back to the first.
  const references = leading.filter(({ link, note }) => names.has(note) && !backs.has(link));
  for (const { link, note } of references) refer(link, names.get(note) ?? "");
  for (const back of backs) back.remove();
  for (const [note, name] of names) makeNote(note, name);
  // What stands over and around notes at the end of a page.
  for (const section of root.querySelectorAll<HTMLElement>("section, div")) {
    if (!section.matches(SECTIONS) && !/mso-element:\s*(?:foot|end)note-list/i.test(writtenStyle(section))) continue;
    section.querySelectorAll(":scope > :is(br, hr, .sr-only)").forEach((element) => element.remove());
    for (const list of section.querySelectorAll("ol")) if (list.querySelector("li") === null) unwrap(list);
  }
}

const saysSo = (link: HTMLElement): boolean => link.getAttribute("role") === "doc-noteref";

/** A number, a letter, a star or an arrow, in brackets or not. */
const isSign = ({ textContent }: HTMLElement): boolean => /^\s*\S{1,6}\s*$/.test(textContent);

const SECTIONS = "[data-footnotes], [role='doc-endnotes'], .footnotes";

/** Browsers write whole addresses to the clipboard. */
const LINKS = "[href*='#']";

/** The name of the place a link leads to. */
function nameIn(link: HTMLElement): string {
  const name = (link.getAttribute("href") ?? "").replace(/^[^#]*#/, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const noteAt = (place: HTMLElement | undefined): HTMLElement | null =>
  place?.closest<HTMLElement>("p, li, div") ?? null;

/** At the link itself: what leads to a whole paragraph is none of a note's links back. */
const isAt = (link: HTMLElement, place: HTMLElement | undefined): boolean =>
  place !== undefined && !isBlock(place) && (place.contains(link) || link.contains(place));

const isBefore = ({ link, note }: Leading): boolean =>
  (link.compareDocumentPosition(note) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

/** `<sup><a>` and `<a><sup>` alike. */
function refer(link: HTMLElement, name: string): void {
  const sign = link.ownerDocument.createElement("sup");
  sign.setAttribute("data-note", name);
  const { parentElement } = link;
  const isRaised = link.nodeName === "A" && parentElement?.nodeName === "SUP" && parentElement.childNodes.length === 1;
  (isRaised ? parentElement : link).replaceWith(sign);
}

/** Its first paragraph is the note; what else stands in it comes behind. */
function makeNote(note: HTMLElement, name: string): void {
  const hasBlocks = [...note.children].some(isBlock);
  const words = note.nodeName !== "P" && !hasBlocks ? rename(note, "p") : (note.querySelector("p") ?? note);
  words.setAttribute("data-kind", "footnote");
  words.setAttribute("data-id", name);
  if (hasBlocks && note !== words) unwrap(note);
}
