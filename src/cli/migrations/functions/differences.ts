import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { invariant } from "../../../core/errors.ts";
import { inTransaction } from "../transaction.ts";
import { FOLDER_NAME, type FunctionFile } from "./files.ts";

/** A function or trigger that differs between the database and the files. */
export interface Difference {
  kind: "function" | "trigger";
  /** Name for DROP, such as `guard(jsonb)` or `audit_users ON users`. */
  id: string;
  /** Path of the file that has it, or should have it. */
  path: string;
  /** Version in the database; undefined if only a file has it. */
  before: Version | undefined;
  /** Version in the file; undefined if only the database has it. */
  after: Version | undefined;
}

interface Version {
  /** Statement that creates it. */
  statement: string;
  /** Names, types and defaults of parameters and results, which CREATE OR REPLACE can't change. */
  shape: string;
}

interface CatalogRow {
  kind: "function" | "trigger";
  id: string;
  /** Name of the function, or of the function that the trigger calls. */
  name: string;
  /** Statement that creates it, as Postgres formats it, without schemas. */
  definition: string;
  shape: string;
  body: string;
}

/** Schemas for the functions of the files, and for tables with their triggers. */
const FUNCTIONS = "functions_of_files";
const TABLES = "tables_of_files";

/**
 * Compares the functions and triggers in the schema `public` with those of `files`: whole definitions, with bodies, languages,
 * volatilities, rights and settings. Ignores triggers of partitions, which Postgres and `make_partitions` copy from the table. Creates
 * two schemas for the comparison, and drops them. Throws CliError if Postgres rejects a file.
 */
export async function compareFunctions(db: NeonHttpDatabase, files: FunctionFile[]): Promise<Difference[]> {
  await inTransaction(db, FOLDER_NAME, [...DROP_SCHEMAS, ...CREATE_SCHEMAS].map(sql.raw));
  try {
    await inTransaction(db, FOLDER_NAME, statementsOf(files));
  } catch (error) {
    // Run one file at a time, so that the error names the file.
    for (const file of files) await inTransaction(db, file.path, statementsOf([file]));
    throw error;
  }
  const before = await readCatalog(db, { functions: "public", tables: "public" });
  const after = await readCatalog(db, { functions: FUNCTIONS, tables: TABLES });
  await inTransaction(db, FOLDER_NAME, DROP_SCHEMAS.map(sql.raw));
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => differenceOf(files, before.get(id), after.get(id)));
}

/** Returns a message that says what differs, and what to do about it. */
export function explainDifference({ kind, id, path, before, after }: Difference): string {
  const migrate = "run `npm run migrate -- NAME`";
  if (!after) {
    return `The database has the ${kind} ${id}, but ${path} doesn't. Write it there, or ${migrate} to drop it.`;
  }
  if (!before) return `${path} has the ${kind} ${id}, but no migration creates it: ${migrate}.`;
  return `The ${kind} ${id} in ${path} differs from the migrations. If the file is newer, ${migrate}; otherwise copy the migration's text into it.`;
}

const DROP_SCHEMAS = [FUNCTIONS, TABLES].map((schema) => `drop schema if exists ${schema} cascade`);
const CREATE_SCHEMAS = [FUNCTIONS, TABLES].map((schema) => `create schema ${schema}`);

/** Returns the statements of the files. They leave bodies unchecked, as a dump does, so that the order of files doesn't matter. */
function statementsOf(files: FunctionFile[]): SQL[] {
  const triggers = files.flatMap((file) => file.triggers);
  const tables = [...new Set(triggers.map(({ table }) => table))];
  return [
    "set local check_function_bodies = off",
    `set local search_path = ${FUNCTIONS}, public`,
    ...files.flatMap(({ functions }) => functions),
    ...tables.map((table) => `create table if not exists ${TABLES}.${table} (like public.${table})`),
    `set local search_path = ${TABLES}, ${FUNCTIONS}, public`,
    ...triggers.map(({ statement }) => statement),
  ].map(sql.raw);
}

async function readCatalog(
  db: NeonHttpDatabase,
  schemas: { functions: string; tables: string },
): Promise<Map<string, CatalogRow>> {
  const { rows } = await db.execute<CatalogRow & Record<string, unknown>>(sql`
    select 'function' as kind, format('%s(%s)', proname, oidvectortypes(proargtypes)) as id, proname as name,
           regexp_replace(pg_get_functiondef(p.oid), '^(CREATE OR REPLACE FUNCTION )\\w+\\.', '\\1') as definition,
           concat_ws(' ', pg_get_function_arguments(p.oid), 'returns', pg_get_function_result(p.oid)) as shape,
           prosrc as body
      from pg_proc p
     where pronamespace = ${schemas.functions}::regnamespace and prokind = 'f'
       and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('e', 'i'))
    union all
    select 'trigger', format('%s ON %s', tgname, relname), proname,
           regexp_replace(regexp_replace(pg_get_triggerdef(t.oid), ' ON \\w+\\.', ' ON '),
                          'EXECUTE FUNCTION \\w+\\.', 'EXECUTE FUNCTION ')
             || case tgenabled when 'O' then '' else ' -- disabled' end,
           '', ''
      from pg_trigger t join pg_class c on c.oid = tgrelid join pg_proc p on p.oid = tgfoid
     where relnamespace = ${schemas.tables}::regnamespace and not tgisinternal and not relispartition`);
  return new Map(rows.map((row) => [row.id, row]));
}

function differenceOf(
  files: FunctionFile[],
  before: CatalogRow | undefined,
  after: CatalogRow | undefined,
): Difference[] {
  const row = after ?? before;
  if (!row || before?.definition === after?.definition) return [];
  const file = files.find(({ name }) => name === row.name);
  return [
    {
      kind: row.kind,
      id: row.id,
      path: file?.path ?? `${FOLDER_NAME}/<group>/${row.name}.sql`,
      before: before && { statement: `${before.definition.trim()};`, shape: before.shape },
      after: after && file && { statement: ownText(file, after), shape: after.shape },
    },
  ];
}

/** Returns the text of `row` in its file. */
function ownText({ path, functions, triggers }: FunctionFile, { kind, id, body }: CatalogRow): string {
  const text =
    kind === "function"
      ? functions.find((statement) => statement.includes(body))
      : triggers.find((trigger) => trigger.id === id)?.statement;
  return invariant(text, `expected the text of ${id} in ${path}`);
}
