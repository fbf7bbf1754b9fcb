import { expect, test } from "vitest";
import { err, ok, type Result } from "@sheaf/protocol";
import type { Arrived } from "@sheaf/editor";
import type { Problem } from "../api.ts";
import { Upload, type UploadPorts, type UploadState } from "./upload.ts";

const PICTURE: Arrived = { blob: "ab".repeat(32), width: 3, height: 2 };
const UNREACHABLE: Problem = { code: "unreachable", reason: "The server does not answer." };

/** An upload whose answers are given one by one; what it showed, in short. */
function start(ports: Partial<UploadPorts> = {}) {
  const shown: string[] = [];
  const pauses: number[] = [];
  const answers: ((answer: Result<Arrived, Problem>) => void)[] = [];
  const upload = new Upload({
    read: () => Promise.resolve(ok(new Blob(["bytes"]))),
    send: (_file, progress) => {
      progress(0.5);
      return new Promise((resolve) => answers.push(resolve));
    },
    connected: () => Promise.resolve(undefined),
    pause: (millis) => Promise.resolve(void pauses.push(millis)),
    changed: (state) => void shown.push(short(state)),
    ...ports,
  });
  upload.start();
  return { upload, shown, pauses, answers };
}

function short(state: UploadState): string {
  if (state.kind === "sending") return `sending ${state.share}`;
  return state.kind === "failed" ? `${state.reason}${state.mayRetry ? " Retry" : ""}` : state.kind;
}

/** Lets everything that has been answered be acted upon. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("a picture is read, waits for a connection, is sent, and has arrived", async () => {
  const { shown, answers } = start();
  await settle();
  answers[0]!(ok(PICTURE));
  await settle();
  expect(shown).toEqual(["reading", "waiting", "sending 0", "sending 0.5", "arrived"]);
});

test("what the server refuses is not sent again, and may only be tried again where that can help", async () => {
  for (const [code, mayRetry] of [
    ["no-picture", false],
    ["too-large", false],
    ["document-full", false],
    ["disk-full", true],
    ["forbidden", true],
  ] as const) {
    const { shown, answers } = start();
    await settle();
    answers[0]!(err({ code, reason: "No." }));
    await settle();
    expect(answers, code).toHaveLength(1);
    expect(shown.at(-1), code).toBe(mayRetry ? "No. Retry" : "No.");
  }
});

test("a server that does not answer is asked four times, later each time; a retry begins anew", async () => {
  const { upload, shown, answers, pauses } = start();
  for (let attempt = 0; attempt < 4; attempt++) {
    await settle();
    answers[attempt]!(err(UNREACHABLE));
  }
  await settle();
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
  expect(shown.at(-1)).toBe("The server does not answer. Retry");
  upload.start();
  await settle();
  answers[4]!(ok(PICTURE));
  await settle();
  expect(shown.at(-1)).toBe("arrived");
});

test("a cancelled one says no more and sends nothing, wherever it was", async () => {
  let connect: () => void = () => {};
  const waiting = start({ connected: () => new Promise((resolve) => (connect = () => resolve(undefined))) });
  await settle();
  waiting.upload.cancel();
  connect();
  await settle();
  expect(waiting.answers).toHaveLength(0);
  expect(waiting.shown).toEqual(["reading", "waiting"]);

  const sending = start();
  await settle();
  sending.upload.cancel();
  sending.answers[0]!(ok(PICTURE));
  await settle();
  expect(sending.shown.at(-1)).toBe("sending 0.5");
});

test("where nobody may write any more it fails, with the reason, and is not sent", async () => {
  const { shown, answers } = start({ connected: () => Promise.resolve("You may read this document.") });
  await settle();
  expect(answers).toHaveLength(0);
  expect(shown.at(-1)).toBe("You may read this document. Retry");
});
