import type { QueueOwners } from "../device.ts";

/** How long an owner may take to answer where there are no locks. Hidden pages answer, too; frozen ones do not. */
const ANSWER_WITHIN_MILLIS = 500;

/** By Web Locks, which end with their page; on plain http, where browsers have none, by asking around. */
export function browserQueueOwners(): QueueOwners {
  // The types say it is always there.
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks === undefined ? askingOwners() : lockingOwners(locks);
}

function lockingOwners(locks: LockManager): QueueOwners {
  return {
    own() {
      const queue = newName();
      const { promise, resolve } = Promise.withResolvers<void>();
      // Without its lock a queue may be taken while we live: then two pages send it, and the server takes it once.
      locks.request(lockName(queue), () => promise).catch(() => {});
      return { queue, letGo: resolve };
    },
    claim(queue, claimed) {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (lock !== null) return new Promise((resolve) => claimed(resolve));
        claimed(undefined);
        return undefined;
      };
      locks.request(lockName(queue), { ifAvailable: true }, hold).catch(() => claimed(undefined));
    },
  };
}

type Message = { readonly kind: "whose" | "mine"; readonly queue: string };

function askingOwners(): QueueOwners {
  const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("sheaf:queues");
  const ours = new Set<string>();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a channel has none
  const say = (message: Message): void => channel?.postMessage(message);
  channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data.kind === "whose" && ours.has(data.queue)) say({ kind: "mine", queue: data.queue });
  });
  return {
    own() {
      const queue = newName();
      ours.add(queue);
      return { queue, letGo: () => void ours.delete(queue) };
    },
    claim(queue, claimed) {
      if (ours.has(queue)) {
        claimed(undefined);
        return;
      }
      const controller = new AbortController();
      const decide = (isFree: boolean): void => {
        if (controller.signal.aborted) return;
        controller.abort();
        if (isFree) ours.add(queue);
        claimed(isFree ? () => void ours.delete(queue) : undefined);
      };
      const heard = ({ data }: MessageEvent<Message>): void => {
        if (data.kind === "mine" && data.queue === queue) decide(false);
      };
      channel?.addEventListener("message", heard, { signal: controller.signal });
      say({ kind: "whose", queue });
      setTimeout(() => decide(true), ANSWER_WITHIN_MILLIS);
    },
  };
}

const lockName = (queue: string): string => `sheaf:queue:${queue}`;

const newName = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
