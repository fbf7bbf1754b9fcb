import { once } from "node:events";
import { readFileSync } from "node:fs";
import { decodeDown, type DocumentId, encodeUp, PROTOCOL_VERSION, SUBPROTOCOL } from "@sheaf/protocol";
import { expect, test } from "vitest";
import WebSocket from "ws";
import * as Y from "yjs";
import { INSPECTED, Inspector } from "../support/inspector.ts";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const PIECE = "x".repeat(100_000);
const PIECES = 1_900;
const PIECES_PER_SAMPLE = 50;
/** The main one, the log's, and the one that compacts. */
const THREADS = 3;
const MEGABYTE = 1024 * 1024;
/** Well below the server's patience with a silent peer. */
const PONG_MILLIS = 5_000;

/** A reader on a socket of its own that can stop taking bytes, as a frozen tab does. */
class Reader {
  readonly doc = new Y.Doc();
  readonly #socket: WebSocket;
  #pongs: NodeJS.Timeout | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (bytes: Buffer) => {
      const frame = decodeDown(bytes);
      if (!frame.ok) return;
      if (frame.value.kind === "update") Y.applyUpdate(this.doc, frame.value.update);
      if (frame.value.kind === "history") for (const { update } of frame.value.rows) Y.applyUpdate(this.doc, update);
    });
  }

  static async open(url: string, document: string): Promise<Reader> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/sync`, [SUBPROTOCOL]);
    const reader = new Reader(socket);
    await once(socket, "open");
    socket.send(encodeUp({ kind: "hello", protocolVersion: PROTOCOL_VERSION }));
    socket.send(
      encodeUp({
        kind: "join",
        channel: 0,
        document: document as DocumentId,
        schemaVersion: 0,
        vector: Uint8Array.of(0),
        position: undefined,
      }),
    );
    return reader;
  }

  /** As a frozen tab: its system goes on saying that it is there, also on a machine so slow that pings have to be answered. */
  pause(): void {
    this.#socket.pause();
    this.#pongs = setInterval(() => this.#socket.pong(), PONG_MILLIS);
  }

  wake(): void {
    clearInterval(this.#pongs);
    this.#socket.resume();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  close(): void {
    clearInterval(this.#pongs);
    this.#socket.terminate();
  }
}

function residentBytes({ pid }: ServerProcess): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** What it was like while so much was written. Times in milliseconds, memory in bytes. */
interface Phase {
  readonly p50: number;
  readonly p99: number;
  /** What the main thread, where sockets are, held at most of what is not garbage. */
  readonly mainPeak: number;
  /**
   * What all threads held at least in the second half, when whatever grows has grown. The rest comes and goes with the
   * batch that is written, 4.5 MB at a time, and with what is compacted.
   */
  readonly least: number;
  readonly residentPeak: number;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
}

test("a reader that is paused under 190 MB costs the server less than 4 MB, keeps nobody waiting, and is brought up to date", async () => {
  const server = await ServerProcess.start({ nodeArgs: INSPECTED });
  const inspector = await Inspector.attach(server);
  const [writer, witness] = [
    new OwnClient(server.url, "paused", { schemaVersion: 0 }),
    new OwnClient(server.url, "paused", { schemaVersion: 0 }),
  ];
  const reader = await Reader.open(server.url, "paused");
  try {
    await Promise.all([writer.synced(), witness.synced()]);

    /** Writes so many pieces, each replacing the one before. */
    const write = async (name: string, pieces: number): Promise<Phase> => {
      const [waits, main, all, resident]: [number[], number[], number[], number[]] = [[], [], [], []];
      for (let piece = 0; piece < pieces; piece++) {
        const began = performance.now();
        const arrived = new Promise<void>((resolve) => witness.doc.once("update", () => resolve()));
        writer.doc.transact(() => {
          writer.text.delete(0, writer.text.length);
          writer.text.insert(0, `${name} ${piece} ${PIECE}`);
        });
        await arrived;
        waits.push(performance.now() - began);
        if (piece % PIECES_PER_SAMPLE > 0) continue;
        resident.push(residentBytes(server));
        // The witness has the piece, so the server has flushed it to whomever it would.
        const held = await inspector.heldBytes();
        main.push(held[0]!);
        all.push(held.reduce((sum, bytes) => sum + bytes));
      }
      return {
        p50: percentile(waits, 0.5),
        p99: percentile(waits, 0.99),
        mainPeak: Math.max(...main),
        least: Math.min(...all.slice(all.length / 2)),
        residentPeak: Math.max(...resident),
      };
    };

    // The thread that compacts comes after some seconds and stays a while: on a fast machine it would come between the
    // two phases, and count as what the reader costs.
    do await write("warming up", PIECES / 4);
    while ((await inspector.heldBytes()).length < THREADS);
    const awake = await write("awake", PIECES / 2);
    reader.pause();
    const paused = await write("paused", PIECES);
    const more = (what: "mainPeak" | "least" | "residentPeak") => (paused[what] - awake[what]) / MEGABYTE;
    console.log(
      `everybody reading: p50 ${awake.p50.toFixed(1)} ms, p99 ${awake.p99.toFixed(1)} ms; ` +
        `one reader paused under 190 MB: p50 ${paused.p50.toFixed(1)} ms, p99 ${paused.p99.toFixed(1)} ms, ` +
        `main thread at most ${(awake.mainPeak / MEGABYTE).toFixed(2)} MB and ${more("mainPeak").toFixed(2)} more, ` +
        `all threads at least ${(awake.least / MEGABYTE).toFixed(2)} MB and ${more("least").toFixed(2)} more, ` +
        `process at most ${(awake.residentPeak / MEGABYTE).toFixed(0)} MB and ${more("residentPeak").toFixed(0)} more`,
    );
    // What may wait for one socket is 1 MiB (D7) and the frame that exceeds it.
    expect(more("mainPeak")).toBeLessThan(4);
    expect(more("least")).toBeLessThan(4);
    // Garbage and what the allocator keeps drift by some tens.
    expect(more("residentPeak")).toBeLessThan(80);
    expect(reader.isOpen).toBe(true);
    reader.wake();
    await until(
      "the reader is up to date",
      () =>
        reader.doc
          .getText("text")
          .toString()
          .startsWith(`paused ${PIECES - 1} `),
      60_000,
    );
    expect(reader.doc.getText("text").toString()).toBe(writer.text.toString());
  } finally {
    inspector.close();
    reader.close();
    writer.close();
    witness.close();
    await server.end();
  }
});
