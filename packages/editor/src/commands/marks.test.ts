import { TextSelection } from "@tiptap/pm/state";
import { describe, expect, test } from "vitest";
import type { Host } from "../testing/host.ts";
import { openNetwork, type Network } from "../testing/network.ts";
import { element, text } from "../testing/odd-document.ts";
import { commands, type CommandName } from "./commands.ts";
import { setLink } from "./links.ts";
import { colourIn } from "./marks.ts";

const meet = (attributes: Record<string, unknown> = {}): Network =>
  openNetwork(2, (fragment) =>
    fragment.push([element("textBlock", { id: "b" }, [text({ insert: "one two three", attributes })])]),
  );

const open = (): Host => meet().hosts[0]!;

const select = (host: Host, from: number, to: number): Host => {
  host.dispatch(host.state.tr.setSelection(TextSelection.create(host.state.doc, from + 1, to + 1)));
  return host;
};

const run = (host: Host, ...names: readonly CommandName[]): Host => {
  for (const name of names) host.run(commands[name].run);
  return host;
};

/** The words with their marks: `two[bold,highlight:red]`. */
const shown = (host: Host): string[] =>
  host.state.doc.child(0).content.content.map(({ text: words, marks }) => {
    const names = marks.map(({ type, attrs }) => [type.name, attrs["color"] ?? attrs["href"] ?? []].flat().join(":"));
    return `${words}${names.length > 0 ? `[${names.join(",")}]` : ""}`;
  });

describe("colours", () => {
  test("take each other's place, and none goes with its own command", () => {
    const host = run(select(open(), 4, 7), "highlightRed", "textBlue");
    expect(shown(host)).toEqual(["one ", "two[highlight:red,textColor:blue]", " three"]);
    expect(shown(run(host, "highlightTeal", "noTextColour"))).toEqual(["one ", "two[highlight:teal]", " three"]);
    expect(colourIn(host.state, "highlight")).toBe("teal");
    expect(shown(run(host, "highlight"))).toEqual(["one two three"]);
    expect(host.run(commands.noHighlight.run)).toBe(false);
  });

  test("are what is typed next where nothing is selected", () => {
    const host = run(select(open(), 3, 3), "highlight");
    host.dispatch(host.state.tr.insertText("!"));
    expect(shown(host)).toEqual(["one", "![highlight:yellow]", " two three"]);
  });

  test("stay out of code blocks", () => {
    const host = run(select(open(), 1, 1), "codeBlock");
    expect(select(host, 0, 3).run(commands.highlightRed.run)).toBe(false);
  });

  test("two people give to words that overlap end the same for both", () => {
    const network = meet();
    const [ana, ben] = network.hosts as [Host, Host];
    run(select(ana, 0, 7), "highlightRed", "bold");
    run(select(ben, 4, 13), "highlightBlue", "superscript");
    network.flush();
    expect(shown(ana)).toEqual(shown(ben));
    expect(shown(ana).join("")).toContain("one [highlight:red,bold]");
    // Where the one colour ends in Yjs so does the other that began under it; other marks go on.
    expect(shown(ana).at(-1)).toMatch(/^ three\[(highlight:blue,)?superscript\]$/);
  });

  test("of a name that is not known here stay as they are, whatever is done around them", () => {
    const network = meet({ highlight: { color: "ochre", since: 2030 } });
    const [ana] = network.hosts as [Host];
    run(select(ana, 0, 3), "bold");
    expect(ana.fragment.toString()).toContain("ochre");
    expect(shown(ana)).toEqual(["one[highlight:ochre,bold]", " two three[highlight:ochre]"]);
    network.flush();
    expect(shown(network.hosts[1]!)).toEqual(shown(ana));
  });
});

test("letters below the line are not above it too", () => {
  const host = run(select(open(), 4, 7), "subscript", "superscript");
  expect(shown(host)).toEqual(["one ", "two[superscript]", " three"]);
  expect(shown(run(host, "superscript"))).toEqual(["one two three"]);
  run(select(host, 3, 3), "subscript", "superscript");
  host.dispatch(host.state.tr.insertText("!"));
  expect(shown(host)).toEqual(["one", "![superscript]", " two three"]);
});

test("clearing the formatting leaves the link, and takes the looks of what is typed next", () => {
  const host = run(select(open(), 0, 7), "bold", "textRed", "code", "subscript");
  host.run(setLink("https://example.org/"));
  expect(shown(run(host, "clearFormatting"))).toEqual(["one two[link:https://example.org/]", " three"]);
  expect(host.run(commands.clearFormatting.run)).toBe(false);
  run(select(host, 13, 13), "bold", "highlight", "clearFormatting");
  host.dispatch(host.state.tr.insertText("!"));
  expect(shown(host).at(-1)).toBe(" three!");
});
