import type * as Y from "yjs";

/** The root of every document, by this name in its Y.Doc. */
export const DOCUMENT = "document";

export type YChild = Y.XmlElement | Y.XmlText | Y.XmlHook;
export type YParent = Y.XmlFragment | Y.XmlElement;
export type YType = YParent | Y.XmlText | Y.XmlHook;

/** Marks as a Y.XmlText holds them: name to value; null takes a mark away. */
export type Formats = Record<string, unknown>;

export interface Insert {
  readonly insert: string | object;
  readonly attributes?: Formats;
}

/** One piece of a text's change, in order from its start. */
export type TextOp = Insert | { readonly retain: number; readonly attributes?: Formats } | { readonly delete: number };

/** The visible content of a text; reading only. */
export function textContent(text: Y.XmlText): readonly Insert[] {
  return text.toDelta() as readonly Insert[];
}

/** Parent of a shared type, or null for a root. */
export function parentOf(type: Y.AbstractType<unknown>): Y.AbstractType<unknown> | null {
  return type.parent as Y.AbstractType<unknown> | null;
}
