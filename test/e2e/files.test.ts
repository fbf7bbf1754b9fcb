import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { Window } from "../support/browser.ts";
import { carry } from "../support/carry.ts";
import { makePng } from "../support/picture.ts";
import { makeFolder } from "../support/server-process.ts";
import { shapeOf } from "../support/shape.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

const stage = setStage();
let ana: Window;
let folder: string;

beforeAll(async () => {
  folder = makeFolder();
  const context = await stage.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  await stage.signIn(context);
  ana = await Window.openIn(context, stage.addressOf(stage.newDocument()));
  await ana.ready();
});
afterAll(async () => {
  await ana.close();
  await rm(folder, { recursive: true });
});

const MARKDOWN = `# Field notes: July

Rye and **barley**, *late* and <u>wet</u>.

- [x] mow
- rake
  1. north

| Field | Tons |
| --- | --- |
| North | 12 |

\`\`\`ts
const dry = true;
\`\`\`

> So it was.
`;
const SHAPE = [
  "Field notes: July",
  "Rye and <strong>barley</strong>, <em>late</em> and <u>wet</u>.",
  "task done: mow",
  "bullet: rake",
  "numbered/1: north",
  "[*Field | *Tons] [North | 12]",
  "code ts: const dry = true;",
  "quote: So it was.",
];

async function choose(item: string): Promise<void> {
  await ana.page.getByRole("button", { name: "More for this document" }).click();
  await ana.page.getByRole("menuitem", { name: item }).click();
}

/** @returns The file's name, and what is in it. */
async function exported(item: string): Promise<readonly [name: string, text: string]> {
  const download = ana.page.waitForEvent("download");
  await choose(item);
  const file = await download;
  return [file.suggestedFilename(), await readFile(await file.path(), "utf8")];
}

const shows = (wanted: readonly string[]): Promise<unknown> =>
  until("the document shows it", async () => JSON.stringify(await shapeOf(ana)) === JSON.stringify(wanted)).catch(
    async () => expect(await shapeOf(ana)).toEqual(wanted),
  );

test("a Markdown file that is dropped on an empty document becomes it, and one undo takes it back", async () => {
  const file = [new TextEncoder().encode(MARKDOWN), "text/markdown", "notes.md"] as const;
  await carry(ana, { dropOn: "" }, { files: [file] });
  await shows(SHAPE);
  await ana.press("Control+z");
  await shows([""]);
  await ana.press("Control+Shift+z");
  await shows(SHAPE);
});

test("exported as Markdown it is the file again, called as its title", async () => {
  const [name, text] = await exported("Export as Markdown");
  expect(name).toBe("Field notes July.md");
  expect(text).toBe(MARKDOWN.replace("*late*", "_late_"));
});

test("copied as Markdown it is on the clipboard, and the page says so", async () => {
  await choose("Copy as Markdown");
  await ana.page.getByText("Copied as Markdown.").waitFor();
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toContain("- [x] mow\n- rake\n  1. north\n");
});

test("exported as HTML it stands for itself, with its pictures, and makes the same document", async () => {
  await ana.press("Control+End");
  await carry(ana, "paste", { files: [[makePng(40, 30, 1), "image/png"]] });
  await until("the picture is there", async () => (await shapeOf(ana)).some((block) => block.startsWith("picture")));
  const [name, text] = await exported("Export as HTML");
  expect(name).toBe("Field notes July.html");
  expect(text).toContain("<h1>Field notes: July</h1>");
  expect(text).toContain('<img src="data:image/png;base64,');
  expect(text).not.toContain("http");
  await writeFile(join(folder, "notes.html"), text);

  // From the list of documents, into a new one, because this one is not empty.
  const before = ana.page.url();
  await ana.page.getByRole("button", { name: "Documents" }).click();
  await ana.page.locator("input[type=file]").setInputFiles(join(folder, "notes.html"));
  await until("another document is open", () => ana.page.url() !== before && ana.page.url().includes("/d/"));
  await ana.ready();
  await shows([...SHAPE, "picture", ""]);
});

test("what cannot be read is said in the list of documents, and changes nothing", async () => {
  const before = await shapeOf(ana);
  await writeFile(join(folder, "program.exe"), "\0");
  await ana.page.getByRole("button", { name: "Documents" }).click();
  await ana.page.locator("input[type=file]").setInputFiles(join(folder, "program.exe"));
  await ana.page.getByText("program.exe cannot be read here").waitFor();
  await ana.press("Escape");
  expect(await shapeOf(ana)).toEqual(before);
});

test("the menu is gone through by keyboard alone, and axe finds nothing in it", async () => {
  await ana.page.getByRole("button", { name: "More for this document" }).focus();
  await ana.press("Enter");
  await ana.page.getByRole("menuitem", { name: "Copy as Markdown" }).waitFor();
  await until("the first has the focus", () =>
    ana.page.evaluate(() => document.activeElement?.textContent.startsWith("Find") === true),
  );
  expect(await violations(ana)).toEqual([]);
  await ana.press("ArrowDown");
  await ana.press("p");
  expect(await ana.page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Print/);
  await ana.press("Escape");
  await until("it is closed", async () => (await ana.page.getByRole("menu").count()) === 0);
});

test("on paper it is light, without what is around the text, and says where links lead", async () => {
  await ana.page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const name of ["More for this document", "Documents"])
    expect(await ana.page.getByRole("button", { name, exact: true }).isVisible()).toBe(false);
  const colours = await ana.page.evaluate(() => {
    const text = getComputedStyle(document.querySelector("#editor .ProseMirror > *")!);
    return [getComputedStyle(document.documentElement).backgroundColor, text.color];
  });
  expect(colours).toEqual(["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  await ana.press("Control+End");
  await carry(ana, "paste", {
    data: {
      "text/html": '<a href="https://a.example/plan">a plan</a>, <a href="https://b.example/">https://b.example</a>',
    },
  });
  await ana.page.locator("a", { hasText: "b.example" }).waitFor();
  const after = await ana.page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    return [...document.querySelectorAll("#editor a")].map((link) => getComputedStyle(link, "::after").content);
  });
  expect(after).toEqual(['" (https://a.example/plan)"', "none"]);
  await ana.page.emulateMedia({ media: null, colorScheme: null });
});
