// What a document says, for those who only read it: no ProseMirror comes along, so a server's thread can use it.
export { foreignText } from "./foreign-text.ts";
export { foreignTitle, observeTitle, titleOf } from "./title.ts";
export { DOCUMENT } from "../binding/y-types.ts";
export { SCHEMA_VERSION } from "../version.ts";
