import { fromBase64, toBase64 } from "lib0/buffer";
import * as Y from "yjs";
import { isRecord } from "../schema/dom-attributes.ts";
import { BLOCKS } from "../words.ts";

/** A caret as it travels: relative positions, encoded and in base64, so that equal carets are equal strings. */
export interface CaretState {
  readonly anchor: string;
  readonly head: string;
}

/** A participant's caret and who they say they are, after everything in it was checked. */
export interface Participant {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

const LONGEST_NAME = 64;
const LONGEST_POSITION = 256;
const NO_COLOR = "#808080";

export function encodePosition(position: Y.RelativePosition): string {
  return toBase64(Y.encodeRelativePosition(position));
}

/**
 * Reads another participant's awareness state, which may be anything.
 *
 * @returns null when there is no caret in it that could be shown. A missing name or colour is replaced.
 */
export function readParticipant(state: unknown): Participant | null {
  if (!isRecord(state) || !isRecord(state["caret"])) return null;
  const anchor = decodePosition(state["caret"]["anchor"]);
  const head = decodePosition(state["caret"]["head"]);
  if (anchor === null || head === null) return null;
  const user = isRecord(state["user"]) ? state["user"] : {};
  const name = typeof user["name"] === "string" ? cut(user["name"].trim()) : "";
  const color = typeof user["color"] === "string" && /^#[0-9a-f]{6}$/i.test(user["color"]) ? user["color"] : NO_COLOR;
  return { name: name === "" ? BLOCKS.nobody : name, color, anchor, head };
}

/** By characters, so that no half of one remains. */
function cut(name: string): string {
  return name.length <= LONGEST_NAME
    ? name
    : Array.from(name.slice(0, LONGEST_NAME * 2))
        .slice(0, LONGEST_NAME)
        .join("");
}

function decodePosition(text: unknown): Y.RelativePosition | null {
  if (typeof text !== "string" || text.length === 0 || text.length > LONGEST_POSITION) return null;
  try {
    return Y.decodeRelativePosition(fromBase64(text));
  } catch {
    return null;
  }
}
