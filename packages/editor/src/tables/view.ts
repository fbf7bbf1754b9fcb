import type { Node } from "@tiptap/pm/model";
import { TableMap } from "@tiptap/pm/tables";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import { fieldsOn } from "../schema/dom-attributes.ts";
import { widthOf } from "./area.ts";

/** What a column needs at least before the table is wider than its box, in pixels. */
const LEAST_COLUMN_WIDTH = 96;

/**
 * A table on the page: in a box of its own, inside which it scrolls sideways when it is wide, with a `col` for each
 * column, because a width cannot be an attribute under the page's policy.
 */
export function tableView(initial: Node, view: EditorView): NodeView {
  let node = initial;
  let shown = "";
  const { ownerDocument: page } = view.dom;
  const dom = page.createElement("div");
  const showFields = fieldsOn(dom);
  dom.className = "table-box";
  // What it is already, said where tools look that ask how a scrolling part is reached.
  dom.setAttribute("contenteditable", "inherit");
  const table = dom.appendChild(page.createElement("table"));
  const columns = table.appendChild(page.createElement("colgroup"));
  const contentDOM = table.appendChild(page.createElement("tbody"));
  show();
  let [width, room] = [0, 0];
  // What it says of both, rather than asking each: the browser would lay out one table after the other.
  const sizes = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize, contentBoxSize } of entries)
      if (target === table) width = Math.round(borderBoxSize[0]?.inlineSize ?? 0);
      else room = Math.round(contentBoxSize[0]?.inlineSize ?? 0);
    settle();
  });
  sizes.observe(dom);
  sizes.observe(table);
  const roles = new MutationObserver(settle);
  roles.observe(view.dom, { attributeFilter: ["contenteditable"] });

  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      show();
      return true;
    },
    ignoreMutation: ({ type, target }) => type !== "selection" && !contentDOM.contains(target),
    destroy() {
      sizes.disconnect();
      roles.disconnect();
    },
  };

  function settle(): void {
    // A box that scrolls would keep the header row to itself; one that need not lets it follow the page.
    const isWide = width > room;
    dom.toggleAttribute("data-wide", isWide);
    // The caret scrolls it for who writes; the keyboard of who only reads has to get into it.
    if (isWide && !view.editable) dom.tabIndex = 0;
    else dom.removeAttribute("tabindex");
  }

  function show(): void {
    showFields(node);
    const map = TableMap.get(node);
    const widths = Array.from({ length: map.width }, (_, column) => widthOf({ map, table: node }, column));
    // For who types in it nothing of this changes.
    if (widths.join(" ") === shown) return;
    shown = widths.join(" ");
    columns.replaceChildren(
      ...widths.map((width) => {
        const column = page.createElement("col");
        if (width > 0) column.style.width = `${width}px`;
        return column;
      }),
    );
    const least = widths.reduce((sum, width) => sum + (width || LEAST_COLUMN_WIDTH), 0);
    table.toggleAttribute("data-sized", !widths.includes(0));
    table.style.minWidth = `${least}px`;
    table.style.width = widths.includes(0) ? "" : `${least}px`;
  }
}
