import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { addMessage, chatOf, deleteMessage, MAX_MESSAGE_LENGTH, MAX_MESSAGES, readMessages } from "./chat.ts";

const by = { name: "Ana", colour: "#087e83" };
const say = (doc: Y.Doc, text: string, mentions: readonly string[] = []): void =>
  addMessage(chatOf(doc), { by, at: 1, text, mentions });
const texts = (doc: Y.Doc): string[] => readMessages(chatOf(doc)).map(({ text }) => text);

/** As another has it: made of updates. */
function received(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

test("what is said is there for who comes later, in order, with who said it, when, and who is mentioned", () => {
  const doc = new Y.Doc();
  say(doc, "Is this ready?");
  say(doc, "@Ben, is it?", ["Ben"]);
  const { clientID: client } = doc;
  expect(readMessages(chatOf(received(doc)))).toEqual([
    { client, clock: 0, by, at: 1, text: "Is this ready?", mentions: [] },
    { client, clock: 1, by, at: 1, text: "@Ben, is it?", mentions: ["Ben"] },
  ]);
});

test("one is deleted by its name, whatever came in between; a second time nothing happens", () => {
  const doc = new Y.Doc();
  for (const text of ["one", "two", "three"]) say(doc, text);
  const [, two] = readMessages(chatOf(doc));
  const ben = received(doc);
  addMessage(chatOf(ben), { by, at: 1, text: "ben's", mentions: [] });
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(ben));
  deleteMessage(chatOf(doc), two!);
  deleteMessage(chatOf(doc), two!);
  expect(texts(doc)).toEqual(["one", "three", "ben's"]);
  expect(texts(received(doc))).toEqual(["one", "three", "ben's"]);
});

const whole = { by, at: 1, text: "whole" };
test.each<[string, unknown]>([
  ["a string", "whole"],
  ["nobody's", { at: 1, text: "whole" }],
  ["of somebody without a name", { by: { colour: "#087e83" }, at: 1, text: "whole" }],
  ["without a time", { by, text: "whole" }],
  ["of a time no calendar has", { by, at: 1e300, text: "whole" }],
  ["of no number", { by, at: Number.NaN, text: "whole" }],
  ["without words", { by, at: 1 }],
  ["with words nobody sees", { by, at: 1, text: " \u200b\u202e\n" }],
  ["a list", [whole]],
])("what is no message is left out: %s", (_, value) => {
  const doc = new Y.Doc();
  chatOf(doc).push([whole, value, { ...whole, text: "after" }]);
  expect(texts(doc)).toEqual(["whole", "after"]);
});

test("shared types, letters and keys of their own in the list are no messages either", () => {
  const doc = new Y.Doc();
  doc.getText("chat").insert(0, "letters");
  const other = received(doc);
  chatOf(other).push([new Y.Map(), new Y.XmlElement("p"), new Uint8Array(3), whole]);
  expect(texts(other)).toEqual(["whole"]);
});

test("mentions that are no names are left out, and the message stays", () => {
  const doc = new Y.Doc();
  chatOf(doc).push([
    { ...whole, mentions: ["Ben", 7, "", "x".repeat(65), null] },
    { ...whole, mentions: "Ben" },
  ]);
  expect(readMessages(chatOf(doc)).map(({ mentions }) => mentions)).toEqual([["Ben"], []]);
});

test("[MAX_MESSAGE_LENGTH] 2,000 characters are shown, more are cut, and no character in two", () => {
  const doc = new Y.Doc();
  say(doc, "x".repeat(MAX_MESSAGE_LENGTH));
  say(doc, "x".repeat(MAX_MESSAGE_LENGTH + 1));
  say(doc, `${"x".repeat(MAX_MESSAGE_LENGTH - 1)}🙂`);
  expect(texts(doc).map((text) => text.length)).toEqual([2_000, 2_000, 1_999]);
});

test("[MAX_MESSAGES] of 501 the newest 500 are shown; what is no message takes no place", () => {
  const doc = new Y.Doc();
  chatOf(doc).push(Array.from({ length: MAX_MESSAGES + 1 }, (_, index) => ({ ...whole, text: `no. ${index}` })));
  chatOf(doc).push([null, 7, {}]);
  expect(texts(doc)).toEqual(Array.from({ length: MAX_MESSAGES }, (_, index) => `no. ${index + 1}`));
});

test("whatever anybody writes there is read without a throw, and reading writes nothing", () => {
  const odd: fc.Arbitrary<unknown> = fc.oneof(
    fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
    fc.record(
      {
        by: fc.constantFrom<unknown>(by, null, { name: 7 }, []),
        at: fc.double(),
        text: fc.string(),
        mentions: fc.jsonValue(),
      },
      { noNullPrototype: true },
    ),
  );
  fc.assert(
    fc.property(fc.array(odd), (values) => {
      const doc = new Y.Doc();
      chatOf(doc).push(values);
      const before = Y.encodeStateAsUpdate(doc);
      for (const { at, text, by: author, mentions } of readMessages(chatOf(doc))) {
        expect(new Date(at).getTime()).not.toBeNaN();
        expect([typeof author.name, typeof author.colour, text.trim() === ""]).toEqual(["string", "string", false]);
        for (const name of mentions) expect(name).toBeTypeOf("string");
      }
      expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
    }),
  );
});
