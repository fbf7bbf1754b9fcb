/** The name that the fewest letters of difference lead to, unless it is another word altogether. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const [best] = names.toSorted((a, b) => distance(name, a) - distance(name, b));
  return best !== undefined && distance(name, best) <= name.length / 2 ? best : undefined;
}

/** Letters to add, drop or change to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
