import type { SqlBackend, SqlStatement, TransactionOptions } from "../../src/cli/local/sql-backend.ts";

/** Runs `entry` and then `statements` in one transaction, and returns only the results of `statements`. */
export async function transactAfter(
  backend: SqlBackend,
  entry: SqlStatement[],
  statements: SqlStatement[],
  begin: string,
  { signal, acceptResults }: TransactionOptions = {},
) {
  const results = await backend.transaction([...entry, ...statements], begin, {
    signal,
    ...(acceptResults && { acceptResults: (all) => acceptResults(all.slice(entry.length)) }),
  });
  return results.slice(entry.length);
}
