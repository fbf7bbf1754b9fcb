/**
 * The number a session announces and a document carries (D12). A session that meets a newer one stops applying
 * updates and asks for a reload, because what it cannot read it could damage.
 *
 * History
 * - 1: first schema. textBlock, codeBlock, divider, table, hardBreak, six marks, three tolerance entries.
 * - 2: image.
 * - 3: callout, toggle, captions, math; highlight, textColor, subscript, superscript, mention.
 * - 4: footnote, footnoteRef.
 */
export const SCHEMA_VERSION = 4;
