import { CLOSE } from "@sheaf/protocol";
import { expect, test } from "vitest";
import { whyRefused } from "./why-refused.ts";

const answering = (status: number, body?: unknown) => {
  const asked: string[] = [];
  const get = (url: string) => {
    asked.push(url);
    const json = () => (body === undefined ? Promise.reject(new SyntaxError("no JSON")) : Promise.resolve(body));
    return Promise.resolve({ status, json });
  };
  return { asked, get };
};

test("the sync address itself is asked, over HTTP", async () => {
  const { asked, get } = answering(426);
  await whyRefused("wss://sheaf.example/sync", get);
  await whyRefused("ws://localhost:1234/sync", get);
  expect(asked).toEqual(["https://sheaf.example/sync", "http://localhost:1234/sync"]);
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "unknownDocument"],
])("%d is for good: %s, in the server's words", async (status, code) => {
  const { get } = answering(status, { code: "any", reason: "Ask Ann for the link." });
  expect(await whyRefused("ws://x/sync", get)).toEqual({ code, reason: "Ask Ann for the link." });
});

test("a proxy's refusal without words gets ours", async () => {
  expect(await whyRefused("ws://x/sync", answering(403).get)).toMatchObject({
    reason: "You may not open or change this document.",
  });
  expect(await whyRefused("ws://x/sync", answering(401, { reason: 7 }).get)).toMatchObject({
    reason: CLOSE.unauthorized.reason,
  });
});

test.each([200, 426, 429, 500, 502, 503])("%d passes by itself", async (status) => {
  expect(await whyRefused("ws://x/sync", answering(status, { reason: "Later." }).get)).toBeUndefined();
});
