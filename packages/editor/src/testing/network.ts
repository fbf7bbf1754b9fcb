import * as Y from "yjs";
import { Host, type HostOptions } from "./host.ts";

const WIRE = "wire";

/** A few editors of one document over a wire that can be cut and flushed by hand. */
export class Network {
  readonly hosts: readonly Host[];
  readonly #waiting: { readonly from: Host; readonly update: Uint8Array }[][];

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
    this.#waiting = hosts.map(() => []);
    hosts.forEach((host) =>
      host.doc.on("update", (update: Uint8Array, origin: unknown) => {
        if (origin === WIRE) return;
        hosts.forEach((other, to) => {
          if (other !== host) this.#waiting[to]?.push({ from: host, update });
        });
      }),
    );
  }

  /** Delivers what waits for one editor. */
  deliver(to: Host): void {
    const queue = this.#waiting[this.hosts.indexOf(to)] ?? [];
    for (const { update } of queue.splice(0)) Y.applyUpdate(to.doc, update, WIRE);
  }

  /** Delivers everything to everyone, until nothing is on the way. */
  flush(): void {
    while (this.#waiting.some((queue) => queue.length > 0)) for (const host of this.hosts) this.deliver(host);
  }
}

/** `count` editors with client ids 1, 2, …, so that runs repeat. All hold what `seed` writes. */
export function openNetwork(count: number, seed?: (fragment: Y.XmlFragment) => void, options?: HostOptions): Network {
  const source = new Y.Doc();
  source.clientID = 1000;
  seed?.(source.getXmlFragment("document"));
  const state = Y.encodeStateAsUpdate(source);
  const hosts = Array.from({ length: count }, (_, at) => {
    const doc = new Y.Doc();
    doc.clientID = at + 1;
    if (seed !== undefined) Y.applyUpdate(doc, state);
    return new Host(doc, options);
  });
  return new Network(hosts);
}
