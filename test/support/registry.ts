/// <reference types="vite/types/importMeta.d.ts" />
import type { Entry, Registry } from "./registry-entry.ts";

const files = import.meta.glob<Registry>("../features/**/registry.ts", { eager: true, import: "default" });
const routes = import.meta.glob<string>("../../src/features/**/routes.ts", {
  eager: true,
  import: "default",
  query: "?raw",
});

const toPath = (file: string) => file.replace("../features/", "test/features/");

/** Entries of all registries, with their operationIds and files. */
export const REGISTERED = Object.entries(files).flatMap(([file, registry]) =>
  Object.entries(registry).map(([operationId, entry]) => ({ operationId, file: toPath(file), entry })),
);

const BY_ID = new Map(REGISTERED.map(({ operationId, entry }) => [operationId, entry]));

/** Returns the path of the registry.ts of the feature whose routes declare the operation. */
export function registryFileOf(operationId: string): string {
  const declaring = Object.entries(routes).find(([, text]) =>
    text.includes(`operationId: "${operationId}"`),
  )?.[0];
  if (!declaring) throw new Error(`No routes.ts declares ${operationId}.`);
  return declaring.replace("../../src/", "test/").replace("routes.ts", "registry.ts");
}

/** Returns the entry of the operation. Throws if it has none. */
export function entryOf(operationId: string): Entry {
  const entry = BY_ID.get(operationId);
  if (!entry) throw new Error(`${operationId} has no entry: add it to ${registryFileOf(operationId)}.`);
  return entry;
}

/** Returns the operations whose entries have `key`, with its value. */
export function entriesWith<Key extends keyof Entry>(key: Key) {
  return REGISTERED.flatMap(({ operationId, entry }) => {
    const value = entry[key];
    return value === undefined ? [] : [{ operationId, value: value as NonNullable<Entry[Key]> }];
  });
}
