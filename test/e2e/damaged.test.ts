import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Window } from "../support/browser.ts";
import { ServerProcess } from "../support/server-process.ts";
import { setStage } from "../support/stage.ts";

const stage = setStage();

test("a damaged document says so on its page, and the others are served", async () => {
  const [damaged, fine] = [stage.newDocument(), stage.newDocument()];
  for (const document of [damaged, fine]) {
    const window = await stage.open(document);
    await window.type(`written in ${document}`);
    await window.saved();
  }
  await stage.closeWindows();
  const { dataDir, port } = stage.server;
  await stage.server.end();
  const database = new DatabaseSync(join(dataDir, "sheaf.db"));
  database.exec(`UPDATE hot_log SET base = base + 1 WHERE log = (SELECT id FROM logs WHERE document = '${damaged}')`);
  database.close();
  stage.server = await ServerProcess.start({ dataDir, port });
  const other = await stage.open(fine);
  await other.shows(`written in ${fine}`);
  const window = stage.keep(await Window.open(stage.browser, `${stage.server.url}/d/${damaged}`));
  await window.page
    .getByText(/damaged: its operator can restore a backup/)
    .first()
    .waitFor();
  expect(stage.server.stderr).toContain("does not match its checksum");
});
