import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neon, neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { migrate as migrateAsDrizzle } from "drizzle-orm/neon-http/migrator";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import {
  MIGRATIONS_FOLDER,
  migrateDown,
  migrateUp,
  migrationStatus,
  migrationTags,
} from "../../src/cli/migrations/migrations.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

const ROOT = join(import.meta.dirname, "../..");

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

/** Returns a copy of the project's first `count` migrations. */
async function firstMigrations(count: number): Promise<string> {
  const folder = join(directory, `first-${count}`);
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  const path = join(folder, "meta/_journal.json");
  const journal = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return folder;
}

/** Returns a description of each object that migrations may create, sorted. */
async function describeSchema(db: NeonHttpDatabase): Promise<string[]> {
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
  ["PGlite", () => openLocalDatabase({ dataDir: "memory" })],
  [
    "PostgreSQL",
    async () => {
      const databaseUrl = await postgres.createDatabase(crypto.randomUUID());
      return openLocalDatabase({ dataDir: "memory", databaseUrl });
    },
  ],
];

describe.each(kinds)("migrations on %s", (_, openDatabase) => {
  let database: LocalDatabase;
  let db: NeonHttpDatabase;
  beforeEach(async () => {
    database = await openDatabase();
    db = drizzle(neon(database.url));
  });
  afterEach(() => database.close());

  it("applies all, rolls back step by step, and applies all again to the same schema", async () => {
    const tags = await migrationTags();
    const schemas = [await describeSchema(db)];
    for (const [index, tag] of tags.entries()) {
      expect(await migrateUp(db, await firstMigrations(index + 1))).toEqual([tag]);
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
    expect(done).toEqual(["0001_test", "0000_test"]);
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

describe("npm run migrate, upgrade and downgrade", () => {
  /** A copy of the project, with separate data. */
  let copy: string;
  beforeEach(async () => {
    copy = join(directory, "project");
    await mkdir(copy);
    for (const name of ["src", "migrations", "drizzle.config.ts", "package.json", "tsconfig.json"]) {
      await cp(join(ROOT, name), join(copy, name), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  });

  function start(command: string, databaseUrl = "") {
    const [script = "", ...options] = command.split(" ");
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(copy, "src/cli/commands", script), ...options],
      {
        cwd: copy,
        env: { ...process.env, DATABASE_URL: databaseUrl, NO_COLOR: "1" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const exit = once(child, "close").then(([code]) => ({ code, output }));
    return { child, exit };
  }

  const migrate = (command: string, databaseUrl?: string) => start(`migrate.ts ${command}`, databaseUrl).exit;

  it("uses DATABASE_URL if it is set", async () => {
    const databaseUrl = await postgres.createDatabase("by_url");
    const tags = await migrationTags();
    const up = await migrate("up", databaseUrl);
    expect(up.code).toBe(0);
    expect(up.output.split("\n")).toEqual([
      ...tags.map((tag) => `✓ applied ${tag}`),
      expect.stringMatching(/^Up to date: PostgreSQL \d+\.\d+ at 127\.0\.0\.1:\d+\/by_url$/),
      "",
    ]);
    const down = await migrate("down 1000", databaseUrl);
    expect(down.code).toBe(0);
    expect(down.output.split("\n")).toEqual([
      ...tags.toReversed().map((tag) => `✓ rolled back ${tag}`),
      expect.stringMatching(/^No migrations left: /),
      "",
    ]);
    expect((await migrate("status", databaseUrl)).output).toContain(`pending  ${tags[0]}\n`);
    expect(await readdir(copy)).not.toContain(".data");
  });

  it("uses the running database, or opens the one in .data", async () => {
    const last = (await migrationTags()).at(-1);
    expect((await migrate("up")).output).toMatch(/Up to date: embedded Postgres, kept in \S+\.data\n$/);
    const running = start("db.ts --port 0");
    // The database is also found while it starts.
    await expect.poll(() => readdir(join(copy, ".data")), { timeout: 30_000 }).toContain("running.json");
    expect(await migrate("down")).toEqual({ code: 0, output: `✓ rolled back ${last}\n` });
    expect((await migrate("status")).output).toMatch(
      new RegExp(`^the running database\n(.*\n)*pending  ${last}\n$`),
    );
    running.child.kill("SIGTERM");
    expect((await running.exit).code).toBe(0);
    expect((await migrate("status")).output).toMatch(/^embedded Postgres, kept in /);
  });

  it("creates a migration and its rollback", async () => {
    const tags = await migrationTags();
    const last = Number(tags.at(-1)?.slice(0, 4));
    const number = (offset: number) => String(last + 1 + offset).padStart(4, "0");
    const unchanged = await migrate("create nothing");
    expect(unchanged.code).toBe(1);
    expect(unchanged.output).toMatch(
      /error: The tables in src\/database\/tables and the functions [^\n]* haven't changed\.[^\n]*\n$/,
    );

    const table = `import { pgTable, uuid } from "drizzle-orm/pg-core";
      export const gadgets = pgTable("gadgets", { id: uuid("id").primaryKey() });\n`;
    await writeFile(join(copy, "src/database/tables/gadgets.ts"), table);
    const created = await migrate("create add_gadgets");
    expect(created.code).toBe(0);
    expect(created.output).toContain(`✓ migrations/${number(0)}_add_gadgets.sql\n`);
    const read = (name: string) => readFile(join(copy, "migrations", name), "utf8");
    expect(await read(`${number(0)}_add_gadgets.sql`)).toContain('CREATE TABLE "gadgets"');
    expect(await read(`${number(0)}_add_gadgets.down.sql`)).toMatch(/^-- Rollback of /);

    expect((await migrate("create by-hand --custom")).code).toBe(0);
    expect(await read(`${number(1)}_by-hand.down.sql`)).toMatch(/^-- Rollback of /);
    expect(await migrationTags(join(copy, "migrations"))).toHaveLength(tags.length + 2);
  }, 120_000);

  it.each([
    ["create Bad", `error: Invalid migration name "Bad". Use only lowercase letters, digits, _ and -.\n`],
    ["create ../x", `error: Invalid migration name "../x". Use only lowercase letters, digits, _ and -.\n`],
    ["down 0", `error: Invalid number of migrations "0". Use a number from 1 to 9999.\n`],
    ["sideways", /^error: Usage: [^\n]+\n$/],
    ["create", /^error: Usage: [^\n]+\n$/],
    ["up --nope", /^error: Unknown option '--nope'[^\n]+\n$/],
  ])("rejects %s", async (command, expected) => {
    const { code, output } = await migrate(command);
    expect(code).toBe(1);
    expect(output).toMatch(expected);
  });
});
