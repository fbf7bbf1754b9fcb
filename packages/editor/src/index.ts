// Start here.
export { createExtensions, type EditorOptions, type EditorParts } from "./extensions.ts";
export { DOCUMENT } from "./binding/y-types.ts";
export { SCHEMA_VERSION } from "./version.ts";

// What people can do.
export { commands, type CommandName, type EditorCommand } from "./commands/commands.ts";
export { addressIn, completeAddress, markAround, setLink } from "./commands/links.ts";
export { colourIn } from "./commands/marks.ts";
export { insertTable, moveBlocks, selectBlocks } from "./commands/blocks.ts";
export { blockRunAt, type BlockRun } from "./blocks-in-selection.ts";
export { indentBy, setAlign, setKind, toggleKind } from "./commands/turn-into.ts";
export { selectLine } from "./commands/table.ts";
export { openAround, openToggles } from "./containers/open-state.ts";
export { sizeColumns } from "./commands/table-widths.ts";
export { areaIn, isHeaderColumn, isHeaderRow } from "./tables/area.ts";
export { Undo } from "./undo.ts";

// Footnotes.
export { noteReferredToAt, referenceBesideCaret, visit } from "./footnotes/visit.ts";

// Pictures: what the page does about them, and where they go.
export type { Arriving, LeftOut, PicturesPort } from "./pictures/port.ts";
export { type Arrived, fillPlace, placeAtCaret, removePlace } from "./pictures/places.ts";
export { beginAt } from "./pictures/pasted.ts";
export { describePicture, pictureIn } from "./commands/pictures.ts";

// What comes in from elsewhere.
export type { PasteNews } from "./paste/news.ts";
export { kindOfFile, readFile, type TextFile } from "./paste/file.ts";

// The document without an editor.
export { createSchema, schemaExtensions } from "./schema/schema.ts";
export { createBlock } from "./binding/write.ts";
export {
  ALIGNMENTS,
  COLOURS,
  KINDS,
  MAX_ALT_LENGTH,
  MAX_INDENT,
  type Alignment,
  type Colour,
  type Kind,
} from "./schema/fields.ts";
export { safeHref } from "./schema/safe-href.ts";
export type { Placeholders } from "./title.ts";

// Words that outlive their block.
export type { RescueOptions } from "./rescue/plugin.ts";
export type { LostAndFound, LostWords, Rescued } from "./rescue/port.ts";

// Finding one's way in it.
export { Finder, type Match, replaceMatches, type Wanted } from "./finding/find.ts";
export { type Heading, headingsOf, sizeBetween, sizeOf, type TextSize } from "./finding/outline.ts";

// Places in it.
export { Binding, isRemote, type ViewLike } from "./binding/binding.ts";
export { fromRelative, toRelative } from "./positions.ts";
export type { AwarenessLike } from "./carets/awareness.ts";
export { placeCaret, type PlacedCaret } from "./carets/placement.ts";
export type { NewId } from "./binding/ids.ts";
