import { expect, test } from "vitest";
import * as Y from "yjs";
import { wordsIn } from "./words.ts";

/** What a page wrote after it had opened `before`, key by key as people do. */
function typed(
  write: (text: Y.XmlText, key: (at: number, letters: string) => void) => void,
  before = "",
): readonly Uint8Array[] {
  const doc = new Y.Doc();
  const paragraph = new Y.XmlElement("p");
  doc.getXmlFragment("doc").insert(0, [paragraph]);
  const text = new Y.XmlText();
  paragraph.insert(0, [text]);
  text.insert(0, before);
  const updates: Uint8Array[] = [];
  doc.on("update", (update) => updates.push(update));
  write(text, (at, letters) => letters.split("").forEach((letter, index) => text.insert(at + index, letter)));
  return updates;
}

test("words typed letter by letter into a document read as they were typed", () => {
  expect(wordsIn(typed((_text, key) => key(5, " milk and eggs"), "bread"))).toBe("milk and eggs");
});

test("what was taken back while it was typed is not offered", () => {
  const update = typed((text, key) => {
    key(0, "bredd");
    text.delete(3, 2);
    key(3, "ad");
  });
  expect(wordsIn(update)).toBe("bread");
});

test("each place is a line, and so is each block", () => {
  const update = typed((text, key) => {
    key(0, "first");
    key(2, "second");
    const paragraph = new Y.XmlElement("p");
    paragraph.setAttribute("id", "not a word");
    text.doc?.getXmlFragment("doc").push([paragraph]);
    paragraph.push([new Y.XmlText("third")]);
  });
  expect(wordsIn(update)).toBe("first\nsecond\nthird");
});

test("a deletion has no words", () => {
  expect(wordsIn(typed((text) => text.delete(0, 3), "bread"))).toBe("");
});

test("what somebody said in the chat is a line of its own, unless it was taken back", () => {
  const update = typed((text, key) => {
    key(0, "bread");
    const chat = text.doc!.getArray("chat");
    chat.push([{ text: "Is it fresh?" }, { text: "taken back" }, { at: 1 }]);
    chat.delete(1);
  });
  expect(wordsIn(update)).toBe("bread\nIs it fresh?");
});
