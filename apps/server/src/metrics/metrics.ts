import { type CloseKind, type NackCode, PROTOCOL_VERSION, type Result } from "@sheaf/protocol";
import type { HostFigures, Meter } from "@sheaf/host";
import type { LogMeasures } from "@sheaf/store";
import { Counter, type Family, family, Histogram, render } from "./exposition.ts";

/** Where the numbers come from that are not counted as they happen. */
export interface MetricSources {
  readonly host: () => HostFigures;
  /** Undefined when the storage thread is busy: then the page is without them. */
  readonly log: () => Promise<Result<LogMeasures, unknown> | undefined>;
  readonly process: () => ProcessFigures;
}

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly nodeVersion: string;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** With a bound where MAX_LOOP_DELAY has its default. */
const LOOP_SECONDS = SECONDS.map((bound) => (bound === 0.25 ? 0.2 : bound));
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Everything `/metrics` tells, under the names of the glossary. */
export class Metrics implements Meter {
  readonly #acks = new Histogram(
    "sheaf_ack_seconds",
    "From an update's arrival until it is durable, acknowledged and shown to the others.",
    SECONDS,
  );
  readonly #commits = new Histogram("sheaf_commit_seconds", "Time one commit takes, its sync included.", SECONDS);
  readonly #commitRows = new Histogram("sheaf_commit_rows", "Rows in one commit.", ROWS);
  readonly #failedCommits = new Counter<never>("sheaf_commits_failed_total", "Commits that made nothing durable.");
  readonly #closes = new Counter<"reason">("sheaf_closes_total", "Connections the server ended, by reason.");
  readonly #nacks = new Counter<"code">("sheaf_nacks_total", "Batches refused, by code.");
  readonly #requests = new Counter<"route" | "status">(
    "sheaf_http_requests_total",
    "HTTP requests answered; 101 is an upgrade.",
  );
  readonly #loopDelay = new Histogram(
    "sheaf_loop_delay_seconds",
    "The longest the event loop was held up, in each second.",
    LOOP_SECONDS,
  );

  committed(rows: number, millis: number): void {
    this.#commits.observe(millis / 1000);
    this.#commitRows.observe(rows);
  }

  commitFailed(): void {
    this.#failedCommits.add({});
  }

  acked(millis: number): void {
    this.#acks.observe(millis / 1000);
  }

  nacked(code: NackCode): void {
    this.#nacks.add({ code });
  }

  closed(reason: CloseKind): void {
    this.#closes.add({ reason });
  }

  answered(path: string, status: number): void {
    this.#requests.add({ route: routeOf(path), status: String(status) });
  }

  heldUp(millis: number): void {
    this.#loopDelay.observe(millis / 1000);
  }

  async page(sources: MetricSources): Promise<string> {
    const log = await sources.log();
    return render([
      ...hostFamilies(sources.host()),
      this.#acks,
      this.#commits,
      this.#commitRows,
      this.#failedCommits,
      this.#nacks,
      this.#closes,
      this.#requests,
      this.#loopDelay,
      ...(log?.ok === true ? logFamilies(log.value) : []),
      ...processFamilies(sources.process()),
    ]);
  }
}

function hostFamilies(figures: HostFigures): Family[] {
  const byDialect = Object.entries(figures.connections).map(([dialect, value]) => ({ labels: { dialect }, value }));
  return [
    family("gauge", "sheaf_connections", "Open sockets, by the dialect they speak.", byDialect),
    gauge("sheaf_rooms", "Documents that are live in this process.", figures.rooms),
    gauge("sheaf_sessions", "Stays in rooms; one connection may have several.", figures.sessions),
    gauge("sheaf_sessions_behind", "Sessions that wait for their socket to drain.", figures.sessionsBehind),
    gauge("sheaf_queued_bytes", "Bytes of updates that wait for a commit to begin.", figures.queuedBytes),
    gauge("sheaf_unsent_bytes", "Bytes that wait in all sockets.", figures.unsentBytes),
  ];
}

function logFamilies(measures: LogMeasures): Family[] {
  return [
    gauge("sheaf_log_file_bytes", "The log's database on disk.", measures.fileBytes),
    gauge("sheaf_log_wal_bytes", "Its write-ahead log on disk.", measures.writeAheadLogBytes),
    gauge(
      "sheaf_log_hot_file_bytes",
      "The files of rows that are not packed yet, with room for more.",
      measures.hotFileBytes,
    ),
    gauge("sheaf_log_hot_rows", "Rows that are not packed yet.", measures.hotRows),
    gauge("sheaf_log_hot_bytes", "What the updates in them take.", measures.hotBytes),
    counter("sheaf_log_packed_rows_total", "Rows packed since the start.", measures.packedRows),
    counter("sheaf_log_packed_bytes_total", "What the segments made of them take.", measures.packedBytes),
  ];
}

/** The first four under the names that every Prometheus client uses. */
function processFamilies(figures: ProcessFigures): Family[] {
  const build = { labels: { node: figures.nodeVersion, protocol: String(PROTOCOL_VERSION) }, value: 1 };
  return [
    gauge("process_resident_memory_bytes", "Memory the process holds.", figures.residentBytes),
    gauge("nodejs_heap_size_used_bytes", "Memory its JavaScript objects take.", figures.heapUsedBytes),
    counter("process_cpu_seconds_total", "Processor time it has used.", figures.cpuSeconds),
    gauge("process_start_time_seconds", "When it started, in seconds since 1970.", figures.startedAt),
    gauge("sheaf_uptime_seconds", "How long it has run.", figures.uptimeSeconds),
    family("gauge", "sheaf_build_info", "What runs here; always 1.", [build]),
  ];
}

const gauge = (name: string, help: string, value: number): Family => family("gauge", name, help, [{ value }]);
const counter = (name: string, help: string, value: number): Family => family("counter", name, help, [{ value }]);

/** The kind of address: never the address itself, of which there are as many as anyone cares to invent. */
function routeOf(path: string): string {
  const [, first = "", , , fourth] = path.split("/");
  if (first === "api" && fourth === "snapshots") return "snapshot";
  if (first === "api" && fourth === "blobs") return "blob";
  return ROUTES.get(first) ?? "other";
}

const ROUTES: ReadonlyMap<string, string> = new Map([
  ["", "page"],
  ["d", "page"],
  ["join", "page"],
  ["assets", "asset"],
  ["api", "api"],
  ["sync", "sync"],
  ["y", "y"],
  ["healthz", "operator"],
  ["readyz", "operator"],
  ["metrics", "operator"],
]);
