import { sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";

/** What became of one row. */
export interface RowOutcome extends Record<string, unknown> {
  line: number;
  /** Null for what was added, `known` for what was there, and the SQLSTATE of what stopped it else. */
  code: string | null;
  message: string | null;
  starts: string | null;
  ends: string | null;
  /** Of what kinds are the records that it needed and that were missing. */
  made: (keyof typeof NOTHING_MADE)[];
}

export const NOTHING_MADE = { clients: 0, projects: 0, tasks: 0, tags: 0 };

interface Import {
  actorId: string;
  source: string;
  zone: string | undefined;
  /** Whether all is to be undone again. */
  isDryRun: boolean;
}

/** How many rows one statement takes. */
const STATEMENT_ROWS = 1_000;

/**
 * Adds `rows` by the function `import_time_entries` of the database, in one transaction and one round trip. A dry run does the
 * very same and takes it back, so that it tells what would happen and not what one thinks would.
 */
export async function importRows(
  db: Database,
  { actorId, source, zone, isDryRun }: Import,
  rows: readonly object[],
): Promise<RowOutcome[]> {
  const parts = Array.from({ length: Math.ceil(rows.length / STATEMENT_ROWS) }, (_, index) =>
    rows.slice(index * STATEMENT_ROWS, (index + 1) * STATEMENT_ROWS),
  );
  const results = await db.batch([
    db.execute<RowOutcome>(sql`
      select known_zone(${zone ?? null}, (select timezone from time_settings where user_id = ${actorId}))`),
    db.execute<RowOutcome>(sql`savepoint import`),
    ...parts.map((part) =>
      db.execute<RowOutcome>(sql`
        select line, code, message, starts, ends, made
        from import_time_entries(${actorId}, ${source}, ${zone ?? null}, ${JSON.stringify(part)}::jsonb)`),
    ),
    db.execute<RowOutcome>(isDryRun ? sql`rollback to savepoint import` : sql`release savepoint import`),
  ]);
  return results.slice(2, -1).flatMap((result) => result.rows as RowOutcome[]);
}
