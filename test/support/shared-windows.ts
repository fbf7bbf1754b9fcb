import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import type { Stage } from "./stage.ts";
import { Window, type WindowOptions } from "./browser.ts";

/** Windows on one document for all scenarios of a file, which is quicker than windows for each. */
export interface SharedWindows {
  readonly [at: number]: Window;
}

/** Opens as many windows as there are `options`; they are closed, and checked, after the last scenario. */
export function shareWindows(stage: Stage, ...options: readonly WindowOptions[]): SharedWindows {
  const windows: Window[] = [];
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    const document = stage.newDocument();
    for (const each of options) {
      const context = await stage.browser.newContext(each);
      contexts.push(context);
      await stage.signIn(context);
      const window = await Window.openIn(context, stage.addressOf(document));
      windows.push(await window.ready());
    }
  });
  afterAll(async () => {
    for (const window of windows) await window.close();
    for (const context of contexts) await context.close();
  });
  return windows;
}

type Json = {
  readonly type: string;
  readonly attrs?: object;
  readonly text?: string;
  readonly marks?: readonly Json[];
  readonly content?: readonly Json[];
};

const paragraph = (words: string): Json => ({
  type: "textBlock",
  ...(words === "" ? {} : { content: [{ type: "text", text: words }] }),
});

/** A table of words, one a cell. */
export const tableOf = (rows: readonly (readonly string[])[]): Json => ({
  type: "table",
  content: rows.map((cells) => ({
    type: "tableRow",
    content: cells.map((words) => ({ type: "tableCell", content: [paragraph(words)] })),
  })),
});

/** Makes the document a title and `blocks`, as one edit of this window's person. */
export async function write(window: Window, ...blocks: readonly (Json | string)[]): Promise<void> {
  const content = ["Title", ...blocks].map((block) => (typeof block === "string" ? paragraph(block) : block));
  await window.editor.evaluate((element, json) => {
    const { view, schema } = (element as unknown as { editor: { view: never; schema: never } }).editor as unknown as {
      view: {
        state: {
          tr: { replaceWith(from: number, to: number, nodes: unknown[]): never };
          doc: { content: { size: number } };
        };
        dispatch(tr: never): void;
      };
      schema: { nodeFromJSON(json: unknown): unknown };
    };
    const nodes = json.map((each) => schema.nodeFromJSON(each));
    view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, nodes));
  }, content);
}
