/** One line of what the doctor says. */
export type Finding =
  | { readonly kind: "well"; readonly what: string }
  /** Not wrong, but worth knowing. */
  | { readonly kind: "note"; readonly what: string; readonly remedy: string }
  | { readonly kind: "wrong"; readonly what: string; readonly remedy: string };

export const well = (what: string): Finding => ({ kind: "well", what });
export const note = (what: string, remedy: string): Finding => ({ kind: "note", what, remedy });
export const wrong = (what: string, remedy: string): Finding => ({ kind: "wrong", what, remedy });

/** A finding on a line of its own, though what it quotes has several. */
export function lineOf(finding: Finding): string {
  const said = finding.kind === "well" ? finding.what : `${finding.what} ${finding.remedy}`;
  return `${finding.kind.padEnd(5)}  ${said.replaceAll(/\s+/g, " ")}`;
}
