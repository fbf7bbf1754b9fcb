import type * as Y from "yjs";
import { DOCUMENT } from "@sheaf/editor";
import { element, text } from "@sheaf/editor/testing";

/** A page as people write them, with every kind of block. */
export function writeSampleDocument(doc: Y.Doc): void {
  const block = (
    id: string,
    attributes: Readonly<Record<string, unknown>>,
    ...children: (string | Y.XmlText)[]
  ): Y.XmlElement => element("textBlock", { id, ...attributes }, children);
  const cell = (id: string, words: string, header = false): Y.XmlElement =>
    element("tableCell", { id, ...(header && { header }) }, [block(`${id}t`, {}, words)]);
  const row = (id: string, cells: readonly string[], header = false): Y.XmlElement =>
    element(
      "tableRow",
      { id },
      cells.map((words, at) => cell(`${id}${at}`, words, header)),
    );
  doc.transact(() =>
    doc.getXmlFragment(DOCUMENT).push([
      block("title", {}, "Moving the reading room"),
      block(
        "lead",
        {},
        text(
          { insert: "We open on " },
          { insert: "Thursday 3 December", attributes: { bold: {} } },
          {
            insert:
              ". Everything below is decided unless it carries an empty box; please write into it, and not around it.",
          },
        ),
      ),
      block("h1", { kind: "heading2" }, "What moves, and when"),
      block("b1", { kind: "bullet" }, "The long table and its twelve lamps, first thing on Monday"),
      block("b2", { kind: "bullet" }, "Periodicals, unbound, in the order of the shelf list"),
      block(
        "b3",
        { kind: "bullet", indent: 1 },
        text({ insert: "see the list Ana keeps in " }, { insert: "shelves.csv", attributes: { code: {} } }),
      ),
      block("b4", { kind: "bullet" }, "The clock, by hand"),
      element("table", { id: "tb" }, [
        row("r0", ["Day", "Who", "What"], true),
        row("r1", ["Monday", "Ana, Jonas", "Table, lamps"]),
        row("r2", ["Tuesday", "Everyone", "Periodicals A to M"]),
        row("r3", ["Wednesday", "Mei", "Signs, and the key to the side door"]),
      ]),
      block("h2", { kind: "heading2" }, "Still to do"),
      block("t1", { kind: "task", checked: true }, "Ask the fire officer about the second exit"),
      block("t2", { kind: "task" }, "Print the new opening hours, large"),
      block(
        "t3",
        { kind: "task" },
        text(
          { insert: "Write to the " },
          { insert: "friends of the library", attributes: { link: { href: "https://example.org/friends" } } },
        ),
      ),
      block(
        "q",
        { kind: "quote" },
        "A room is ready when the first person sits down without looking for the light switch.",
      ),
      block("h3", { kind: "heading3" }, "The order on the day"),
      block("n1", { kind: "numbered" }, "Doors at nine"),
      block("n2", { kind: "numbered" }, "Coffee, then the short speech"),
      element("codeBlock", { id: "c", language: "sh" }, ["rsync --archive --dry-run catalogue/ desk:/srv/catalogue"]),
      element("divider", { id: "d" }),
      block("end", {}, "Questions to Mei, who has the keys."),
    ]),
  );
}
