import * as Y from "yjs";
import { readRaw } from "../binding/raw.ts";
import { tablesPlugin } from "../tables/plugin.ts";
import { Undo } from "../undo.ts";
import type { Host } from "./host.ts";
import { openNetwork } from "./network.ts";
import { writeOddDocument } from "./odd-document.ts";
import { pickEdit } from "./random-edits.ts";
import { integer, randomFrom } from "./words.ts";

const EDITS = 40;

function contentOf(host: Host): string {
  return JSON.stringify(host.fragment.toArray().map(readRaw));
}

/** The view must be what someone who opens the document now would see, or the beginning of that. */
function expectTrue(host: Host, what: string): void {
  const { doc } = host.state;
  doc.check();
  const whole = host.render();
  const expected = host.binding.isWhole ? whole : whole.cut(0, doc.content.size);
  if (!doc.eq(expected))
    throw new Error(`${what}: the view is not what a fresh reading shows\n${doc.toString()}\n${expected.toString()}`);
}

export interface StoryOptions {
  /** Start from a document full of what the schema does not know. */
  readonly isOdd?: boolean;
  /** Views begin with some blocks only, and the others come one by one. */
  readonly isPartial?: boolean;
}

/**
 * One story told by a seed: two or three editors, offline windows, edits of every kind.
 *
 * Throws, naming the seed and the last edits, when replicas or views part.
 */
export function tellStory(seed: number, { isOdd = false, isPartial = false }: StoryOptions = {}): void {
  const random = randomFrom(seed);
  const network = openNetwork(2 + integer(random, 2), isOdd ? writeOddDocument : undefined, {
    plugins: () => [tablesPlugin()],
    ...(isPartial && { first: 1 + integer(random, 4) }),
  });
  const undos = new Map(network.hosts.map((host) => [host, new Undo(host.binding)]));
  const window = 1 + integer(random, 12);
  const log: string[] = [];
  try {
    for (let at = 0; at < EDITS; at++) {
      const host = network.hosts[integer(random, network.hosts.length)] as Host;
      const { name, edit } = pickEdit(random);
      log.push(`${network.hosts.indexOf(host)} ${name}`);
      edit(host, random, undos.get(host) ?? null);
      expectTrue(host, name);
      if (isPartial && random() < 0.2) host.binding.showRest(integer(random, 3));
      if (at % window === window - 1) {
        network.flush();
        for (const each of network.hosts) expectTrue(each, "sync");
      }
    }
    network.flush();
    for (const each of network.hosts) each.binding.showRest();
    const [first, ...others] = network.hosts as [Host, ...Host[]];
    expectTrue(first, "end");
    for (const other of others) {
      expectTrue(other, "end");
      if (contentOf(other) !== contentOf(first)) throw new Error("the shared documents differ");
      if (JSON.stringify(other.state.doc) !== JSON.stringify(first.state.doc)) throw new Error("the views differ");
      if (Y.encodeStateVector(other.doc).join() !== Y.encodeStateVector(first.doc).join())
        throw new Error("the state vectors differ");
    }
  } catch (cause) {
    throw new Error(`seed ${seed}: ${log.slice(-6).join(", ")}: ${(cause as Error).message}`, { cause });
  }
}
