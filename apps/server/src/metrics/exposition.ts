/**
 * The text format Prometheus reads: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

/** A number with the labels that tell it from others of its family. */
export interface Sample {
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers of one name and meaning. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: () => Iterable<Sample>;
}

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function render(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of families) {
    lines.push(`# HELP ${name} ${help.replace(/[\\\n]/g, escape)}`, `# TYPE ${name} ${type}`);
    for (const { suffix = "", labels = {}, value } of samples()) {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/[\\\n"]/g, escape)}"`);
      lines.push(`${name}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${textOf(value)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const escape = (sign: string): string => (sign === "\n" ? "\\n" : `\\${sign}`);
const textOf = (value: number): string =>
  Math.abs(value) === Infinity ? (value > 0 ? "+Inf" : "-Inf") : String(value);

/** What only grows, by label. */
export class Counter<Label extends string> implements Family {
  readonly type = "counter";
  readonly #byLabels = new Map<string, { readonly labels: Readonly<Record<Label, string>>; value: number }>();
  readonly name: string;
  readonly help: string;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  add(labels: Readonly<Record<Label, string>>, amount = 1): void {
    const key = Object.values(labels).join("\0");
    const counted = this.#byLabels.get(key);
    if (counted === undefined) this.#byLabels.set(key, { labels, value: amount });
    else counted.value += amount;
  }

  readonly samples = (): Iterable<Sample> => this.#byLabels.values();
}

/** How often something was how large: one comparison for each bound, and nothing allocated. */
export class Histogram implements Family {
  readonly type = "histogram";
  readonly #bounds: readonly number[];
  /** One for each bound, and one for what is beyond the last. */
  readonly #counts: number[];
  #sum = 0;
  readonly name: string;
  readonly help: string;

  /** @param bounds - Upper ends of its buckets, rising. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.#counts[index]!++;
    this.#sum += value;
  }

  readonly samples = (): Iterable<Sample> => {
    let count = 0;
    const buckets = this.#counts.map((each, index): Sample => {
      count += each;
      return { suffix: "_bucket", labels: { le: textOf(this.#bounds[index] ?? Infinity) }, value: count };
    });
    return [...buckets, { suffix: "_sum", value: this.#sum }, { suffix: "_count", value: count }];
  };
}

/** What is read when somebody asks. Without labels where there is one number only. */
export function family(type: "counter" | "gauge", name: string, help: string, samples: readonly Sample[]): Family {
  return { type, name, help, samples: () => samples };
}
