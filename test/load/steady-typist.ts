import type { OwnClient } from "../support/own-client.ts";
import { delay } from "../support/until.ts";

const PAUSE_MILLIS = 50;

/** One person who types steadily, and how long each word took to be acknowledged. */
export class SteadyTypist {
  readonly #words: string[] = [];
  readonly #client: OwnClient;
  readonly #done: Promise<void>;
  #waiting: number[] = [];
  #acks: number[] = [];
  #isTyping = true;

  constructor(client: OwnClient) {
    this.#client = client;
    client.provider.subscribe(() => {
      if (client.status !== "saved") return;
      const now = performance.now();
      this.#acks.push(...this.#waiting.splice(0).map((typedAt) => now - typedAt));
    });
    this.#done = this.#type();
  }

  /** Those since it was last asked. */
  takeAcks(): number[] {
    return this.#acks.splice(0);
  }

  /** @returns All that was typed. */
  async stop(): Promise<string[]> {
    this.#isTyping = false;
    await this.#done;
    return this.#words;
  }

  async #type(): Promise<void> {
    const { text } = this.#client;
    while (this.#isTyping) {
      const word = `w${this.#words.length}`;
      this.#words.push(word);
      this.#waiting.push(performance.now());
      text.insert(text.length, `${word} `);
      await delay(PAUSE_MILLIS);
    }
  }
}
