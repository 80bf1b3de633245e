import { fillPlaceholders, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/neon-http";
import type { Database } from "./client.ts";

type Statement = BatchItem<"pg">;

/** A statement as Drizzle has built it: the members that its `batch` uses. */
interface Built {
  getQuery: () => { sql: string; params: unknown[] };
  isResponseInArrayMode: () => boolean;
  mapResult: (result: unknown) => unknown;
}

/** A client that only builds statements. */
const BUILDER: Database = drizzle({
  client: Object.assign(() => {}, { query: () => {}, transaction: () => {} }) as never,
});

/**
 * Returns a function that gives a statement, for a `batch`, the values of a request. `build` runs once per isolate, with a placeholder
 * in place of each value, since Drizzle would otherwise build the text of the statement in each request. Drizzle's own prepared
 * statements can't be in a batch of Neon's driver, because it doesn't fill in their placeholders there.
 */
export function buildOnce<const Name extends string, Item extends Statement>(
  build: (db: Database, placeholders: Record<Name, SQL>) => Item,
  names: readonly Name[],
): (values: Record<Name, unknown>) => Item {
  let built: Built | undefined;
  return (values) => {
    built ??= prepare(build(BUILDER, placeholdersOf(names)));
    const { getQuery, isResponseInArrayMode, mapResult } = built;
    const { sql: text, params } = getQuery();
    const filled = { sql: text, params: fillPlaceholders(params, values) };
    const prepared: Built = { getQuery: () => filled, isResponseInArrayMode, mapResult };
    return { _prepare: () => prepared } as unknown as Item;
  };
}

function prepare(statement: Statement): Built {
  const prepared = (statement as unknown as { _prepare: () => Built })._prepare();
  const query = prepared.getQuery();
  return {
    getQuery: () => query,
    isResponseInArrayMode: () => prepared.isResponseInArrayMode(),
    mapResult: (result) => prepared.mapResult(result),
  };
}

const placeholdersOf = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, sql`${sql.placeholder(name)}`])) as Record<Name, SQL>;
