// A process that does nothing but append to a store, say what was acknowledged, and pack and compact all the while,
// until it is killed. What a failing disk refuses is appended again.
import { parseDocumentId } from "@sheaf/protocol";
import { openSqliteLog } from "@sheaf/store";
import { Keystrokes } from "./keystrokes.ts";
import { readAll } from "./read-all.ts";
import { delay } from "./until.ts";

const [file = "", ...names] = process.argv.slice(2);
const opened = await openSqliteLog(file, {
  report: (report) => process.stdout.write(`trouble ${"reason" in report ? report.reason : report.kind}\n`),
  quietMillis: 15,
});
if (!opened.ok) throw new Error(opened.error.reason);
const log = opened.value;

const writers = await Promise.all(
  names.map(async (name) => {
    const document = parseDocumentId(name)!;
    const rows = await readAll(log, document);
    return new Keystrokes(
      document,
      rows.map(({ update }) => update),
    );
  }),
);
for (let turn = 0; ; turn++) {
  const rows = writers.flatMap((writer) => Array.from({ length: 1 + ((turn * 7) % 60) }, () => writer.next()));
  let appended = await log.append(rows);
  while (!appended.ok) {
    await delay(5);
    appended = await log.append(rows);
  }
  for (const [index, { document }] of rows.entries()) process.stdout.write(`${document} ${appended.value[index]}\n`);
  // Of its own accord it would leave a failing disk alone for half a minute.
  if (turn % 5 === 0) await log.compact(rows[0]!.document);
  // Now and then long enough that the documents count as quiet.
  await delay(turn % 9 === 0 ? 30 : 1);
}
