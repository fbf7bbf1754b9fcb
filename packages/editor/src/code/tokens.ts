/** A stretch of code and what it is. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly look: Look;
}

/** What is told apart by colour; the rest is ink. The stylesheet has a `::highlight(code-…)` for each. */
export const LOOKS = ["added", "comment", "keyword", "name", "number", "removed", "string", "title", "type"] as const;
export type Look = (typeof LOOKS)[number];

/** Where the tokens of a text are once it has become another, as far as that is known without reading it anew. */
export function moveTokens(tokens: readonly Token[], before: string, after: string): Token[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end++;
  const oldEnd = before.length - end;
  const by = after.length - before.length;
  return tokens.flatMap((token) => {
    const from = token.from <= start ? token.from : token.from >= oldEnd ? token.from + by : start;
    const to =
      token.to < oldEnd || (token.to <= start && token.to <= oldEnd) ? Math.min(token.to, start) : token.to + by;
    return from < to ? [{ ...token, from, to }] : [];
  });
}
