import { TextSelection } from "@tiptap/pm/state";
import { toBase64 } from "lib0/buffer";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { Host } from "../testing/host.ts";
import { openNetwork } from "../testing/network.ts";
import { element } from "../testing/odd-document.ts";
import type { AwarenessLike } from "./awareness.ts";
import { readParticipant } from "./caret-state.ts";
import { placeCaret } from "./placement.ts";
import { CaretPublisher } from "./publisher.ts";

/** An awareness of one's own state and whatever is put beside it, counting publications. */
class Table implements AwarenessLike {
  readonly states = new Map<number, unknown>();
  readonly clientID: number;
  publications = 0;

  constructor(clientID: number) {
    this.clientID = clientID;
  }

  getStates(): ReadonlyMap<number, unknown> {
    return this.states;
  }

  setLocalStateField(field: string, value: unknown): void {
    this.publications++;
    this.states.set(this.clientID, { ...(this.states.get(this.clientID) as object | undefined), [field]: value });
  }

  on(): void {}
  off(): void {}
}

function open() {
  const network = openNetwork(2, (fragment) =>
    fragment.push([element("textBlock", { id: "a" }, ["one two three"]), element("textBlock", { id: "b" }, ["four"])]),
  );
  const [ann, ben] = network.hosts as [Host, Host];
  const table = new Table(1);
  return { network, ann, ben, table, publisher: new CaretPublisher(ann.binding, table) };
}

const color = "#3366aa";

describe("publishing one's own caret", () => {
  test("sixty keys with others typing between are sixty publications, and others' edits none", () => {
    const { network, ann, ben, table, publisher } = open();
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 4)));
    publisher.publish(ann.state);
    expect(table.publications).toBe(1);
    for (let key = 0; key < 60; key++) {
      ann.dispatch(ann.state.tr.insertText("k"));
      publisher.publish(ann.state);
      for (const at of [1, 4, ben.state.doc.content.size - 1]) {
        ben.dispatch(ben.state.tr.insertText("o", at));
        network.flush();
        // Even asked to: what others type does not change the encoded position.
        publisher.publish(ann.state);
      }
    }
    expect(table.publications).toBe(61);
  });

  test("a caret that did not move is not published again; leaving withdraws it", () => {
    const { ann, table, publisher } = open();
    publisher.publish(ann.state);
    publisher.publish(ann.state);
    expect(table.publications).toBe(1);
    publisher.withdraw();
    publisher.withdraw();
    expect(table.publications).toBe(2);
    expect(table.states.get(1)).toEqual({ caret: null });
  });

  test("a selection keeps its ends when others type exactly at them", () => {
    const { network, ann, ben, table, publisher } = open();
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 5, 8)));
    publisher.publish(ann.state);
    ben.dispatch(ben.state.tr.insertText("<", 5));
    ben.dispatch(ben.state.tr.insertText(">", 9));
    network.flush();
    publisher.publish(ann.state);
    expect(table.publications).toBe(1);
    const { from, to } = ann.state.selection;
    expect(ann.state.doc.textBetween(from, to)).toBe("two");
  });
});

describe("placing another's caret", () => {
  test("it stands where they put it, after edits here and there", () => {
    const { network, ann, ben, table, publisher } = open();
    ann.dispatch(ann.state.tr.setSelection(TextSelection.create(ann.state.doc, 5, 8)));
    publisher.publish(ann.state);
    const seen = new Table(2);
    seen.states.set(1, { user: { name: "Ann", color }, ...(table.states.get(1) as object) });
    ben.dispatch(ben.state.tr.split(3));
    network.flush();
    const placed = placeCaret(ben.binding, seen, 1, ben.state.doc);
    expect(placed).toMatchObject({ name: "Ann", color });
    expect(placeCaret(ben.binding, seen, 2, ben.state.doc)).toBeNull();
  });

  const position = toBase64(Y.encodeRelativePosition(new Y.RelativePosition(null, "document", null, 0)));
  const caret = { anchor: position, head: position };

  test("names are cut to 64 characters and colours must be #rrggbb", () => {
    expect(readParticipant({ user: { name: "x".repeat(500), color: "#ABCDEF" }, caret })).toMatchObject({
      name: "x".repeat(64),
      color: "#ABCDEF",
    });
    for (const bad of ["red", "#fff", "url(x)", "#12345g", "#123456;background:red", 7, null])
      expect(readParticipant({ user: { name: "A", color: bad }, caret })?.color).toBe("#808080");
    expect(readParticipant({ user: { name: { toString: () => "x" }, color }, caret })?.name).toBe("Anonymous");
    expect(readParticipant({ user: "me", caret })?.name).toBe("Anonymous");
  });

  test.each([
    null,
    7,
    "state",
    [],
    {},
    { caret: null },
    { caret: "here" },
    { caret: { anchor: position } },
    { caret: { anchor: "!!!", head: "???" } },
    { caret: { anchor: "", head: "" } },
    { caret: { anchor: "A".repeat(10_000), head: position } },
    { caret: { anchor: [1, 2], head: {} } },
  ])("%j shows nothing and throws nothing", (state) => {
    expect(readParticipant(state)).toBeNull();
  });

  test("any bytes for a position show nothing or something, and throw nothing", () => {
    const { ben } = open();
    const seen = new Table(2);
    for (let seed = 0; seed < 2000; seed++) {
      const bytes = Uint8Array.from({ length: 1 + (seed % 9) }, (_, at) => (seed * 31 + at * 97 * (seed % 13)) & 255);
      seen.states.set(1, { caret: { anchor: toBase64(bytes), head: position } });
      placeCaret(ben.binding, seen, 1, ben.state.doc);
    }
    expect([...ben.doc.share.keys()]).toEqual(["document"]);
  });
});
