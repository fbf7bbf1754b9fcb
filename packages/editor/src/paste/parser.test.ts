import { describe, expect, test } from "vitest";
import { setStylesAside } from "./parser.ts";

describe("pasted HTML", () => {
  test("has its style attributes set aside, in tags only", () => {
    const html = `<b style="font-weight:normal"><p align=left STYLE='color:red'>style="x" stays</p></b>`;
    expect(setStylesAside(html)).toBe(
      `<b data-pasted-style="font-weight:normal"><p align=left data-pasted-style='color:red'>style="x" stays</p></b>`,
    );
  });

  test("has no scripts in its attributes, and its stylesheets are text", () => {
    expect(
      setStylesAside(`<p class="a"onclick="x()" OnLoad = y>on=1</p><style media=print>p { color: red }</style>`),
    ).toBe(
      `<p class="a"data-script="x()" data-script= y>on=1</p><textarea data-pasted-sheet media=print>p { color: red }</textarea>`,
    );
  });

  test("without styles is left as it is", () => {
    const html = `<p data-style="a" class="style">a < b, style=1</p>`;
    expect(setStylesAside(html)).toBe(html);
  });
});
