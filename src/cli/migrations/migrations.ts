import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { CliError } from "../output.ts";
import { prepare, readStatements, splitStatements } from "./preparation.ts";
import { GRANT_TO_RUNTIME_ROLES } from "./runtime-grants.ts";
import { findPostgresError, inTransaction, type Patience, raiseUnlessLastIs } from "./transaction.ts";

/** Folder of the migrations. */
export const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../../migrations");

/** State of a migration in a database. */
export interface MigrationStatus {
  /** Name of the migration's file without .sql. */
  tag: string;
  isApplied: boolean;
  /** True if the file has changed since this database applied it. */
  hasChanged: boolean;
}

interface Migration {
  tag: string;
  /** Time of its generation in milliseconds since 1970, by which drizzle-kit identifies it. */
  createdAt: number;
  hash: string;
  up: string;
  /** Statements that run before it, each in its own transaction, so that the migration holds its locks only briefly. */
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

/** Limit of attempts. Each failed one means that another process applied a migration. */
const ATTEMPTS_MAX = 100;

/**
 * Applies pending migrations, oldest first, each in its own transaction. Any number of processes may do this concurrently. Returns the
 * tags of the migrations that this call applied. Throws CliError if the database has a migration that `folder` doesn't.
 */
export async function migrateUp(
  db: NeonHttpDatabase,
  folder: string = MIGRATIONS_FOLDER,
  patience?: Patience,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const appliedTags: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const applied = await readApplied(db);
    requireKnown(applied, migrations);
    const next = migrations[applied.length];
    if (!next) return appliedTags;
    if (await applyUp(db, next, applied.at(-1), patience)) appliedTags.push(next.tag);
  }
  throw new CliError("Other processes keep migrating the database. Stop them, then retry.");
}

/**
 * Rolls back the last `steps` migrations, newest first, each in its own transaction. Returns their tags, which are fewer if the database
 * has fewer migrations. Throws CliError if one has no rollback, or if another process migrates the database.
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
  const rollbacks = await Promise.all(
    toRevert.map(async (migration) => ({ migration, statements: await readRollback(folder, migration) })),
  );
  for (const { migration, statements } of rollbacks) {
    const isDone = await inTransaction(db, `${migration.tag}.down.sql`, [
      raiseUnlessLastIs(migration.createdAt),
      ...statements.map(sql.raw),
      sql.raw(GRANT_TO_RUNTIME_ROLES),
      sql`delete from drizzle.__drizzle_migrations where created_at = ${migration.createdAt}`,
    ]);
    if (!isDone)
      throw new CliError("Another process is migrating the database. Wait until it ends, then retry.");
  }
  return toRevert.map(({ tag }) => tag);
}

/** Returns the status of every migration in `folder`, oldest first. */
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

/** Returns the tags of the migrations in `folder` that the database lacks, oldest first. */
export async function listPending(
  db: NeonHttpDatabase,
  folder: string = MIGRATIONS_FOLDER,
): Promise<string[]> {
  const applied = new Set((await readApplied(db)).map(({ createdAt }) => createdAt));
  return (await readJournal(folder)).filter(({ when }) => !applied.has(when)).map(({ tag }) => tag);
}

/** Returns the tags of the migrations in `folder`, oldest first. */
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

async function readRollback(folder: string, { tag }: Migration): Promise<string[]> {
  const name = `${tag}.down.sql`;
  const statements = await readStatements(folder, name);
  if (statements.length === 0)
    throw new CliError(`${tag} has no rollback. Write it in ${join(folder, name)}.`);
  return statements;
}

async function readApplied(db: NeonHttpDatabase): Promise<AppliedMigration[]> {
  try {
    const { rows } = await db.execute<{ created_at: string; hash: string }>(
      sql`select created_at, hash from drizzle.__drizzle_migrations order by id`,
    );
    return rows.map(({ created_at, hash }) => ({ createdAt: Number(created_at), hash }));
  } catch (error) {
    if (findPostgresError(error)?.code === "42P01") return [];
    throw error;
  }
}

function requireKnown(applied: AppliedMigration[], migrations: Migration[]): void {
  const unknownIndex = applied.findIndex(
    ({ createdAt }, index) => createdAt !== migrations[index]?.createdAt,
  );
  if (unknownIndex === -1) return;
  throw new CliError(
    `Migration number ${unknownIndex + 1} of the database is unknown to this version. Use the version that applied it.`,
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
    // In the form of drizzle-orm, so that drizzle-kit and its migrator see the applied migrations.
    sql`create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`,
    raiseIfOvertaken,
    ...splitStatements(up).map(sql.raw),
    sql.raw(GRANT_TO_RUNTIME_ROLES),
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${createdAt})`,
  ];
  return inTransaction(db, `${tag}.sql`, statements, patience);
}
