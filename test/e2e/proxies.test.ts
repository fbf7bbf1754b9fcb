import { describe, expect, test } from "vitest";
import { PROXIES } from "../support/deployed-proxy.ts";
import { handshake } from "../support/handshake.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

describe.each(PROXIES)("over https through %s", (proxy) => {
  const stage = setStage({ behind: proxy });

  test("two people write, one reloads, also while the server is gone, and another site's page is refused before an upgrade", async () => {
    const document = stage.newDocument();
    const ana = await stage.open(document);
    const protocols: string[] = [];
    ana.page.on("websocket", (socket) => protocols.push(new URL(socket.url()).protocol));
    await ana.type("Minutes of Monday");
    await ana.saved();
    const ben = await stage.open(document);
    await ben.shows("Minutes of Monday");
    await ben.press("Enter");
    await ben.type("We met.");
    await ana.shows("We met.");
    await ana.page.reload();
    await ana.ready();
    await ana.shows("Minutes of Monday\nWe met.");
    await until("its socket is seen", () => protocols.length > 0);
    expect(protocols).toEqual(["wss:"]);
    await ana.page.evaluate(() => navigator.serviceWorker.ready);
    await stage.server.end();
    await ana.page.reload();
    await ana.shows("Minutes of Monday");
    await stage.restart();
    await ana.saved();
    await ana.shows("Minutes of Monday\nWe met.");
    const { headers } = stage.owner;
    expect(await handshake(stage.url, "/sync", headers)).toBe(101);
    expect(await handshake(stage.url, "/sync", { ...headers, origin: "https://elsewhere.example" })).toBe(403);
  });
});
