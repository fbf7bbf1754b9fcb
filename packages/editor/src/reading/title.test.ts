import { expect, test } from "vitest";
import * as Y from "yjs";
import { addMessage, chatOf } from "../chat.ts";
import { element } from "../testing/index.ts";
import { LONGEST_TITLE, titleOf } from "./title.ts";

/** As a server has it: made of updates, and no root was ever asked for by its type. */
function received(write: (doc: Y.Doc) => void): Y.Doc {
  const author = new Y.Doc();
  write(author);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author));
  return doc;
}

const block = (...words: (string | Y.XmlText)[]): Y.XmlElement => element("textBlock", { id: "b" }, words);
const own =
  (...blocks: Y.XmlElement[]) =>
  (doc: Y.Doc) =>
    doc.getXmlFragment("document").push(blocks);

test.each<[string, string, (doc: Y.Doc) => void]>([
  ["the words of the first block, on one line", "Plan for May", own(block(" Plan\n for  May "), block("more"))],
  ["nothing where the first block is empty, though there are others", "", own(block(), block("more"))],
  ["[LONGEST_TITLE] whole at 200 characters", "x".repeat(LONGEST_TITLE), own(block("x".repeat(LONGEST_TITLE)))],
  ["[LONGEST_TITLE] cut there", "x".repeat(LONGEST_TITLE), own(block("x".repeat(LONGEST_TITLE + 1)))],
  [
    "the words of its first cell, where a table comes first",
    "Monday",
    own(element("table", { id: "t" }, [element("tableRow", { id: "r" }, [block("Monday")])])),
  ],
  [
    "the words under the pictures a document begins with",
    "Plan",
    own(element("image", { id: "i" }), element("image", { id: "j" }), block("Plan")),
  ],
  ["nothing for a document nobody wrote to", "", () => {}],
  [
    "nothing for one beside which people have only talked",
    "",
    (doc) => addMessage(chatOf(doc), { by: { name: "Ana", colour: "" }, at: 1, text: "Hello", mentions: [] }),
  ],
  [
    "of another application's the first line with words",
    "Dear all",
    (doc) => doc.getText("t").insert(0, "\n\n Dear  all \nBye"),
  ],
  ["the same where its root has our name", "Dear all", (doc) => doc.getText("document").insert(0, "Dear all\nBye")],
  [
    "the same where that was deleted",
    "",
    (doc) => {
      doc.getText("document").insert(0, "Dear all");
      doc.getText("document").delete(0, 8);
    },
  ],
  [
    "nothing where the first block was deleted and the next one is empty",
    "",
    (doc) => {
      own(block("First"), block(), block("Third"))(doc);
      doc.getXmlFragment("document").delete(0, 1);
    },
  ],
])("a title is %s", (_, title, write) => {
  const doc = received(write);
  const before = Y.encodeStateAsUpdate(doc);
  expect(titleOf(doc)).toBe(title);
  expect(Y.encodeStateAsUpdate(doc), "and nothing was written").toEqual(before);
});
