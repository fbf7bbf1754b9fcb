import type { LeftOut } from "@sheaf/editor";

/** Why something that was pasted or dropped is not there, and what to do. */
export function leftOutSentence({ foreign, files }: LeftOut): string {
  if (files > 0)
    return `${files === 1 ? "A file was" : `${files} files were`} left out: only pictures can be put here.`;
  const what = foreign === 1 ? "A picture from another site was" : `${foreign} pictures from other sites were`;
  return `${what} left out. To have ${foreign === 1 ? "it" : "one"} here, copy the picture itself and paste it.`;
}
