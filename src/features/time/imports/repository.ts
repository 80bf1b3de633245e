import { desc, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { isOwnedBy } from "../../../database/ownership.ts";
import { imports } from "../../../database/tables/productivity.ts";

/** Result of one row. */
export interface RowOutcome extends Record<string, unknown> {
  line: number;
  /** Null if the entry was added, `known` if it was already there, otherwise the SQLSTATE of the error. */
  code: string | null;
  message: string | null;
  starts: string | null;
  ends: string | null;
  /** Kinds of the missing records that were created for the row. */
  made: (keyof typeof NO_RECORDS)[];
}

export const NO_RECORDS = { clients: 0, projects: 0, tasks: 0, tags: 0 };

/** Row for `import_time_entries`: with instants, with local times, or with a day and a length. */
export interface ImportedRow {
  row: number;
  /** Key that is equal whenever this row is read. */
  key: string;
  /** Keys of other forms of this row. */
  former_keys: readonly string[];
  id?: string | undefined;
  description: string;
  client: string | null;
  project: string | null;
  task: string | null;
  tags: readonly string[];
  kind: string;
  is_billable: boolean | null;
  planned_seconds: number | null;
  started_at?: string;
  ended_at?: string | null;
  local_start?: string;
  local_end?: string | null;
  is_end_dated?: boolean;
  day?: string;
  seconds?: number | null;
}

interface Import {
  id: string;
  actorId: string;
  source: string;
  zone: string | undefined;
  /** Set to roll everything back. */
  isDryRun: boolean;
}

/** Number of rows in one statement. */
const STATEMENT_ROWS = 1_000;

/**
 * Adds `rows` with the database function `import_time_entries`, in one transaction and one round trip. A dry run does the same work and
 * rolls it back, so its result is exactly the result of the import.
 */
export async function importRows(
  db: Database,
  { id, actorId, source, zone, isDryRun }: Import,
  rows: readonly ImportedRow[],
): Promise<RowOutcome[]> {
  const parts = Array.from({ length: Math.ceil(rows.length / STATEMENT_ROWS) }, (_, index) =>
    rows.slice(index * STATEMENT_ROWS, (index + 1) * STATEMENT_ROWS),
  );
  const { outcomes } = await batch(db, {
    zone: db.execute<RowOutcome>(sql`
      select known_zone(${zone ?? null}, (select timezone from time_settings where user_id = ${actorId}))`),
    savepoint: db.execute<RowOutcome>(sql`savepoint import`),
    created: db.execute<RowOutcome>(
      sql`insert into imports (id, owner_id, source) values (${id}, ${actorId}, ${source})`,
    ),
    outcomes: parts.map((part) =>
      db.execute<RowOutcome>(sql`
        select line, code, message, starts, ends, made
        from import_time_entries(${actorId}, ${source}, ${zone ?? null}, ${JSON.stringify(part)}::jsonb, ${id})`),
    ),
    emptied: db.execute<RowOutcome>(sql`delete from imports where id = ${id} and entries = 0`),
    end: db.execute<RowOutcome>(isDryRun ? sql`rollback to savepoint import` : sql`release savepoint import`),
  });
  return outcomes.flatMap(({ rows }) => rows);
}

/** Returns the actor's latest imports that can be undone, newest first. */
export const listImports = (db: Database, actorId: string, limit: number) =>
  db
    .select({
      id: imports.id,
      format: imports.source,
      created_at: imports.createdAt,
      created: imports.entries,
    })
    .from(imports)
    .where(isOwnedBy(imports, actorId))
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(limit);

interface Undone extends Record<string, unknown> {
  removed: number;
  kept: string[];
  clients: number;
  projects: number;
  tasks: number;
  tags: number;
}

/** Undoes an import with the database's `undo_import`. @throws AppError RESOURCE_NOT_FOUND */
export async function undoImport(db: Database, actorId: string, id: string) {
  const { rows } = await db.execute<Undone>(sql`
    select removed, to_json(kept) as kept, clients, projects, tasks, tags from undo_import(${actorId}, ${id})`);
  return rows[0];
}
