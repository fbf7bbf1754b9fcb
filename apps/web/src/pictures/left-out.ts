import type { LeftOut } from "@sheaf/editor";
import { PICTURES } from "../words/pictures.ts";

/** Why something that was pasted or dropped is not there, and what to do. */
export const leftOutSentence = ({ foreign, files }: LeftOut): string =>
  files > 0 ? PICTURES.filesLeftOut(files) : PICTURES.picturesLeftOut(foreign);
