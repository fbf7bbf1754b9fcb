import type { Window } from "./browser.ts";
import { until } from "./until.ts";

/** Takes an entry of a menu in the Formatting toolbar as somebody without a mouse does: Alt+F10, arrows, letters, Enter. */
export async function choose(window: Window, menu: string, entry: string): Promise<void> {
  const { page } = window;
  const focus = () => page.evaluate(() => document.activeElement?.closest(".bubble, .touch-bar") !== null);
  await window.press("Alt+F10");
  await until("the toolbar has the focus", focus);
  await window.press("End");
  await step(window, page.getByRole("button", { name: menu, exact: true }), "ArrowLeft");
  await window.press("Enter");
  const list = page.getByRole("menu", { name: menu });
  await list.waitFor();
  await until("the menu has the focus", () => list.evaluate((element) => element.contains(document.activeElement)));
  await step(
    window,
    list.locator("button").filter({ hasText: new RegExp(`^${entry}`) }),
    entry.charAt(0).toLowerCase(),
  );
  await window.press("Enter");
  await until("the text has the focus", () => window.editor.evaluate((editor) => editor === document.activeElement));
}

async function step(window: Window, target: ReturnType<Window["page"]["locator"]>, key: string): Promise<void> {
  await until(`${key} reaches it`, async () => {
    if (await target.evaluate((element) => element === document.activeElement)) return true;
    await window.press(key);
    return false;
  });
}
