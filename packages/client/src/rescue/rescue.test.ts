import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { LostWords } from "./detector.ts";
import { createRescue } from "./rescue.ts";

/** In these stories every deed is one batch: somebody types a word into the one block there is, or deletes it. */
interface Deed {
  readonly author: string;
  readonly kind: "word" | "deletion";
  /** How many of the log's deeds it had seen; none when not given. */
  readonly base?: number;
}

interface Row {
  readonly seq: number;
  readonly base: number;
  readonly update: Uint8Array;
}

const ROWS = "rows";

const start = (() => {
  const doc = new Y.Doc();
  doc.clientID = 1;
  const block = new Y.XmlElement("block");
  block.insert(0, [new Y.XmlText("start end")]);
  doc.getXmlFragment("document").insert(0, [block]);
  return Y.encodeStateAsUpdate(doc);
})();

/** A page on the block, its own deed and all. */
function openPage(author: string) {
  const doc = new Y.Doc();
  doc.clientID = author.codePointAt(0) as number;
  Y.applyUpdate(doc, start, ROWS);
  const fragment = doc.getXmlFragment("document");
  return {
    doc,
    /** @returns The update of the deed. */
    act(kind: Deed["kind"]): Uint8Array {
      const updates: Uint8Array[] = [];
      const listen = (update: Uint8Array): void => void updates.push(update);
      doc.on("update", listen);
      if (kind === "deletion") fragment.delete(0, 1);
      else ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert("start ".length, `${author} `);
      doc.off("update", listen);
      return updates[0] as Uint8Array;
    },
  };
}

/** The log of these deeds, each made with only what its author had seen. */
function logOf(deeds: readonly Deed[]): Row[] {
  const rows: Row[] = [];
  deeds.forEach(({ author, kind, base = 0 }, index) => {
    const page = openPage(author);
    for (const { update } of rows.slice(0, base)) Y.applyUpdate(page.doc, update, ROWS);
    rows.push({ seq: index + 1, base, update: page.act(kind) });
  });
  return rows;
}

/** What the page of `author` has to put back once it has had the whole log, by what was typed. */
function turnOf(author: string, deeds: readonly Deed[]): string[] {
  const rows = logOf(deeds);
  const own = deeds.findIndex((deed) => deed.author === author);
  const { base } = rows[own] as Row;
  const { doc, act } = openPage(author);
  const rescue = createRescue(doc, ROWS, () => false);
  const found: LostWords[] = [];
  rescue.subscribe(() => found.push(...rescue.take()));
  for (const row of rows) {
    if (row.seq === base + 1) rescue.wrote(1, base, act((deeds[own] as Deed).kind));
    if (row.seq === own + 1) rescue.acked(1, row.seq);
    else rescue.receive([row], () => Y.applyUpdate(doc, row.update, ROWS));
    rescue.settle(true);
  }
  const turn = deeds[own]?.kind === "deletion" ? "deleter" : "author";
  for (const words of found) expect(words.turn).toBe(turn);
  return deeds
    .filter((deed) => found.some(({ lost }) => lost.ranges().some(isBy(deed.author))))
    .map((deed) => deed.author);
}

const isBy =
  (author: string) =>
  ({ client, length }: { readonly client: number; readonly length: number }): boolean =>
    client === author.codePointAt(0) && length === `${author} `.length;

describe("whose turn it is", () => {
  const cases: readonly (readonly [what: string, log: readonly Deed[], turns: Record<string, string[]>])[] = [
    [
      "typed into something already gone: who typed it",
      [
        { author: "c", kind: "deletion" },
        { author: "a", kind: "word" },
      ],
      { a: ["a"], c: [] },
    ],
    [
      "deleted unseen: who deleted it",
      [
        { author: "a", kind: "word" },
        { author: "c", kind: "deletion" },
      ],
      { a: [], c: ["a"] },
    ],
    [
      "deleted by someone who had seen it: nobody",
      [
        { author: "a", kind: "word" },
        { author: "c", kind: "deletion", base: 1 },
      ],
      { a: [], c: [] },
    ],
    [
      "two people's words, deleted unseen by a third: that one, both",
      [
        { author: "a", kind: "word" },
        { author: "b", kind: "word" },
        { author: "c", kind: "deletion" },
      ],
      { a: [], b: [], c: ["a", "b"] },
    ],
    [
      "one word seen, one not: only the other",
      [
        { author: "a", kind: "word" },
        { author: "b", kind: "word" },
        { author: "c", kind: "deletion", base: 1 },
      ],
      { a: [], b: [], c: ["b"] },
    ],
    [
      "a word on either side of the deletion: each by the later of the two",
      [
        { author: "a", kind: "word" },
        { author: "c", kind: "deletion" },
        { author: "b", kind: "word" },
      ],
      { a: [], b: ["b"], c: ["a"] },
    ],
    [
      "deleted unseen by two: the first",
      [
        { author: "a", kind: "word" },
        { author: "c", kind: "deletion" },
        { author: "d", kind: "deletion" },
      ],
      { a: [], c: ["a"], d: [] },
    ],
    [
      "typed into what two had deleted: who typed it, once",
      [
        { author: "c", kind: "deletion" },
        { author: "d", kind: "deletion" },
        { author: "a", kind: "word" },
      ],
      { a: ["a"], c: [], d: [] },
    ],
    [
      "between two deletions that had not seen it: who typed it",
      [
        { author: "c", kind: "deletion" },
        { author: "a", kind: "word" },
        { author: "d", kind: "deletion" },
      ],
      { a: ["a"], c: [], d: [] },
    ],
    [
      "first deleted by someone who had seen it: nobody, whoever deletes later",
      [
        { author: "a", kind: "word" },
        { author: "c", kind: "deletion", base: 1 },
        { author: "d", kind: "deletion" },
      ],
      { a: [], c: [], d: [] },
    ],
  ];
  test.each(cases)("%s", (_what, log, turns) => {
    expect(Object.fromEntries(log.map(({ author }) => [author, turnOf(author, log)]))).toEqual(turns);
  });
});

/** Every log of so many deeds in which nobody types into, or deletes, what they knew to be gone. */
function logsOf(length: number): Deed[][] {
  if (length === 0) return [[]];
  return logsOf(length - 1).flatMap((log) =>
    (["word", "deletion"] as const).flatMap((kind) =>
      Array.from({ length: log.length + 1 }, (_, base) => base)
        .filter((base) => log.slice(0, base).every((deed) => deed.kind === "word"))
        .map((base) => [...log, { author: "abcd".charAt(log.length), kind, base }]),
    ),
  );
}

/** The rule, as DESIGN has it. */
function actorFor(log: readonly Deed[], word: number): string | undefined {
  if (log.slice(0, word).some(({ kind }) => kind === "deletion")) return log[word]?.author;
  const first = log.find(({ kind }, index) => kind === "deletion" && index > word);
  return first === undefined || (first.base ?? 0) > word ? undefined : first.author;
}

test.each([1, 2, 3, 4])("exactly the one whose turn it is acts, in every log of %i deeds", (length) => {
  for (const log of logsOf(length)) {
    const expected = log.map(({ author }) =>
      log.filter(({ kind }, index) => kind === "word" && actorFor(log, index) === author).map((deed) => deed.author),
    );
    expect(
      log.map(({ author }) => turnOf(author, log)),
      JSON.stringify(log),
    ).toEqual(expected);
  }
});

test("what was deleted can be read until nothing may have to come back, and is forgotten then", () => {
  const { doc, act } = openPage("c");
  const rescue = createRescue(doc, ROWS, () => false);
  const [typed] = logOf([{ author: "a", kind: "word" }]) as [Row];
  const text = (doc.getXmlFragment("document").get(0) as Y.XmlElement).get(0) as Y.XmlText;
  const content = (): string => {
    let read = "";
    for (let item = text._start; item !== null; item = item.right)
      if (item.content instanceof Y.ContentString) read += item.content.str;
    return read;
  };
  rescue.wrote(1, 0, act("deletion"));
  rescue.receive([typed], () => Y.applyUpdate(doc, typed.update, ROWS));
  rescue.settle(true);
  expect(content()).toBe("start a end");
  rescue.acked(1, 2);
  rescue.settle(true);
  expect(content(), "nobody has taken it yet").toBe("start a end");
  rescue.take();
  rescue.settle(true);
  expect(content()).toBe("");
});

describe("a batch of an earlier page, which had not seen a row that is here already", () => {
  function adopted(before: Deed["kind"]) {
    const [row, batch] = logOf([
      { author: "c", kind: before },
      { author: "a", kind: before === "word" ? "deletion" : "word" },
    ]) as [Row, Row];
    const { doc } = openPage("d");
    let isLooking = true;
    const rescue = createRescue(doc, ROWS, () => isLooking);
    const found: string[] = [];
    rescue.subscribe(() => {
      for (const { lost } of rescue.take())
        for (const { client, clock } of lost.ranges())
          found.push((Y.getItem(doc.store, Y.createID(client, clock)).content as Y.ContentString).str);
    });
    rescue.receive([row], () => Y.applyUpdate(doc, row.update, ROWS));
    rescue.settle(true);
    rescue.adopt({ number: 1, ...batch }, row.seq, () => {
      Y.applyUpdate(doc, batch.update, ROWS);
      return true;
    });
    isLooking = false;
    rescue.settle(true);
    return { rescue, found };
  }

  test.each([
    ["its words, when their block was deleted", "deletion", "a "],
    ["the words in a block that it deletes", "word", "c "],
  ] as const)("puts back %s, once the log has it", (_what, before, words) => {
    const { rescue, found } = adopted(before);
    expect(found).toEqual([]);
    rescue.acked(1, 2);
    rescue.settle(true);
    expect(found).toEqual([words]);
  });

  test("deletes what is gone by our own deletion only: the log did not have it, and the words in it come back once", () => {
    const [row] = logOf([{ author: "c", kind: "word" }]) as [Row];
    const { doc, act } = openPage("d");
    const rescue = createRescue(doc, ROWS, () => false);
    const found: LostWords[] = [];
    rescue.subscribe(() => found.push(...rescue.take()));
    rescue.wrote(1, 0, act("deletion"));
    rescue.receive([row], () => Y.applyUpdate(doc, row.update, ROWS));
    const earlier = openPage("a");
    const update = Y.mergeUpdates([earlier.act("word"), earlier.act("deletion")]);
    rescue.adopt({ number: 2, base: 0, update }, row.seq, () => {
      Y.applyUpdate(doc, update, ROWS);
      return true;
    });
    for (const number of [1, 2]) {
      rescue.acked(number, row.seq + number);
      rescue.settle(true);
    }
    expect(found.flatMap(({ lost }) => lost.ranges())).toEqual([{ client: "c".codePointAt(0), clock: 0, length: 2 }]);
  });

  test("puts nothing back when the log never gets it", () => {
    const { rescue, found } = adopted("deletion");
    rescue.refused(1);
    rescue.settle(true);
    expect(found).toEqual([]);
  });
});

test("with nothing of ours on its way, what others delete is forgotten as they delete it", () => {
  const { doc } = openPage("a");
  const rescue = createRescue(doc, ROWS, () => false);
  const text = (doc.getXmlFragment("document").get(0) as Y.XmlElement).get(0) as Y.XmlText;
  const [deleted] = logOf([{ author: "c", kind: "deletion" }]) as [Row];
  rescue.receive([deleted], () => Y.applyUpdate(doc, deleted.update, ROWS));
  rescue.settle(true);
  expect(text._start).toBe(null);
});

test("a document that is let go of forgets as it did before", () => {
  const { doc, act } = openPage("a");
  createRescue(doc, ROWS, () => false).destroy();
  const text = (doc.getXmlFragment("document").get(0) as Y.XmlElement).get(0) as Y.XmlText;
  act("deletion");
  expect(text._start).toBe(null);
});
