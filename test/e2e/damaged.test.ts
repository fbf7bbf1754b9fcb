import { join } from "node:path";
import { expect, test } from "vitest";
import type { DocumentId } from "@sheaf/protocol";
import { changeHotRow, hotRowsOf, spoilUpdate } from "@sheaf/store/testing";
import type { Window } from "../support/browser.ts";
import { setStage } from "../support/stage.ts";

const stage = setStage();

const textOf = (document: string): string => `written in ${document}, key by key`;

const restored = ({ page }: Window) =>
  page.getByRole("status").filter({ hasText: "This document was restored on the server" });

async function write(document: string): Promise<Window> {
  const window = await stage.open(document);
  await window.type(textOf(document));
  await window.saved();
  return window;
}

/** Damages those rows of a document, while the server is down. */
async function damage(document: string, which: (seq: number, last: number) => boolean): Promise<void> {
  const file = join(stage.server.dataDir, "sheaf.db");
  await stage.server.end();
  const seqs = hotRowsOf(file).flatMap(({ row }) => (row.document === document ? [row.seq] : []));
  const last = Math.max(...seqs);
  for (const seq of seqs) if (which(seq, last)) changeHotRow(document as DocumentId, seq, spoilUpdate)(file);
  await stage.restart();
}

test("a damaged document opens with what is whole, and the device of whoever wrote the rest brings it back", async () => {
  const document = stage.newDocument();
  const ana = await write(document);
  const elsewhere = await ana.openTab();
  await ana.page.close();
  await damage(document, (seq, last) => seq === last - 3);

  const ben = await stage.open(document);
  const left = await ben.text();
  expect(left).not.toBe("");
  expect(left).not.toBe(textOf(document));
  expect(textOf(document).startsWith(left)).toBe(true);
  expect(stage.server.stderr).toContain('"quarantined"');
  expect(await restored(ben).count(), "who never had it misses nothing").toBe(0);
  await ben.press("Home");
  await ben.type("Ben was here: ");
  await ben.saved();

  await elsewhere.page.goto(stage.addressOf(document));
  for (const window of [elsewhere, ben]) {
    await window.shows(`Ben was here: ${textOf(document)}`);
    await window.saved();
    expect(await window.text()).toBe(`Ben was here: ${textOf(document)}`);
  }
  await restored(elsewhere).getByRole("button", { name: "OK" }).click();
  expect(await restored(elsewhere).count()).toBe(0);
  await elsewhere.page.reload();
  await elsewhere.ready();
  expect(await restored(elsewhere).count(), "said once").toBe(0);
});

test("a document of which nothing can be read says so on its page, and the others are served", async () => {
  const [damaged, fine] = [stage.newDocument(), stage.newDocument()];
  for (const document of [damaged, fine]) await write(document);
  await stage.closeWindows();
  await damage(damaged, () => true);
  const other = await stage.open(fine);
  await other.shows(textOf(fine));
  const window = await stage.visit(stage.addressOf(damaged));
  await window.page
    .getByText(/damaged: its operator can restore a backup/)
    .first()
    .waitFor();
  expect(stage.server.stderr).toContain("nothing of it can be read");
});
