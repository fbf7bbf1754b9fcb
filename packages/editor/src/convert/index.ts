/** Documents as Markdown and as HTML. Fetched when somebody asks for it. */
export { exportHtml, exportMarkdown } from "./export.ts";
