import { expect, test } from "vitest";
import * as Y from "yjs";
import { World } from "../testing/world.ts";
import { LOWEST_OWN_ID, PutBackIds } from "./client-ids.ts";

/** The update of somebody who writes under an id. */
function writtenUnder(clientId: number): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  doc.getText("text").insert(0, "word");
  return Y.encodeStateAsUpdate(doc);
}

test("words put back stand left of all that is typed, and those that were in the log first left of the others", () => {
  for (let index = 0; index < 100; index++) {
    const ids = new PutBackIds(new Y.Doc());
    const deleters = ids.of("deleter");
    const authors = ids.of("author");
    expect(deleters.clientId).toBeLessThan(deleters.behind);
    expect(deleters.behind).toBeLessThanOrEqual(authors.clientId);
    expect(authors.clientId).toBeLessThan(authors.behind);
    expect(authors.behind).toBeLessThanOrEqual(LOWEST_OWN_ID);
  }
});

test("a page whose id would be among those takes another, for its carets, too", () => {
  const doc = new Y.Doc();
  doc.clientID = 7;
  new World().open({ doc });
  expect(doc.clientID).toBe(LOWEST_OWN_ID + 7);
  doc.clientID = LOWEST_OWN_ID;
  new World().open({ doc });
  expect(doc.clientID).toBe(LOWEST_OWN_ID);
});

test("a page goes on with the ids it has, whatever it writes under them", () => {
  const doc = new Y.Doc();
  const ids = new PutBackIds(doc);
  const { clientId } = ids.of("author");
  const own = doc.clientID;
  doc.clientID = clientId;
  doc.getText("text").insert(0, "word");
  doc.clientID = own;
  doc.on("afterTransaction", (transaction) => ids.heard(transaction));
  Y.applyUpdate(doc, writtenUnder(LOWEST_OWN_ID));
  expect(ids.of("author").clientId).toBe(clientId);
});

test("an id that somebody else has written under is not taken, or given up", () => {
  const doc = new Y.Doc();
  const { clientId } = new PutBackIds(doc).of("deleter");
  const ids = new PutBackIds(doc);
  doc.on("afterTransaction", (transaction) => ids.heard(transaction));
  Y.applyUpdate(doc, writtenUnder(clientId));
  const next = ids.of("deleter").clientId;
  expect(next).not.toBe(clientId);
  Y.applyUpdate(doc, writtenUnder(next));
  expect([clientId, next]).not.toContain(ids.of("deleter").clientId);
});
