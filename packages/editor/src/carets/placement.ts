import type { RelativePosition } from "yjs";
import type { Node } from "@tiptap/pm/model";
import type { Binding } from "../binding/binding.ts";
import { fromRelative } from "../positions.ts";
import type { AwarenessLike } from "./awareness.ts";
import { readParticipant } from "./caret-state.ts";

/** Where to draw another participant's caret; positions in the view's document. */
export interface PlacedCaret {
  readonly client: number;
  readonly name: string;
  readonly color: string;
  readonly anchor: number;
  readonly head: number;
}

/** @returns null when the participant has no caret, or it stands in something this document does not have. */
export function placeCaret(binding: Binding, awareness: AwarenessLike, client: number, doc: Node): PlacedCaret | null {
  if (client === awareness.clientID) return null;
  const participant = readParticipant(awareness.getStates().get(client));
  if (participant === null) return null;
  const anchor = resolve(binding, participant.anchor, doc);
  const head = resolve(binding, participant.head, doc);
  if (anchor === null || head === null) return null;
  return { client, name: participant.name, color: participant.color, anchor, head };
}

function resolve(binding: Binding, relative: RelativePosition, doc: Node): number | null {
  try {
    const position = fromRelative(binding.tree, binding.doc, relative);
    return position === null || position < 0 || position > doc.content.size ? null : position;
  } catch {
    // Positions are foreign input; Yjs throws on some that no client of its own would make.
    return null;
  }
}
