import type { SqlBackend, SqlStatement, TransactionOptions } from "../../src/cli/local/sql-backend.ts";

/** Runs `statements` after those of `entry` in one transaction, and returns only their results. */
export async function transactAfter(
  backend: SqlBackend,
  entry: SqlStatement[],
  statements: SqlStatement[],
  begin: string,
  { signal, beforeCommit }: TransactionOptions = {},
) {
  const results = await backend.transaction([...entry, ...statements], begin, {
    signal,
    ...(beforeCommit && { beforeCommit: (all) => beforeCommit(all.slice(entry.length)) }),
  });
  return results.slice(entry.length);
}
