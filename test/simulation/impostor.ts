import { decodeDown, encodeUp, PROTOCOL_VERSION } from "@sheaf/protocol";
import * as Y from "yjs";
import { Machine } from "./machine.ts";
import { openPaper } from "./open-paper.ts";
import type { Page } from "./page.ts";
import type { World } from "./world.ts";

/**
 * Somebody else sends a word under the client id of `page`, where the page itself would go on. The server must
 * refuse it, because the id is bound to another principal (D9).
 *
 * @returns False when nobody else is there, or when the id is not bound yet.
 */
export function impersonate(world: World, page: Page): boolean {
  const person = world.people.find(({ principal }) => principal !== page.person.principal);
  const { document, durable } = page.ledger;
  const { clientID } = page.doc;
  if (person === undefined || !durable.reaches(Y.encodeStateVector(new Map([[clientID, 1]])))) return false;
  const doc = new Y.Doc();
  for (const update of world.disk.stateOf(document)) Y.applyUpdate(doc, update);
  const vector = Y.encodeStateVector(doc);
  doc.clientID = clientID;
  openPaper(doc, world.schemaVersion, null).insert(world.nextWord(person), world.chance);
  const update = Y.encodeStateAsUpdate(doc, vector);

  const caller = { name: "impostor", machine: new Machine(world.time), person, document, dialect: "sheaf" } as const;
  const socket = world.connect(caller, {
    opened() {
      const channel = 0;
      const { schemaVersion } = world;
      for (const frame of [
        { kind: "hello", protocolVersion: PROTOCOL_VERSION },
        { kind: "join", channel, document, schemaVersion, vector, position: undefined },
        { kind: "batch", channel, number: 1, base: 0, answer: false, update },
      ] as const)
        socket.send(encodeUp(frame));
    },
    message(bytes) {
      const frame = decodeDown(bytes);
      if (frame.ok && frame.value.kind === "nack") socket.close();
    },
    closed() {},
  });
  return true;
}
