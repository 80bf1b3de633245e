import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { CliError } from "../output.ts";
import { prepare, readStatements, splitStatements } from "./preparation.ts";
import { GRANT_TO_RUNTIME_ROLES } from "./runtime-grants.ts";
import { inTransaction, type Patience, raiseUnlessLastIs, refusalIn } from "./transaction.ts";

/** The migrations of this project. */
export const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../../migrations");

export interface MigrationStatus {
  /** Name of the migration's file, without .sql. */
  tag: string;
  isApplied: boolean;
  /** Whether the file is not what this database was given. */
  hasChanged: boolean;
}

interface Migration {
  tag: string;
  /** When it was generated, in milliseconds since 1970: by this drizzle-kit knows it. */
  createdAt: number;
  hash: string;
  up: string;
  /** Statements that each run by themselves before it, so that it holds its locks for a short time only. */
  before: string[];
}

interface AppliedMigration {
  createdAt: number;
  hash: string;
}

interface JournalEntry {
  tag: string;
  when: number;
}

/** More than there can be reasons to look again: each time, another process took a step. */
const ATTEMPTS_MAX = 100;

/**
 * Applies what the database lacks, oldest first, each migration in a transaction of its own. Any number of
 * processes may do this at once. Returns the tags of those that this call applied. Throws CliError if the
 * database has a migration that `folder` doesn't.
 */
export async function migrateUp(
  db: NeonHttpDatabase,
  folder: string = MIGRATIONS_FOLDER,
  patience?: Patience,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const done: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const applied = await readApplied(db);
    requireKnown(applied, migrations);
    const next = migrations[applied.length];
    if (!next) return done;
    if (await applyUp(db, next, applied.at(-1), patience)) done.push(next.tag);
  }
  throw new CliError("The database is being migrated by other processes all the time.");
}

/**
 * Takes back the last `steps` migrations, newest first, each in a transaction of its own. Returns their tags;
 * fewer than asked when there are no more. Throws CliError if one has no way down, or if another process
 * migrates the database.
 */
export async function migrateDown(
  db: NeonHttpDatabase,
  steps: number,
  folder: string = MIGRATIONS_FOLDER,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const applied = await readApplied(db);
  requireKnown(applied, migrations);
  const toRevert = migrations.slice(Math.max(0, applied.length - steps), applied.length).reverse();
  const ways = await Promise.all(
    toRevert.map(async (migration) => ({ migration, statements: await readWayDown(folder, migration) })),
  );
  for (const { migration, statements } of ways) {
    const isDone = await inTransaction(db, `${migration.tag}.down.sql`, [
      raiseUnlessLastIs(migration.createdAt),
      ...statements.map(sql.raw),
      sql.raw(GRANT_TO_RUNTIME_ROLES),
      sql`delete from drizzle.__drizzle_migrations where created_at = ${migration.createdAt}`,
    ]);
    if (!isDone) throw new CliError("Another process is migrating the database. Look again, and repeat.");
  }
  return toRevert.map(({ tag }) => tag);
}

/** Every migration in `folder`, oldest first, and whether the database has it. */
export async function migrationStatus(
  db: NeonHttpDatabase,
  folder: string = MIGRATIONS_FOLDER,
): Promise<MigrationStatus[]> {
  const migrations = await readMigrations(folder);
  const applied = await readApplied(db);
  const hashes = new Map(applied.map(({ createdAt, hash }) => [createdAt, hash]));
  return migrations.map(({ tag, createdAt, hash }) => {
    const appliedHash = hashes.get(createdAt);
    return {
      tag,
      isApplied: appliedHash !== undefined,
      hasChanged: appliedHash !== undefined && appliedHash !== hash,
    };
  });
}

/** The tags of the migrations in `folder`, oldest first. */
export async function migrationTags(folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  return (await readJournal(folder)).map(({ tag }) => tag);
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const journal = await readJournal(folder);
  return Promise.all(
    journal.map(async ({ tag, when }) => {
      const up = await readFile(join(folder, `${tag}.sql`), "utf8");
      const before = await readStatements(folder, `${tag}.before.sql`);
      return { tag, createdAt: when, hash: createHash("sha256").update(up).digest("hex"), up, before };
    }),
  );
}

async function readJournal(folder: string): Promise<JournalEntry[]> {
  const text = await readFile(join(folder, "meta/_journal.json"), "utf8");
  const { entries } = JSON.parse(text) as { entries: JournalEntry[] };
  return entries;
}

async function readWayDown(folder: string, { tag }: Migration): Promise<string[]> {
  const name = `${tag}.down.sql`;
  const statements = await readStatements(folder, name);
  if (statements.length === 0)
    throw new CliError(`${tag} has no way down: write it in ${join(folder, name)}.`);
  return statements;
}

async function readApplied(db: NeonHttpDatabase): Promise<AppliedMigration[]> {
  try {
    const { rows } = await db.execute<{ created_at: string; hash: string }>(
      sql`select created_at, hash from drizzle.__drizzle_migrations order by id`,
    );
    return rows.map(({ created_at, hash }) => ({ createdAt: Number(created_at), hash }));
  } catch (error) {
    if (refusalIn(error)?.code === "42P01") return [];
    throw error;
  }
}

function requireKnown(applied: AppliedMigration[], migrations: Migration[]): void {
  const unknownIndex = applied.findIndex(
    ({ createdAt }, index) => createdAt !== migrations[index]?.createdAt,
  );
  if (unknownIndex === -1) return;
  throw new CliError(
    `The database's migration number ${unknownIndex + 1} is not the one of this version: it was made by another version.`,
  );
}

async function applyUp(
  db: NeonHttpDatabase,
  { tag, createdAt, hash, up, before }: Migration,
  previous: AppliedMigration | undefined,
  patience: Patience | undefined,
): Promise<boolean> {
  const raiseIfOvertaken = raiseUnlessLastIs(previous?.createdAt);
  if (!(await prepare(db, `${tag}.before.sql`, before, raiseIfOvertaken))) return false;
  const statements = [
    sql`create schema if not exists drizzle`,
    // As drizzle-orm makes it, so that drizzle-kit and its migrator see what is applied.
    sql`create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`,
    raiseIfOvertaken,
    ...splitStatements(up).map(sql.raw),
    sql.raw(GRANT_TO_RUNTIME_ROLES),
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${createdAt})`,
  ];
  return inTransaction(db, `${tag}.sql`, statements, patience);
}
