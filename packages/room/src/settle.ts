import type { Link } from "./walker.ts";

/** Structs that wait for others, per client and by clock. */
export type Waiting = Map<number, readonly Link[]>;

/** Adds `links`, which are in order per client, to those that wait already. */
export function enqueue(waiting: Waiting, links: readonly Link[]): void {
  for (const [client, added] of Map.groupBy(links, (link) => link.client)) {
    const queue = waiting.get(client);
    waiting.set(client, queue === undefined ? added : [...queue, ...added].sort((a, b) => a.from - b.from));
  }
}

/**
 * Moves every struct that can be held from `waiting` into `vector`, as Yjs does when it integrates:
 * a struct needs all before it of its own client, and whatever it points at. What is left would be
 * pending in every replica. A circle of structs that need each other stays; so does a struct after a hole.
 *
 * Visits each struct once, whatever the order of the clients and however deep the dependencies.
 */
export function settle(vector: Map<number, number>, waiting: Waiting): void {
  const next = new Map<number, number>();
  const stuck = new Set<number>();
  for (const root of waiting.keys()) {
    // Each entry waits for the one above it to reach a clock; the root just goes as far as it can.
    const path = [{ client: root, until: Number.POSITIVE_INFINITY }];
    const onPath = new Set([root]);
    while (path.length > 0) {
      const { client, until } = path.at(-1)!;
      const held = vector.get(client) ?? 0;
      const index = next.get(client) ?? 0;
      const link = stuck.has(client) ? undefined : waiting.get(client)?.[index];
      if (held >= until) {
        path.pop();
        onPath.delete(client);
      } else if (link === undefined || link.from > held) {
        for (const each of path) stuck.add(each.client);
        break;
      } else {
        // Asked of held structs too: Yjs puts off even those, and all after them, when one points at nothing.
        const missing = firstMissing(vector, link);
        if (missing === undefined) {
          if (link.to > held) vector.set(client, link.to);
          next.set(client, index + 1);
        } else if (onPath.has(missing.client)) {
          for (const each of path) stuck.add(each.client);
          break;
        } else {
          path.push(missing);
          onPath.add(missing.client);
        }
      }
    }
  }
  for (const [client, index] of next) {
    const queue = waiting.get(client)!;
    if (index === queue.length) waiting.delete(client);
    else waiting.set(client, queue.slice(index));
  }
}

/** True when the first struct of any client could be held now. */
export function canSettle(vector: ReadonlyMap<number, number>, waiting: Waiting): boolean {
  for (const [first] of waiting.values()) {
    if (first!.from <= (vector.get(first!.client) ?? 0) && firstMissing(vector, first!) === undefined) return true;
  }
  return false;
}

function firstMissing(
  vector: ReadonlyMap<number, number>,
  { needs }: Link,
): { client: number; until: number } | undefined {
  for (let i = 0; i < needs.length; i += 2) {
    const client = needs[i]!;
    const until = needs[i + 1]!;
    if ((vector.get(client) ?? 0) < until) return { client, until };
  }
  return undefined;
}
