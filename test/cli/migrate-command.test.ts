import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { migrateUp, migrationTags } from "../../src/cli/migrations.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { copyProject, startIn } from "../support/project-copy.ts";

let postgres: PostgresServer;
let directory: string;
let copy: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async (context) => {
  directory = await mkdtemp(join(tmpdir(), "migrate-"));
  copy = join(directory, "project");
  await copyProject(copy);
  context.onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

const migrate = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  startIn(copy, "migrate", args, environment).ended;

it("tells of a migration whose file is not what the database was given, and leaves it alone", async () => {
  const environment = { DATABASE_URL: await postgres.createDatabase("changed") };
  expect((await migrate(["up"], environment)).code).toBe(0);
  const [first = "", ...others] = await migrationTags();
  await appendFile(join(copy, "migrations", `${first}.sql`), "-- an afterthought\n");
  const again = await migrate(["up"], environment);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Up to date: /) });
  expect(again.stderr).toBe(`warning: ${first}.sql is not what this database was given\n`);
  const { stdout } = await migrate(["status"], environment);
  expect(stdout.split("\n").slice(1)).toEqual([
    `applied  ${first}  (the file has changed since)`,
    ...others.map((tag) => `applied  ${tag}`),
    "",
  ]);
});

it("writes nothing where drizzle-kit can't do its part", async () => {
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
    /Transform failed with 1 error: \S+users\.ts:\d+:\d+: ERROR: [^\n]+/,
  ],
  ["throws", 'throw new Error("Not today");', /Not today/],
])("says why where a file of the tables %s, and not that nothing has changed", async (_, line, reason) => {
  const before = await readdir(join(copy, "migrations"));
  await appendFile(join(copy, "src/database/entities/users.ts"), `${line}\n`);
  const { code, stderr } = await migrate(["create", "broken"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: drizzle-kit could not generate the migration: [^\n]+\n$/);
  expect(stderr).toMatch(reason);
  expect(await readdir(join(copy, "migrations"))).toEqual(before);
});

it("takes no more words than it has use for", async () => {
  const outcome = await migrate(["down", "1", "2"]);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: Usage: [^\n]+\n$/) });
});

it("ends where the database can't be reached, and takes it for no empty one", async () => {
  const gone = clientFor({ url: "postgres://a:b@127.0.0.1:1/c", endpoint: "http://127.0.0.1:1/sql" });
  await expect(migrateUp(gone)).rejects.toMatchObject({
    cause: { name: "AppError", code: "DATABASE_CONNECTION_ERROR" },
  });
});

it("gives the way down that is to be written a form that it doesn't take for one", async () => {
  expect((await migrate(["create", "by-hand", "--custom"])).code).toBe(0);
  const [name = ""] = (await readdir(join(copy, "migrations"))).filter((file) =>
    file.endsWith("_by-hand.down.sql"),
  );
  expect(await readFile(join(copy, "migrations", name), "utf8")).toMatch(/^(-- .*\n)+$/);
  const environment = { DATABASE_URL: await postgres.createDatabase("by-hand") };
  expect((await migrate(["up"], environment)).code).toBe(0);
  expect(await migrate(["down"], environment)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: \d+_by-hand has no way down: write it in \S+\.\n$/),
  });
});

it("warns of a connection string that names a pool", async () => {
  const { stderr } = await migrate(["up"], { DATABASE_URL: "postgres://ada:hush@db-pooler.localhost:1/app" });
  expect(stderr).toContain("warning: DATABASE_URL names a pool (db-pooler.localhost:1)");
  expect(stderr).not.toContain("hush");
});
