// Takes the pictures of the README: two people in a document, light and dark, wide and narrow.
//
//   npm run screenshots
import { join } from "node:path";
import { SCHEMA_VERSION } from "@sheaf/editor";
import { launchBrowser, Window } from "../support/browser.ts";
import { OwnClient } from "../support/own-client.ts";
import { writeSampleDocument } from "../support/sample-document.ts";
import { ServerProcess } from "../support/server-process.ts";
import { delay, until } from "../support/until.ts";

const IMAGES = join(import.meta.dirname, "../../docs/images");
const server = await ServerProcess.start();
const browser = await launchBrowser();
const url = `http://localhost:${server.port}/d/reading-room`;
const author = await new OwnClient(server.url, "reading-room", { schemaVersion: SCHEMA_VERSION }).synced();
writeSampleDocument(author.doc);
await until("saved", () => author.status === "saved");

for (const [size, viewport] of Object.entries({
  wide: { width: 1280, height: 860 },
  narrow: { width: 390, height: 844 },
})) {
  for (const colorScheme of ["light", "dark"] as const) {
    const options = {
      viewport,
      colorScheme,
      deviceScaleFactor: 2,
      ...(size === "narrow" && { hasTouch: true, isMobile: true }),
    };
    const mei = await (await Window.open(browser, url)).ready();
    const ana = await (await Window.open(browser, url, options)).ready();
    await mei.page.getByText("Periodicals, unbound").click();
    await mei.press("End");
    await ana.page.getByText("Questions to Mei").waitFor();
    // The other person's caret has just moved, so its name shows.
    await mei.press("Shift+Control+ArrowLeft");
    await mei.press("Shift+Control+ArrowLeft");
    await delay(400);
    await ana.page.screenshot({ path: join(IMAGES, `${size}-${colorScheme}.png`) });
    await mei.close();
    await ana.close();
  }
}
author.close();
await browser.close();
await server.end();
