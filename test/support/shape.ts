import type { Window } from "./browser.ts";

/**
 * The document's blocks in short: what each is and how deep, its words with their marks, a table's rows in brackets.
 * Read from the page, as a person sees it.
 */
export const shapeOf = (window: Window): Promise<string[]> =>
  window.editor.evaluate((editor) => {
    const inner = (element: Element): string => {
      const copy = element.cloneNode(true) as Element;
      for (const other of copy.querySelectorAll(
        ".ProseMirror-widget, .ProseMirror-trailingBreak, .ProseMirror-separator, input",
      ))
        other.remove();
      for (const reference of copy.querySelectorAll<HTMLElement>(".footnote-ref"))
        reference.replaceWith(`[${reference.dataset["number"]}]`);
      for (const each of copy.querySelectorAll("*"))
        for (const name of each.getAttributeNames()) if (name !== "href") each.removeAttribute(name);
      return copy.innerHTML.replaceAll(/<\/?div>/g, "");
    };
    const block = (element: Element): string => {
      const { kind = "", indent, align, checked, language } = (element as HTMLElement).dataset;
      if (element.matches("table, .table-box")) {
        const rows = [...element.querySelectorAll("tr")].map((row) =>
          [...row.children].map(
            (cell) => `${cell.nodeName === "TH" ? "*" : ""}${span(cell)}${[...cell.children].map(block).join(" + ")}`,
          ),
        );
        return rows.map((cells) => `[${cells.join(" | ")}]`).join(" ");
      }
      if (element.nodeName === "HR") return "divider";
      if (element.nodeName === "FIGURE") return `picture ${(element as HTMLElement).dataset["alt"] ?? ""}`.trim();
      if (element.nodeName === "PRE") return `code ${language ?? "-"}: ${element.textContent}`;
      if (kind === "footnote") {
        const number = element.querySelector("button")?.textContent ?? "";
        return `footnote ${number === "" ? "-" : number}: ${inner(element.querySelector(":scope > p") ?? element)}`;
      }
      const name = element.nodeName === "P" ? "" : kind;
      const words = inner(element.querySelector(":scope > li") ?? element);
      return [name + (indent === undefined ? "" : `/${indent}`), align, checked === "true" ? "done" : undefined]
        .filter((part) => part !== undefined && part !== "")
        .join(" ")
        .concat(name + (indent ?? "") + (align ?? "") === "" ? words : `: ${words}`);
    };
    const span = (cell: Element): string => {
      const [wide, high] = [cell.getAttribute("colspan"), cell.getAttribute("rowspan")];
      return `${wide === null ? "" : `${wide} wide `}${high === null ? "" : `${high} high `}`;
    };
    return [...editor.children].filter((child) => !child.classList.contains("ProseMirror-widget")).map(block);
  });
