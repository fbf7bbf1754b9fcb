import { Node } from "@tiptap/core";
import type { NodeSpec } from "@tiptap/pm/model";
import { parseFields, renderFields } from "./dom-attributes.ts";
import { attributesOf, FIELDS, type Json } from "./fields.ts";
import { tableView } from "../tables/view.ts";

const roles: Readonly<Record<string, string>> = { table: "table", tableRow: "row", tableCell: "cell" };

export const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  addAttributes: () => attributesOf("table"),
  parseHTML: () => [{ tag: "table", getAttrs: (element: HTMLElement) => parseFields("table", element) }],
  renderHTML: ({ node }) => ["table", renderFields(node), ["tbody", 0]],
  addNodeView: () => (props) => tableView(props.node, props.view),
  // prosemirror-tables finds its way by role, not by name. It reads the roles of all three from here.
  extendNodeSchema: (extension): Partial<NodeSpec> => {
    const tableRole = roles[extension.name];
    return tableRole === undefined ? {} : { tableRole };
  },
});

export const TableRow = Node.create({
  name: "tableRow",
  // None where the cells above span all of it.
  content: "tableCell*",
  selectable: false,
  addAttributes: () => attributesOf("tableRow"),
  parseHTML: () => [{ tag: "tr", getAttrs: (element: HTMLElement) => parseFields("tableRow", element) }],
  renderHTML: ({ node }) => ["tr", renderFields(node), 0],
});

/** A header is an attribute, not another element: toggling it must not replace what others type in the cell. */
export const TableCell = Node.create({
  name: "tableCell",
  content: "block+",
  isolating: true,
  selectable: false,
  addAttributes: () => attributesOf("tableCell"),
  parseHTML: () => [
    { tag: "td", getAttrs: (element: HTMLElement) => cellFromHtml(element, false) },
    { tag: "th", getAttrs: (element: HTMLElement) => cellFromHtml(element, true) },
  ],
  renderHTML({ node }) {
    const attributes = renderFields(node);
    for (const span of ["colspan", "rowspan"]) if (node.attrs[span] !== 1) attributes[span] = String(node.attrs[span]);
    return [node.attrs["header"] === true ? "th" : "td", attributes, 0];
  },
});

function cellFromHtml(element: HTMLElement, header: boolean): Record<string, Json> {
  const spans: Record<string, Json> = {};
  for (const span of ["colspan", "rowspan"]) {
    const field = FIELDS["tableCell"]?.[span];
    const text = element.getAttribute(span);
    if (field !== undefined && text !== null) spans[span] = field.repair(Number.parseInt(text, 10));
  }
  return { header, ...spans, ...parseFields("tableCell", element) };
}
