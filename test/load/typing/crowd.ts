import * as Y from "yjs";
import { DOCUMENT, SCHEMA_VERSION } from "@sheaf/editor";
import { OwnClient } from "../../support/own-client.ts";
import { seededRandom } from "../../support/random.ts";

const COLORS = ["#a83a1e", "#1e6fa8", "#2d7a3a", "#7a4ab0", "#a8741e"];
/** Then they go on somewhere else. */
const EDITS_IN_A_PLACE = 20;

/** People who type letters all over one document, each with a caret that the others see. */
export class Crowd {
  sent = 0;
  readonly #clients: OwnClient[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  static async join(url: string, document: string, count: number): Promise<Crowd> {
    const crowd = new Crowd();
    for (let index = 0; index < count; index++) {
      const client = await new OwnClient(url, document, { schemaVersion: SCHEMA_VERSION }).synced();
      client.provider.awareness.setLocalState({ user: { name: `Person ${index}`, color: COLORS[index % 5] } });
      crowd.#clients.push(client);
    }
    return crowd;
  }

  /** @param rate - Letters a second, of each. */
  start(rate: number): void {
    for (const [index, client] of this.#clients.entries()) {
      const random = seededRandom(index + 1);
      const blocks = client.doc.getXmlFragment(DOCUMENT);
      let edits = 0;
      let place: { readonly text: Y.XmlText; at: number } | undefined;
      const type = (): void => {
        if (place === undefined || edits % EDITS_IN_A_PLACE === 0) {
          let text: unknown;
          while (!(text instanceof Y.XmlText)) {
            text = (blocks.get(Math.floor(random() * blocks.length)) as Y.XmlElement).get(0);
          }
          place = { text, at: Math.floor(random() * text.length) };
        }
        edits++;
        place.text.insert(place.at++, "abcde "[edits % 6]!);
        const caret = Y.createRelativePositionFromTypeIndex(place.text, place.at, -1);
        const encoded = Buffer.from(Y.encodeRelativePosition(caret)).toString("base64");
        client.provider.awareness.setLocalStateField("caret", { anchor: encoded, head: encoded });
        this.sent++;
      };
      const begin = setTimeout(() => this.#timers.push(setInterval(type, 1000 / rate)), (index * 1000) / rate / 10);
      this.#timers.push(begin);
    }
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  leave(): void {
    this.stop();
    for (const client of this.#clients) client.close();
  }
}
