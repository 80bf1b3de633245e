import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { migrationTags } from "../../src/cli/migrations/migrations.ts";
import { runCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { copyProject, startIn } from "../support/project-copy.ts";

/** Tests npm run migrate, upgrade and downgrade. */

let postgres: PostgresServer;
/** A copy of the project, with separate data. */
let copy: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function createCopy(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "migrate-"));
  copy = join(directory, "project");
  await copyProject(copy);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
}

function start(command: string, databaseUrl = "") {
  const [name = "", ...options] = command.split(" ");
  return startIn(copy, name, options, { DATABASE_URL: databaseUrl, NO_COLOR: "1" });
}

async function migrate(command: string, databaseUrl?: string) {
  const { code, stdout, stderr } = await start(`migrate ${command}`, databaseUrl).ended;
  return { code, output: stdout + stderr };
}

it("uses DATABASE_URL if it is set", async () => {
  await createCopy();
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
  await createCopy();
  await copyTemplate(join(copy, ".data"), "migrated");
  const last = (await migrationTags()).at(-1);
  expect((await migrate("up")).output).toMatch(/Up to date: embedded Postgres, kept in \S+\.data\n$/);
  const running = start("db --port 0");
  // The database is also found while it starts.
  await expect.poll(() => readdir(join(copy, ".data")), { timeout: 30_000 }).toContain("running.json");
  expect(await migrate("down")).toEqual({ code: 0, output: `✓ rolled back ${last}\n` });
  expect((await migrate("status")).output).toMatch(
    new RegExp(`^the running database\n(.*\n)*pending  ${last}\n$`),
  );
  running.process.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
  expect((await migrate("status")).output).toMatch(/^embedded Postgres, kept in /);
});

it("creates a migration and its rollback", async () => {
  await createCopy();
  const tags = await migrationTags();
  const last = Number(tags.at(-1)?.slice(0, 4));
  const number = String(last + 1).padStart(4, "0");
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
  expect(created.output).toContain(`✓ migrations/${number}_add_gadgets.sql\n`);
  const read = (name: string) => readFile(join(copy, "migrations", name), "utf8");
  expect(await read(`${number}_add_gadgets.sql`)).toContain('CREATE TABLE "gadgets"');
  expect(await read(`${number}_add_gadgets.down.sql`)).toMatch(/^-- Rollback of /);
  expect(await migrationTags(join(copy, "migrations"))).toHaveLength(tags.length + 1);
}, 120_000);

it.each([
  ["create Bad", `error: Invalid migration name "Bad". Use only lowercase letters, digits, _ and -.\n`],
  ["create ../x", `error: Invalid migration name "../x". Use only lowercase letters, digits, _ and -.\n`],
  ["down 0", `error: Invalid number of migrations "0". Use a number from 1 to 9999.\n`],
  ["sideways", /^error: Usage: [^\n]+\n$/],
  ["create", /^error: Usage: [^\n]+\n$/],
  ["up --nope", /^error: Unknown option '--nope'[^\n]+\n$/],
])("rejects %s", async (command, expected) => {
  const { code, stdout, stderr } = await runCommand("migrate", command.split(" "), { NO_COLOR: "1" });
  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(expected);
});
