import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { compareFunctions } from "../../src/cli/migrations/functions/differences.ts";
import { FUNCTIONS_FOLDER, readFunctionFiles } from "../../src/cli/migrations/functions/files.ts";
import { migrateDown, migrateUp, migrationTags } from "../../src/cli/migrations/migrations.ts";
import type { Database } from "../../src/database/client.ts";
import { runCommand } from "../support/command.ts";
import { openCopy } from "../support/data-templates.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { copyProject, startIn } from "../support/project-copy.ts";

let postgres: PostgresServer;
/** The copy of the project of a test. */
let copy: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Copies the project for a test that changes it. */
async function makeCopy(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "migrate-"));
  copy = join(directory, "project");
  await copyProject(copy);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
}

const migrate = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  startIn(copy, "migrate", args, environment).ended;

it("warns of an applied migration whose file has changed, and does not apply it again", async () => {
  await makeCopy();
  const environment = { DATABASE_URL: await postgres.createMigratedDatabase("changed") };
  const [first = "", ...others] = await migrationTags();
  await appendFile(join(copy, "migrations", `${first}.sql`), "-- an afterthought\n");
  const again = await migrate(["up"], environment);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Up to date: /) });
  expect(again.stderr).toBe(`warning: ${first}.sql has changed since this database applied it\n`);
  const { stdout } = await migrate(["status"], environment);
  expect(stdout.split("\n").slice(1)).toEqual([
    `applied  ${first}  (the file has changed since)`,
    ...others.map((tag) => `applied  ${tag}`),
    "",
  ]);
});

it("writes nothing if drizzle-kit fails", async () => {
  await makeCopy();
  const before = await readdir(join(copy, "migrations"));
  await rm(join(copy, "drizzle.config.ts"));
  expect(await migrate(["create", "broken"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/error: drizzle-kit could not generate the migration\.\n$/),
  });
  expect(await readdir(join(copy, "migrations"))).toEqual(before);
});

it.each([
  [
    "is broken",
    "export const broken = (",
    /^error: The commands can't be built: src\/database\/tables\/users\.ts:\d+:\d+: [^\n]+\n$/,
  ],
  [
    "throws",
    'throw new Error("Not today");',
    /^error: drizzle-kit could not generate the migration: [^\n]*Not today[^\n]*\n$/,
  ],
])("reports the reason if a file of the tables %s", async (_, line, reason) => {
  await makeCopy();
  const before = await readdir(join(copy, "migrations"));
  await appendFile(join(copy, "src/database/tables/users.ts"), `${line}\n`);
  const { code, stderr } = await migrate(["create", "broken"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(reason);
  expect(await readdir(join(copy, "migrations"))).toEqual(before);
});

/** A new table. */
const GADGETS = `import { pgTable, uuid } from "drizzle-orm/pg-core";
export const gadgets = pgTable("gadgets", { id: uuid("id").primaryKey() });
`;

// Each applies all migrations.
describe("a migration of functions", { timeout: 180_000 }, () => {
  const inCopy = (...path: string[]) => join(copy, ...path);
  const change = async (path: string, from: string, to: string) => {
    const text = await readFile(inCopy(path), "utf8");
    expect(text).toContain(from);
    await writeFile(inCopy(path), text.replace(from, to));
  };
  const newest = async (name: string) => {
    const files = (await readdir(inCopy("migrations"))).filter((file) => file.includes(`_${name}.`));
    const [down = "", up = ""] = files.sort();
    const read = (file: string) => readFile(inCopy("migrations", file), "utf8");
    return { tag: up.slice(0, -".sql".length), up: await read(up), down: await read(down) };
  };
  /** Returns the names of functions and triggers that differ between the database and `folder`. */
  const differences = async (db: Database, folder: string) =>
    (await compareFunctions(db, await readFunctionFiles(folder))).map(({ id }) => id);
  const functions = "src/database/functions";

  beforeEach(async () => {
    await makeCopy();
    await change(`${functions}/access/guard.sql`, "'no such credential'", "'no such credential as this'");
    await change(`${functions}/usage/bound_kind.sql`, "bound_kind(1000,", "bound_kind(2000,");
    await change(`${functions}/usage/sampled.sql`, "(p_count bigint)", "(p_rows bigint)");
    await change(`${functions}/usage/sampled.sql`, "p_count +", "p_rows +");
    await rm(inCopy(functions, "access/bound_sessions.sql"));
    // The first function by name needs the second one when it is created.
    const function_ = (name: string, body: string) =>
      `CREATE OR REPLACE FUNCTION ${name}(p int) RETURNS int LANGUAGE sql AS $$ SELECT ${body} $$;\n`;
    await writeFile(inCopy(functions, "usage/a_new.sql"), function_("a_new", "b_new(p)"));
    const trigger = `CREATE TRIGGER c_new AFTER INSERT ON tags FOR EACH ROW EXECUTE FUNCTION c_new();\n`;
    await writeFile(inCopy(functions, "usage/b_new.sql"), function_("b_new", "p + 1"));
    await writeFile(
      inCopy(functions, "usage/c_new.sql"),
      `CREATE OR REPLACE FUNCTION c_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END; $$;
--> statement-breakpoint
${trigger}`,
    );
  });

  it("contains changed, added and removed functions, and leaves no difference after an upgrade and a rollback", async () => {
    const { code, stdout, stderr } = await migrate(["create", "functions"]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: [
        "warning: drops the trigger bound_sessions ON sessions: the previous release must work without it",
        "warning: drops the function bound_sessions(): the previous release must work without it",
        "",
      ].join("\n"),
    });
    const { tag, up, down } = await newest("functions");
    const lines = stdout.split("\n");
    expect(lines.slice(lines.indexOf(`✓ migrations/${tag}.sql`))).toEqual([
      `✓ migrations/${tag}.sql`,
      "  adds the function a_new(integer)",
      "  adds the function b_new(integer)",
      "  replaces the trigger bound_kind ON goals",
      "  adds the trigger c_new ON tags",
      "  adds the function c_new()",
      "  replaces the function guard(jsonb)",
      "  replaces the function sampled(bigint)",
      `✓ migrations/${tag}.down.sql`,
      "",
    ]);
    const kinds = (text: string) =>
      text.split("--> statement-breakpoint\n").map((statement) => /^[A-Z ]+ \w+/.exec(statement)?.[0]);
    expect(kinds(up)).toEqual([
      "DROP TRIGGER bound_kind",
      "DROP TRIGGER bound_sessions",
      "DROP FUNCTION bound_sessions",
      "DROP FUNCTION sampled",
      "CREATE OR REPLACE FUNCTION b_new",
      "CREATE OR REPLACE FUNCTION a_new",
      "CREATE OR REPLACE FUNCTION c_new",
      "CREATE OR REPLACE FUNCTION guard",
      "CREATE OR REPLACE FUNCTION sampled",
      "CREATE TRIGGER bound_kind",
      "CREATE TRIGGER c_new",
    ]);
    expect(kinds(down)).toEqual([
      "DROP TRIGGER bound_kind",
      "DROP TRIGGER c_new",
      "DROP FUNCTION a_new",
      "DROP FUNCTION b_new",
      "DROP FUNCTION c_new",
      "DROP FUNCTION sampled",
      "CREATE OR REPLACE FUNCTION bound_sessions",
      "CREATE OR REPLACE FUNCTION guard",
      "CREATE OR REPLACE FUNCTION sampled",
      "CREATE TRIGGER bound_kind",
      "CREATE TRIGGER bound_sessions",
    ]);

    const database = await openCopy("migrated");
    onTestFinished(() => database.close());
    const db = clientFor(database);
    await migrateUp(db, inCopy("migrations"));
    expect(await differences(db, inCopy(functions))).toEqual([]);
    expect(await migrateDown(db, 1, inCopy("migrations"))).toEqual([tag]);
    expect(await differences(db, FUNCTIONS_FOLDER)).toEqual([]);
  });

  it("contains changes of the tables between the functions, and a template for their rollback", async () => {
    await writeFile(inCopy("src/database/tables/gadgets.ts"), GADGETS);
    await change(`${functions}/usage/c_new.sql`, "INSERT ON tags", "INSERT ON gadgets");
    await change(`${functions}/usage/b_new.sql`, "SELECT p + 1", "SELECT count(*)::int FROM gadgets");
    expect((await migrate(["create", "gadgets"])).code).toBe(0);
    const { tag, up, down } = await newest("gadgets");
    expect(up).toMatch(/^DROP TRIGGER [\s\S]*CREATE TABLE "gadgets"[\s\S]*CREATE OR REPLACE FUNCTION b_new/);
    const template = `-- Rollback of ${tag}: undo the statements of ${tag}.sql in reverse order.\n`;
    expect(down).toContain(template);
    await writeFile(
      inCopy("migrations", `${tag}.down.sql`),
      down.replace(template, 'DROP TABLE "gadgets" CASCADE;\n'),
    );

    const database = await openCopy("migrated");
    onTestFinished(() => database.close());
    const db = clientFor(database);
    await migrateUp(db, inCopy("migrations"));
    expect(await differences(db, inCopy(functions))).toEqual([]);
    await migrateDown(db, 1, inCopy("migrations"));
    expect(await differences(db, FUNCTIONS_FOLDER)).toEqual([]);
  });

  it("writes nothing, not even changes of the tables, if Postgres rejects a file", async () => {
    const before = await readdir(inCopy("migrations"), { recursive: true });
    const journal = await readFile(inCopy("migrations/meta/_journal.json"), "utf8");
    await change(`${functions}/usage/b_new.sql`, "RETURNS int", "RETURNS number");
    await writeFile(inCopy("src/database/tables/gadgets.ts"), GADGETS);
    expect(await migrate(["create", "broken"])).toMatchObject({
      code: 1,
      stderr:
        'error: src/database/functions/usage/b_new.sql failed and was rolled back: type "number" does not exist.\n',
    });
    expect(await readdir(inCopy("migrations"), { recursive: true })).toEqual(before);
    expect(await readFile(inCopy("migrations/meta/_journal.json"), "utf8")).toBe(journal);
  });
});

it("rejects surplus arguments", async () => {
  const outcome = await runCommand("migrate", ["down", "1", "2"]);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: Usage: [^\n]+\n$/) });
});

it("fails if the database can't be reached, instead of treating it as empty", async () => {
  const unreachable = clientFor({ url: "postgres://a:b@127.0.0.1:1/c", endpoint: "http://127.0.0.1:1/sql" });
  await expect(migrateUp(unreachable)).rejects.toMatchObject({
    cause: { name: "AppError", code: "DATABASE_CONNECTION_ERROR" },
  });
});

it("writes a rollback template that does not count as a rollback", async () => {
  await makeCopy();
  expect((await migrate(["create", "by-hand", "--custom"])).code).toBe(0);
  const [name = ""] = (await readdir(join(copy, "migrations"))).filter((file) =>
    file.endsWith("_by-hand.down.sql"),
  );
  expect(await readFile(join(copy, "migrations", name), "utf8")).toMatch(/^(-- .*\n)+$/);
  const environment = { DATABASE_URL: await postgres.createMigratedDatabase("by-hand") };
  expect((await migrate(["up"], environment)).code).toBe(0);
  expect(await migrate(["down"], environment)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: \d+_by-hand has no rollback\. Write it in \S+\.\n$/),
  });
}, 120_000);

it("warns of a connection string of a pool", async () => {
  const { stderr } = await runCommand("migrate", ["up"], {
    DATABASE_URL: "postgres://ada:hush@db-pooler.localhost:1/app",
  });
  expect(stderr).toContain("warning: DATABASE_URL is a connection pool (db-pooler.localhost:1)");
  expect(stderr).not.toContain("hush");
});
