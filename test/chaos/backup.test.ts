import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { DiskFault } from "../support/disk-fault.ts";
import { OwnClient } from "../support/own-client.ts";
import { makeFolder, ServerProcess } from "../support/server-process.ts";
import { keyOf } from "../support/shared-server.ts";
import { StockClient } from "../support/stock-client.ts";
import { delay, until } from "../support/until.ts";
import { Visitor } from "../support/visitor.ts";
import { ALL_ONCE, countWords, wordsOf } from "../support/words.ts";

const clients: (OwnClient | StockClient)[] = [];
const servers: ServerProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) await server.end("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = makeFolder();
  folders.push(made);
  return made;
}

async function start(dataDir: string, options: Partial<Parameters<typeof ServerProcess.start>[0]> = {}) {
  const server = await ServerProcess.start({ dataDir, ...options });
  servers.push(server);
  return server;
}

function connect<Client extends OwnClient | StockClient>(client: Client): Client {
  clients.push(client);
  return client;
}

/** So much that a backup takes a while. */
async function fill({ url, headers }: Pick<Visitor, "url" | "headers">, documents: number): Promise<void> {
  for (let document = 0; document < documents; document++) {
    const writer = new OwnClient(url, `filler-${document}`, { schemaVersion: 0, headers });
    await writer.synced();
    writer.text.insert(0, `${document} is filler. `.repeat(60_000));
    await until("the filler is saved", () => writer.status === "saved", 60_000);
    writer.close();
  }
}

test("three people type, a backup is made meanwhile, they type on, and the server is killed and its folder lost: the backup holds every word acked before it, and with them back no word is lost or doubled", async () => {
  const dataDir = folder();
  const file = join(folder(), "sheaf.backup");
  const server = await start(dataDir, { isShared: true });
  const [ownerKey, inviteKey] = server.greeting.match(/\S+\/join#\S+/g)!.map(keyOf) as [string, string];
  const olga = await Visitor.join(server.url, ownerKey, "Olga");
  const gus = await Visitor.join(server.url, inviteKey, "Gus");
  const { document } = (await new Visitor(server.url).ask("POST", "/api/join", { key: inviteKey, name: "Ida" })).body;
  const sam = await Visitor.join(server.url, inviteKey, "Sam");
  const { token } = (await sam.ask("POST", `/api/documents/${document}/tokens`, {})).body;
  await fill(olga, 12);

  const own = [connect(olga.open(document)), connect(gus.open(document))];
  const stock = connect(new StockClient(server.url, document, undefined, { token }));
  const people = [...own, stock];
  for (const person of people) await person.synced();

  const typed: string[] = [];
  let isTyping = true;
  const typing = people.map(async ({ text }, author) => {
    for (let word = 0; isTyping; word++) {
      typed.push(`a${author}w${word}`);
      text.insert(text.length, `${typed.at(-1)} `);
      await delay(8 + ((author * 3 + word) % 9));
    }
  });
  /** What somebody else shows is committed; and of their own words, two people's are known to be. */
  const shown = (): string => own[0]!.text.toString();
  await until("there is something to lose", () => typed.length > 100);
  const before = typed.length;
  await until("all typed so far is acked", async () => {
    const witness = await connect(olga.open(document)).synced();
    const text = witness.text.toString();
    witness.close();
    return countWords(typed.slice(0, before), text).lost.length === 0;
  });

  const backup = await runCommand(["backup", file], { env: { DATA_DIR: dataDir } });
  expect(backup).toMatchObject({ code: 0, stdout: expect.stringContaining("while the server went on") });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const during = typed.length;
  expect(during).toBeGreaterThan(before);
  await until("more is typed", () => typed.length > during + 100);
  await server.end("SIGKILL");
  rmSync(dataDir, { recursive: true });
  await until("they type on without a server", () => typed.length > during + 200);

  // What is in the backup, seen by someone who knows nothing else.
  const elsewhere = join(folder(), "elsewhere");
  expect(await runCommand(["restore", file, elsewhere])).toMatchObject({ code: 0 });
  const copy = await start(elsewhere, { isShared: true });
  const reader = await Visitor.join(copy.url, ownerKey, "Olga");
  const held = (await connect(reader.open(document)).synced()).text.toString();
  expect(countWords(typed.slice(0, before), held)).toEqual(ALL_ONCE);
  expect(countWords(typed, held).lost.length).toBeGreaterThan(100);

  expect(await runCommand(["restore", file, dataDir])).toMatchObject({ code: 0 });
  const again = await start(dataDir, { isShared: true, port: server.port });
  isTyping = false;
  await Promise.all(typing);
  const equal = () => new Set(people.map(({ text }) => text.toString())).size === 1;
  const saved = () => own.every(({ status, provider }) => status === "saved" && provider.state.isSynced);
  await until("everybody has all", () => saved() && stock.provider.synced && equal(), 60_000);
  expect(countWords(typed, shown())).toEqual(ALL_ONCE);
  const witness = await connect(gus.open(document)).synced();
  await until("the server has all", () => witness.text.toString() === shown(), 30_000);
  expect(again.stderr).not.toContain('"error"');
});

test("who comes back when the restored log has grown past where they were gets what was written meanwhile, and gives what the backup lacks", async () => {
  const dataDir = folder();
  const file = join(folder(), "sheaf.backup");
  const write = async (client: OwnClient, author: string, count: number): Promise<string[]> => {
    const words = wordsOf(author, count);
    for (const word of words) {
      // A row each, and none of them builds on another author's.
      client.doc.getText(author).insert(0, `${word} `);
      await until("saved", () => client.status === "saved");
    }
    return words;
  };
  const all = ({ doc }: OwnClient): string =>
    ["early", "late", "meanwhile", "after"].map((author) => doc.getText(author).toJSON()).join("");
  const server = await start(dataDir);
  const away = connect(await new OwnClient(server.url, "notes", { schemaVersion: 0 }).synced());
  const words = await write(away, "early", 3);
  expect(await runCommand(["backup", file], { env: { DATA_DIR: dataDir } })).toMatchObject({ code: 0 });
  words.push(...(await write(away, "late", 5)));
  await server.end("SIGKILL");
  rmSync(dataDir, { recursive: true });

  expect(await runCommand(["restore", file, dataDir])).toMatchObject({ code: 0 });
  const elsewhere = await start(dataDir);
  const other = connect(await new OwnClient(elsewhere.url, "notes", { schemaVersion: 0 }).synced());
  words.push(...(await write(other, "meanwhile", 5)));
  other.close();
  const another = connect(await new OwnClient(elsewhere.url, "notes", { schemaVersion: 0 }).synced());
  words.push(...(await write(another, "after", 15)));
  another.close();
  await elsewhere.end();

  const again = await start(dataDir, { port: server.port });
  await until("they are back", () => away.provider.state.isSynced && away.status === "saved", 60_000);
  expect(countWords(words, all(away))).toEqual(ALL_ONCE);
  const witness = connect(await new OwnClient(again.url, "notes", { schemaVersion: 0 }).synced());
  expect(countWords(words, all(witness))).toEqual(ALL_ONCE);
});

test("what was taken out after the backup was made stays out: a log that came back is another one, to which whoever knew the old one sends all they have, deletions too", async () => {
  const dataDir = folder();
  const file = join(folder(), "sheaf.backup");
  const server = await start(dataDir);
  const writer = connect(await new OwnClient(server.url, "notes", { schemaVersion: 0 }).synced());
  const saved = () => until("saved", () => writer.status === "saved" && writer.provider.state.isSynced, 60_000);
  writer.text.insert(0, "keep secret ");
  await saved();
  expect(await runCommand(["backup", file], { env: { DATA_DIR: dataDir } })).toMatchObject({ code: 0 });
  // A deletion shows in no state vector: nothing but the other logId says that the restored log lacks it.
  writer.text.delete(5, 7);
  await saved();
  await server.end("SIGKILL");
  await until("the writer noticed", () => writer.provider.state.connection !== "open");
  rmSync(dataDir, { recursive: true });

  expect(await runCommand(["restore", file, dataDir])).toMatchObject({ code: 0 });
  const again = await start(dataDir, { port: server.port });
  await saved();
  const witness = connect(new OwnClient(again.url, "notes", { schemaVersion: 0 }));
  await witness.synced();
  await until("the deletion came back", () => witness.text.toString() === "keep ", 20_000);
  expect(writer.text.toString()).toBe("keep ");
});

test("a backup of a folder no server uses, and of one whose server was killed, brings everything back, too", async () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const dataDir = folder();
    const server = await start(dataDir);
    const writer = connect(await new OwnClient(server.url, "notes", { schemaVersion: 0 }).synced());
    writer.text.insert(0, "kept ");
    await until("saved", () => writer.status === "saved");
    writer.close();
    await server.end(signal);
    const file = join(folder(), "sheaf.backup");
    expect(await runCommand(["backup", file], { env: { DATA_DIR: dataDir } })).toMatchObject({ code: 0 });
    const restored = join(folder(), "restored");
    expect(await runCommand(["restore", file, restored])).toMatchObject({ code: 0 });
    const again = await start(restored);
    const reader = connect(await new OwnClient(again.url, "notes", { schemaVersion: 0 }).synced());
    expect(reader.text.toString()).toBe("kept ");
  }
});

test("a disk that is full or fails while the server writes the copy: the backup of yesterday stays, nothing half is left, and people write on", async () => {
  const fault = new DiskFault();
  folders.push(fault.folder);
  const [dataDir, target] = [folder(), folder()];
  const file = join(target, "sheaf.backup");
  const env = { DATA_DIR: dataDir };
  const server = await start(dataDir, { env: fault.env });
  await fill({ url: server.url, headers: {} }, 2);
  expect(await runCommand(["backup", file], { env })).toMatchObject({ code: 0 });
  const { mtimeMs } = statSync(file);
  for (const kind of ["full", "fail"] as const) {
    fault.set(kind);
    const failed = await runCommand(["backup", file], { env });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("No backup was made.") });
    if (kind === "full") expect(failed.stderr).toMatch(/is full: make room/);
    expect(readdirSync(target)).toEqual(["sheaf.backup"]);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    fault.set("none");
    const writer = connect(await new OwnClient(server.url, "notes", { schemaVersion: 0 }).synced());
    writer.text.insert(0, `${kind} `);
    await until("saved", () => writer.status === "saved", 30_000);
  }
  expect(await runCommand(["backup", file], { env })).toMatchObject({ code: 0 });
});

test("backup and restore refuse what would cost something, and say what to do instead", async () => {
  const dataDir = folder();
  const target = folder();
  const server = await start(dataDir);
  const env = { DATA_DIR: dataDir };
  const file = join(target, "sheaf.backup");
  await runCommand(["backup", file], { env });
  const letter = join(target, "letter.txt");
  writeFileSync(letter, "Dear all");
  const rotten = join(target, "rotten.backup");
  writeFileSync(rotten, "SQLite format 3\0".padEnd(5_000, "rot"));
  const refusals: readonly [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
    [["backup", letter], env, /letter.txt is there and no backup: choose another name/],
    [["backup", join(dataDir, "sheaf.db")], env, /choose another name/],
    [["backup", file], { DATA_DIR: target }, /There is nothing in .*: set DATA_DIR/],
    [["backup", join(target, "missing/x")], env, /Name a file in a folder with room/],
    [["restore", file, dataDir], {}, /is not empty: name one that is, or move/],
    [["restore", letter, join(target, "new")], {}, /Nothing was restored/],
    [["restore", rotten, join(target, "new")], {}, /Nothing was restored/],
  ];
  for (const [args, given, sentence] of refusals) {
    expect(await runCommand(args, { env: given }), args.join(" ")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(sentence),
    });
  }
  expect(existsSync(join(target, "new"))).toBe(false);
  expect(readdirSync(target).toSorted()).toEqual(["letter.txt", "rotten.backup", "sheaf.backup"]);
  // Its key is gone, so this one cannot be asked, and it holds the folder.
  rmSync(join(dataDir, "control.json"));
  expect(await runCommand(["backup", file], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/A server holds the folder/),
  });
  expect(server.isRunning).toBe(true);
});
