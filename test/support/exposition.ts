/** What a page in Prometheus' text format says, by the whole name of each number with its labels. */
export type Figures = ReadonlyMap<string, number>;

const HELP = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/;
const LABEL = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
const SAMPLE = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(\{${LABEL}(?:,${LABEL})*\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);

/** Reads a whole page and throws at the first thing that is not as the format has it. */
export function parseExposition(page: string): Figures {
  if (!page.endsWith("\n")) throw new Error("the last line does not end");
  const lines = page.slice(0, -1).split("\n");
  const figures = new Map<string, number>();
  const names = new Set<string>();
  for (let at = 0; at < lines.length;) {
    const name = HELP.exec(lines[at]!)?.[1];
    const type = TYPE.exec(lines[at + 1] ?? "");
    if (name === undefined || type?.[1] !== name) throw new Error(`no family begins at line ${at + 1}: ${lines[at]}`);
    if (names.has(name)) throw new Error(`${name} stands there twice`);
    if ((type[2] === "counter") !== name.endsWith("_total")) throw new Error(`${name} is a ${type[2]}`);
    names.add(name);
    at = readSamples(lines, at + 2, name, type[2]!, figures);
  }
  return figures;
}

function readSamples(
  lines: readonly string[],
  from: number,
  name: string,
  type: string,
  figures: Map<string, number>,
): number {
  const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  const buckets: { readonly le: number; readonly value: number }[] = [];
  let at = from;
  for (; at < lines.length && !lines[at]!.startsWith("#"); at++) {
    const sample = SAMPLE.exec(lines[at]!);
    if (sample === null) throw new Error(`line ${at + 1} is no sample: ${lines[at]}`);
    const [, base, labels = "", text] = sample;
    if (!suffixes.some((suffix) => base === name + suffix)) throw new Error(`${base} is not of ${name}`);
    if (figures.has(base + labels)) throw new Error(`${base}${labels} stands there twice`);
    const value = Number(text!.replace("Inf", "Infinity"));
    if (type !== "gauge" && !(value >= 0)) throw new Error(`${base}${labels} is ${text}`);
    figures.set(base + labels, value);
    const le = /le="([^"]+)"/.exec(labels)?.[1];
    if (base!.endsWith("_bucket")) buckets.push({ le: Number(le!.replace("Inf", "Infinity")), value });
  }
  if (type === "histogram") checkBuckets(name, buckets, figures.get(`${name}_count`));
  return at;
}

function checkBuckets(
  name: string,
  buckets: readonly { le: number; value: number }[],
  count: number | undefined,
): void {
  for (const [index, bucket] of buckets.entries()) {
    const before = buckets[index - 1];
    if (before !== undefined && !(before.le < bucket.le && before.value <= bucket.value)) {
      throw new Error(`the buckets of ${name} do not rise`);
    }
  }
  const last = buckets.at(-1);
  if (last?.le !== Infinity || last.value !== count) throw new Error(`${name} does not end in all of its ${count}`);
}
