// What a document says, for those who only read it: no ProseMirror comes along, so a server's thread can use it.
export { foreignText } from "./foreign-text.ts";
export { foreignTitle, observeTitle, titleOf } from "./title.ts";
