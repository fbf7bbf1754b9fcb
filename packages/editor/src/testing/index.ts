export { element, ODD_CASES, text, writeOddDocument } from "./odd-document.ts";
export { Host as EditorHost } from "./host.ts";
