/** The one IndexedDB database: how it is laid out, opened, and found empty. */

const NAME = "sheaf";
const VERSION = 1;
const STORES = ["about", "documents", "copies", "queues"] as const;
type StoreName = (typeof STORES)[number];

/** The stores of a transaction; only those that were asked for may be used. */
export type Stores = Readonly<Record<StoreName, IDBObjectStore>>;

export interface Database {
  /**
   * Runs `work` in one transaction, which is committed when the promise resolves. When the database is open and `work`
   * waits for nothing, all of it is out of this page's hands when this returns.
   * Rejects with the platform's error, or one named `MissingError`, `BlockedError` or `ClearedError`; then nothing was done.
   */
  run<T>(stores: readonly StoreName[], mode: IDBTransactionMode, work: (stores: Stores) => Promise<T> | T): Promise<T>;
}

interface Connection {
  readonly database: IDBDatabase;
  /** Ends the transactions that run. Chromium tells them nothing when it closes a database that is cleared. */
  readonly running: Set<(error: Error) => void>;
}

/** Opens at the first use, and again whenever the browser has closed it, as it does when it is cleared. */
export function openDatabase(): Database {
  let opened: Connection | undefined;
  let opening: Promise<Connection> | undefined;
  /** What the storage was called when it was first seen: another name means that it was cleared meanwhile. */
  let known: string | undefined;

  function open(): Promise<Connection> {
    opening ??= connect(forget).then(
      ({ connection, name }) => {
        opened = connection;
        const wasCleared = known !== undefined && known !== name;
        known = name;
        if (wasCleared) throw named("ClearedError", "the storage was cleared");
        return connection;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return opening;
  }

  function forget(): void {
    opened = undefined;
    opening = undefined;
  }

  return {
    run: async (stores, mode, work) => transact(opened ?? (await open()), stores, mode, work),
  };
}

async function transact<T>(
  { database, running }: Connection,
  names: readonly StoreName[],
  mode: IDBTransactionMode,
  work: (stores: Stores) => Promise<T> | T,
): Promise<T> {
  const transaction = database.transaction(names, mode, { durability: "relaxed" });
  const committed = completion(transaction, running);
  try {
    const entries = names.map((name) => [name, transaction.objectStore(name)]);
    const value = work(Object.fromEntries(entries) as Stores);
    // Now the browser commits it without this page, should it be killed this moment.
    if (!(value instanceof Promise)) transaction.commit();
    const [awaited] = await Promise.all([value, committed]);
    return awaited;
  } catch (error) {
    abort(transaction);
    // What the platform says of a failed commit is nearer to the cause than what our request saw of it.
    await committed.catch(() => {});
    throw transaction.error ?? error;
  }
}

/** The result of a request, inside a transaction. */
export function requested<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result as T));
    request.addEventListener("error", () => reject(request.error ?? new Error("the request failed")));
  });
}

/** @param closed - The browser closed it, or another page needs it closed: the next use opens it again. */
async function connect(closed: () => void): Promise<{ readonly connection: Connection; readonly name: string }> {
  // The types say it is always there.
  const factory = (globalThis as { indexedDB?: IDBFactory }).indexedDB;
  if (factory === undefined) throw named("MissingError", "the browser has no IndexedDB");
  const request = factory.open(NAME, VERSION);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    request.addEventListener("upgradeneeded", () => {
      for (const store of STORES) request.result.createObjectStore(store);
    });
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("the storage cannot be opened")));
    request.addEventListener("blocked", () => reject(named("BlockedError", "another page holds the storage open")));
  });
  const connection = { database, running: new Set<(error: Error) => void>() };
  database.addEventListener("close", () => {
    closed();
    for (const end of connection.running) end(named("ClosedError", "the browser closed the storage"));
  });
  database.addEventListener("versionchange", () => {
    database.close();
    closed();
  });
  return { connection, name: await transact(connection, ["about"], "readwrite", nameOf) };
}

/** An empty storage is given a name. */
async function nameOf({ about }: Stores): Promise<string> {
  const name = (await requested<string | undefined>(about.get("name"))) ?? randomName();
  about.put(name, "name");
  return name;
}

async function completion(transaction: IDBTransaction, running: Connection["running"]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  transaction.addEventListener("complete", () => resolve());
  transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("the transaction was aborted")));
  running.add(reject);
  try {
    await promise;
  } finally {
    running.delete(reject);
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

const randomName = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
