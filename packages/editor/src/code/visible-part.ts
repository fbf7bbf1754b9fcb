/** Above so many characters only what is seen of a block has colours: its cost must not follow its length. */
export const LARGE = 12_000;
/** How far above what is seen the highlighter begins, in lines, so that it knows what it is in. */
const LEAD = 100;
const MOST = 16_000;

export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * What to highlight so that the lines from `first` to `last` come out right: from the line above them that is indented
 * least, where it is unlikely to be inside anything. A comment longer than that is taken for code.
 */
export function partAround(code: string, first: number, last: number): Part {
  let from = code.lastIndexOf("\n", first - 1) + 1;
  let least = Infinity;
  let at = from;
  for (let line = 0; line < LEAD && at > 0; line++) {
    at = code.lastIndexOf("\n", at - 2) + 1;
    const indent = /^[ \t]*(?=\S)/.exec(code.slice(at, at + 200))?.[0].length;
    // Of equals the one farthest up.
    if (indent !== undefined && indent <= least) [from, least] = [at, indent];
  }
  const end = code.indexOf("\n", last);
  const to = end < 0 ? code.length : end;
  // A line without an end, as of a minified file, is cut.
  if (to - from <= MOST) return { from, to };
  const start = Math.max(from, first - MOST / 4);
  return { from: start, to: Math.min(to, start + MOST) };
}
