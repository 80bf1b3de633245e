import type { Change, NewChange } from "./changes.ts";

const STORE = "changes";

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "key", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Runs a request, and returns its result once it is on the disk. */
async function run<Result>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const transaction = (await open()).transaction(STORE, mode);
  const request = ask(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const readAll = (): Promise<Change[]> => run("readonly", (store) => store.getAll());

/** Returns the changes of a user, oldest first. Those of other users stay until they sign in. */
export const readChanges = async (userId: string): Promise<Change[]> =>
  (await readAll()).filter((change) => change.userId === userId);

/** Returns whether changes of other users wait. */
export const hasOthersChanges = async (userId: string): Promise<boolean> =>
  (await readAll()).some((change) => change.userId !== userId);

/** Adds a change at the end. */
export const addChange = (change: NewChange): Promise<IDBValidKey> =>
  run("readwrite", (store) => store.add(change));

/** Replaces a change. */
export const replaceChange = (change: Change): Promise<IDBValidKey> =>
  run("readwrite", (store) => store.put(change));

/** Removes a change. */
export const removeChange = (key: number): Promise<undefined> =>
  run("readwrite", (store) => store.delete(key));

/** Removes the changes of a user. */
export async function removeChangesOf(userId: string): Promise<void> {
  for (const { key } of await readChanges(userId)) await removeChange(key);
}
