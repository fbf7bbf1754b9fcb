import type { DocumentId } from "@sheaf/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepOpen, recallOpen } from "./open-toggles.ts";

let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  });
});
afterEach(() => vi.unstubAllGlobals());

const named = (name: string): DocumentId => name as DocumentId;

/** Somebody opens a document, and leaves it with these toggles open. */
function leave(document: string, ...open: readonly string[]): void {
  const page = new EventTarget();
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  keepOpen(named(document), () => open);
  page.dispatchEvent(new Event("pagehide"));
}

test("each document has its own, and the last time counts", () => {
  leave("a", "one", "two");
  leave("ab", "three");
  leave("a", "two");
  expect([...recallOpen(named("a"))]).toEqual(["two"]);
  expect([...recallOpen(named("ab"))]).toEqual(["three"]);
  expect([...recallOpen(named("b"))]).toEqual([]);
  for (const document of ["a", "ab"]) leave(document);
  expect(stored.size).toBe(0);
});

test("it is bounded: so many documents, so many toggles of each, and no id that is none of ours", () => {
  for (let index = 0; index < 60; index++) leave(`d${index}`, "x".repeat(25), "a b", "a\nb", "", `t${index}`);
  expect([...recallOpen(named("d59"))]).toEqual(["t59"]);
  expect([...recallOpen(named("d10"))]).toEqual(["t10"]);
  expect(recallOpen(named("d9")).size).toBe(0);
  leave("many", ...Array.from({ length: 500 }, (_, index) => `t${index}`));
  expect(recallOpen(named("many")).size).toBe(100);
});
