import * as Y from "yjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OwnClient } from "../support/own-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockClient } from "../support/stock-client.ts";
import { delay, until } from "../support/until.ts";
import { ALL_ONCE, countWords } from "../support/words.ts";

const ROUNDS = Number(process.env["KILLS"] ?? 15);
let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.end());

test(`kill -9 while three people type, ${ROUNDS} rounds: nothing acked or seen is lost, and all replicas are equal`, async () => {
  const document = "kill";
  const own = [0, 1].map(() => new OwnClient(server.url, document, { schemaVersion: 0 }));
  const stock = new StockClient(server.url, document);
  const everyone = [...own, stock];
  const typed: string[] = [];
  const slowest: number[] = [];
  try {
    for (const client of everyone) await client.synced();
    for (let round = 0; round < ROUNDS; round++) {
      let isTyping = true;
      const typing = everyone.map(async (client, author) => {
        for (let word = 0; isTyping; word++) {
          const text = `r${round}a${author}w${word}`;
          client.text.insert(client.text.length, `${text} `);
          typed.push(text);
          await delay(4 + ((round * 7 + author * 3 + word) % 9));
        }
      });
      await delay(50 + ((round * 97) % 400));
      // What anyone but its author shows, the server has promised to keep.
      await server.end("SIGKILL");
      const promised = new Set<string>();
      for (const client of everyone) {
        const others = client.text.toString().split(" ");
        const author = everyone.indexOf(client);
        for (const word of others) if (word !== "" && !word.startsWith(`r${round}a${author}w`)) promised.add(word);
      }
      isTyping = false;
      await Promise.all(typing);

      server = await ServerProcess.start({ dataDir: server.dataDir, port: server.port });
      const restarted = performance.now();
      // A reader that was not there before has only what the disk had.
      const witness = await new OwnClient(server.url, document, { schemaVersion: 0 }).synced();
      const recovered = new Set(witness.text.toString().split(" "));
      expect(
        [...promised].filter((word) => !recovered.has(word)),
        `round ${round}`,
      ).toEqual([]);
      const { length } = witness.text;
      witness.text.insert(length, `witness${round} `);
      await until("the first ack after a restart", () => witness.status === "saved", 5_000);
      slowest.push(performance.now() - restarted);
      await until("everyone is saved", () => own.every(({ status }) => status === "saved"), 40_000);
      await until(
        "all replicas are equal",
        () =>
          new Set([...everyone, witness].map(({ doc }) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64")))
            .size === 1,
        20_000,
      );
      witness.close();
    }
    expect(countWords(typed, stock.text.toString())).toEqual(ALL_ONCE);
    console.log(`${typed.length} words; first ack after restart: slowest ${Math.round(Math.max(...slowest))} ms`);
    expect(Math.max(...slowest)).toBeLessThan(2_000);
  } finally {
    for (const client of everyone) client.close();
  }
});
