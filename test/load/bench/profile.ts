import type { Profile } from "../../support/inspector.ts";

const LINES = 25;
const LEAST_MILLIS = 5;

/** What the kernel counted for each thread; the sampler below counts waiting for the processor, too. */
export function busyThreads(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): string[] {
  const used = [...to].map(([thread, millis]) => ({ thread, millis: millis - (from.get(thread) ?? 0) }));
  return used
    .filter(({ millis }) => millis >= LEAST_MILLIS)
    .map(({ thread, millis }) => `${millis.toFixed(1).padStart(10)} ms CPU  thread ${thread}`);
}

/** The functions each thread spent its time in itself, those with most first. */
export function topFunctions(profiles: readonly Profile[]): string[] {
  return profiles.flatMap((profile, thread) => {
    const millis = new Map<string, number>();
    const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
    for (const [index, id] of profile.samples.entries()) {
      const name = names.get(id)!;
      millis.set(name, (millis.get(name) ?? 0) + profile.timeDeltas[index]! / 1000);
    }
    millis.delete("(idle)");
    const total = [...millis.values()].reduce((sum, value) => sum + value, 0);
    const top = [...millis].toSorted(([, a], [, b]) => b - a).slice(0, LINES);
    return [
      `thread ${thread}: ${total.toFixed(0)} ms`,
      ...top.map(
        ([name, value]) =>
          `${value.toFixed(1).padStart(10)} ms ${((100 * value) / total).toFixed(1).padStart(5)} %  ${name}`,
      ),
    ];
  });
}

function nameOf({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string {
  const file = url.slice(url.lastIndexOf("/") + 1);
  return `${functionName || "(anonymous)"}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}
