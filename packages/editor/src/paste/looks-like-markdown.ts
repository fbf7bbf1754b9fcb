/** Enough alone: nobody writes these and means something else. */
const CLEAR: readonly RegExp[] = [
  // A fence that is closed.
  /^ {0,3}(`{3,}|~{3,})[^`\n]*\n(?:[^]*\n)? {0,3}\1\s*$/m,
  // The line under the head of a table.
  /^\|?.*\|.*\n {0,3}\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$/m,
  /^\s*[-*+] \[[ xX]\] \S/m,
  /^ {0,3}\[\^[^\]\s]+\]: \S/m,
  /(?:^|[\s(])!?\[[^\]\n]+\]\((?:https?:|mailto:|#|\/)[^)\s]*\)/m,
];

/** Two different ones, or one of them twice, with nothing in the way. */
const LIKELY: readonly RegExp[] = [
  // Alone on its line, which a comment in a program is not.
  /(?:^|\n\s*\n) {0,3}#{1,6} \S[^\n]*(?=\n\s*\n|\n?$|\n {0,3}#)/g,
  /^\s*[-*+] \S/gm,
  /^\s*\d{1,3}[.)] \S/gm,
  /^ {0,3}> \S/gm,
  /(?<![*\w])\*\*\S(?:[^*\n]*\S)?\*\*(?![*\w])/g,
  /(?<!`)`[^`\n]+`(?!`)/g,
];

/** Lines that end as those of a program do. */
const CODE_LINE = /[;{}]\s*$/gm;

/** Whether somebody who pastes this means headings and lists, and not their signs. */
export function looksLikeMarkdown(text: string): boolean {
  const lines = text.split("\n").length;
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  if (CLEAR.some((pattern) => pattern.test(text))) return true;
  if (count(CODE_LINE) * 4 > lines) return false;
  const found = LIKELY.map(count).filter((times) => times > 0);
  return found.length >= 2 || (found.length === 1 && lines >= 2 && (found[0] ?? 0) >= 2);
}
