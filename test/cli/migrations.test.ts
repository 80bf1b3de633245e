import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { migrate as migrateAsDrizzle } from "drizzle-orm/neon-http/migrator";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import {
  MIGRATIONS_FOLDER,
  migrateDown,
  migrateUp,
  migrationStatus,
  migrationTags,
} from "../../src/cli/migrations/migrations.ts";
import type { Database } from "../../src/database/client.ts";
import { copyFolder } from "../support/copy-folder.ts";
import { openCopy } from "../support/data-templates.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/** Migrations for tests, in the form of drizzle-kit's files. */
const FIRST = {
  up: `create table a (id int primary key);\n--> statement-breakpoint\n-- only words\n--> statement-breakpoint
       create function one() returns int language plpgsql as $$ begin return 1; end $$;`,
  down: "-- undo\ndrop function one();\n--> statement-breakpoint\ndrop table a;",
};
const SECOND = { up: "alter table a add column b text;", down: "alter table a drop column b;" };

let postgres: PostgresServer;
let directory: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writeMigrations(...migrations: { up: string; down?: string }[]): Promise<string> {
  const folder = join(directory, "migrations");
  await mkdir(join(folder, "meta"), { recursive: true });
  const entries = migrations.map((_, idx) => ({
    idx,
    tag: `000${idx}_test`,
    when: 1_700_000_000_000 + idx,
    version: "7",
  }));
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ entries }));
  for (const [index, { up, down }] of migrations.entries()) {
    await writeFile(join(folder, `000${index}_test.sql`), up);
    if (down !== undefined) await writeFile(join(folder, `000${index}_test.down.sql`), down);
  }
  return folder;
}

/** Returns a copy of the project's migrations, and a function that keeps only the first `count` of them in its journal. */
async function copyMigrations() {
  const folder = join(directory, "copy");
  await copyFolder(MIGRATIONS_FOLDER, folder);
  const path = join(folder, "meta/_journal.json");
  const journal = JSON.parse(await readFile(path, "utf8"));
  const keepFirst = (count: number) =>
    writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return { folder, keepFirst };
}

/** Returns a description of each object that migrations may create, sorted. */
async function describeSchema(db: Database): Promise<string[]> {
  const own = "(nspname !~ '^pg_' and nspname not in ('information_schema', 'drizzle'))";
  const sections = [
    `select 'schema ' || nspname from pg_namespace where ${own}`,
    `select 'extension ' || extname from pg_extension`,
    `select concat_ws(' ', 'relation', relkind, c.oid::regclass, reloptions, relrowsecurity, relacl,
       case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end)
       from pg_class c join pg_namespace n on n.oid = relnamespace where ${own}`,
    `select concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
       attidentity, attgenerated, attcollation::regcollation, pg_get_expr(adbin, adrelid))
       from pg_attribute join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
       left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where ${own} and attnum > 0 and not attisdropped and relkind in ('r', 'p', 'v', 'm')`,
    `select concat_ws(' ', 'constraint', conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(c.oid))
       from pg_constraint c join pg_namespace n on n.oid = connamespace where ${own}`,
    `select 'index ' || pg_get_indexdef(indexrelid) from pg_index
       join pg_class c on c.oid = indexrelid join pg_namespace n on n.oid = relnamespace where ${own}`,
    `select concat_ws(' ', pg_get_functiondef(p.oid), proacl)
       from pg_proc p join pg_namespace n on n.oid = pronamespace where ${own} and prokind in ('f', 'p')`,
    `select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
       join pg_namespace n on n.oid = relnamespace where ${own} and not tgisinternal`,
    `select concat_ws(' ', 'type', t.oid::regtype, typtype, typnotnull, typdefault, format_type(typbasetype, typtypmod),
       (select array_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid))
       from pg_type t join pg_namespace n on n.oid = typnamespace where ${own} and typtype in ('e', 'd', 'r')`,
    `select concat_ws(' ', 'policy', p.*::text) from pg_policies p`,
    `select concat_ws(' ', 'comment', pg_describe_object(classoid, objoid, objsubid), description)
       from pg_description where objoid >= 16384`,
  ];
  const found = await db.execute<{ line: string }>(
    sql.raw(sections.map((section) => `select line from (${section}) as section (line)`).join(" union all ")),
  );
  return found.rows.map(({ line }) => line).sort();
}

const kinds: [string, () => Promise<LocalDatabase>][] = [
  ["PGlite", () => openCopy("empty")],
  [
    "PostgreSQL",
    async () => {
      const databaseUrl = await postgres.createDatabase(crypto.randomUUID());
      return openLocalDatabase({ dataDir: "memory", databaseUrl });
    },
  ],
];

/** PG_BIN chooses another PostgreSQL, but not another PGlite. */
const tested = process.env.PG_BIN ? kinds.slice(1) : kinds;

describe.each(tested)("migrations on %s", (_, openDatabase) => {
  let database: LocalDatabase;
  let db: Database;
  beforeEach(async () => {
    database = await openDatabase();
    db = clientFor(database);
  });
  afterEach(() => database.close());

  it("applies all, rolls back step by step, and applies all again to the same schema", async () => {
    const tags = await migrationTags();
    const schemas = [await describeSchema(db)];
    const { folder, keepFirst } = await copyMigrations();
    for (const [index, tag] of tags.entries()) {
      await keepFirst(index + 1);
      expect(await migrateUp(db, folder)).toEqual([tag]);
      schemas.push(await describeSchema(db));
    }
    const parts = [
      "column users email text",
      "FUNCTION public.guard(",
      "index CREATE UNIQUE INDEX users_email_key",
    ];
    for (const part of parts) expect(schemas.at(-1)?.join("\n")).toContain(part);
    for (const [index, tag] of [...tags.entries()].reverse()) {
      expect(await migrateDown(db, 1)).toEqual([tag]);
      expect(await describeSchema(db)).toEqual(schemas[index]);
    }
    expect(await migrateDown(db, 1)).toEqual([]);
    expect(await migrateUp(db)).toEqual(tags);
    expect(await describeSchema(db)).toEqual(schemas.at(-1));
    expect(await migrateDown(db, 1000)).toEqual(tags.toReversed());
    expect(await describeSchema(db)).toEqual(schemas[0]);
  });

  it("changes nothing the second time, and neither does drizzle's own migrator", async () => {
    await migrateUp(db);
    const schema = await describeSchema(db);
    expect(await migrateUp(db)).toEqual([]);
    await migrateAsDrizzle(db, { migrationsFolder: MIGRATIONS_FOLDER });
    expect(await describeSchema(db)).toEqual(schema);
    const status = await migrationStatus(db);
    expect(status.map(({ tag }) => tag)).toEqual(await migrationTags());
    expect(status.every(({ isApplied, hasChanged }) => isApplied && !hasChanged)).toBe(true);
  });

  it("applies each once if several processes start at the same time", async () => {
    const done = await Promise.all(Array.from({ length: 5 }, () => migrateUp(db)));
    expect(done.flat().sort()).toEqual((await migrationTags()).toSorted());
    expect(await migrateUp(db)).toEqual([]);
  });

  it("rolls back each once if several processes start at the same time", async () => {
    const folder = await writeMigrations(FIRST, SECOND);
    await migrateUp(db, folder);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => migrateDown(db, 2, folder)));
    const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
    // A process that starts between two rollbacks may do the second one: then the first process reports that instead of its own rollback.
    expect(done).toContain("0000_test");
    expect(new Set(done).size).toBe(done.length);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected")
        expect(outcome.reason.message).toMatch(/^Another process is migrating/);
    }
    expect((await migrationStatus(db, folder)).some(({ isApplied }) => isApplied)).toBe(false);
  });

  it("rolls back one that fails, and continues from there once it is fixed", async () => {
    const broken = {
      up: "create table half (id int);\n--> statement-breakpoint\nselect wrong from nowhere;",
      down: "",
    };
    const folder = await writeMigrations(FIRST, broken, SECOND);
    await expect(migrateUp(db, folder)).rejects.toMatchObject({
      name: "CliError",
      message: '0001_test.sql failed and was rolled back: relation "nowhere" does not exist.',
    });
    const applied = async () => (await migrationStatus(db, folder)).map(({ isApplied }) => isApplied);
    expect(await applied()).toEqual([true, false, false]);
    expect((await describeSchema(db)).join("\n")).not.toContain("half");

    await writeMigrations(FIRST, { up: "create table half (id int);", down: "drop table gone;" }, SECOND);
    expect(await migrateUp(db, folder)).toEqual(["0001_test", "0002_test"]);
    await expect(migrateDown(db, 2, folder)).rejects.toThrow(
      '0001_test.down.sql failed and was rolled back: table "gone" does not exist.',
    );
    expect(await applied()).toEqual([true, true, false]);
  });

  it("rolls back none if one of them has no rollback", async () => {
    for (const down of [undefined, "", "-- to be written\n"]) {
      const folder = await writeMigrations(
        down === undefined ? { up: FIRST.up } : { up: FIRST.up, down },
        SECOND,
      );
      await migrateUp(db, folder);
      await expect(migrateDown(db, 2, folder)).rejects.toThrow("0000_test has no rollback. Write it in ");
      expect((await migrationStatus(db, folder)).every(({ isApplied }) => isApplied)).toBe(true);
    }
  });

  it("changes nothing while a file can't be read", async () => {
    const folder = await writeMigrations(FIRST, SECOND);
    await mkdir(join(folder, "0001_test.before.sql"));
    await expect(migrateUp(db, folder)).rejects.toThrow("EISDIR");
    await rm(join(folder, "0001_test.before.sql"), { recursive: true });
    await migrateUp(db, folder);
    await rm(join(folder, "0001_test.down.sql"));
    await mkdir(join(folder, "0001_test.down.sql"));
    await expect(migrateDown(db, 1, folder)).rejects.toThrow("EISDIR");
    expect((await migrationStatus(db, folder)).every(({ isApplied }) => isApplied)).toBe(true);
  });

  it("rejects migrations of another version, and detects changed files", async () => {
    const folder = await writeMigrations(FIRST, SECOND);
    await migrateUp(db, folder);
    await writeMigrations({ ...FIRST, up: `${FIRST.up} ` }, SECOND);
    expect((await migrationStatus(db, folder)).map(({ hasChanged }) => hasChanged)).toEqual([true, false]);
    await writeMigrations(FIRST);
    const message =
      "Migration number 2 of the database is unknown to this version. Use the version that applied it.";
    await expect(migrateUp(db, folder)).rejects.toThrow(message);
    await expect(migrateDown(db, 1, folder)).rejects.toThrow(message);
  });
});
