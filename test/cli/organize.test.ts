import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { type Command, runCommand, startCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";

let directory: string;
let dataDir: string;
/** Process that has a database with three users, and the projects of two of them, open. */
let database: Command;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "organize-"));
  dataDir = join(directory, "data");
  await copyTemplate(dataDir, "migrated");
  database = startCommand("db", ["--port", "0", "--data", dataDir]);
  await database.printed(/Ctrl-C/);
  await query(sql`
    insert into users (id, email, username, password_hash, is_active) values
      (${ADA}, 'ada@example.com', 'Ada', '$none$', true), (${GRACE}, 'grace@example.com', 'Grace', '$none$', true),
      (gen_random_uuid(), 'joan@example.com', 'Joan', '$none$', true), (gen_random_uuid(), 'eve@example.com', 'Eve', '$none$', false)`);
  for (const [owner, name, task] of [
    [ADA, "Engine", "Write"],
    [GRACE, "ENGINE", "write"],
    [GRACE, "Compiler", "Link"],
  ]) {
    await query(sql`
      with client as (insert into clients (owner_id, name) values (${owner}, 'Navy') on conflict do nothing returning id),
        project as (insert into projects (owner_id, name, color, client_id)
          select ${owner}, ${name}, '#000000', (select id from client) returning id),
        task as (insert into tasks (owner_id, name, project_id) select ${owner}, ${task}, id from project returning id, project_id)
      insert into time_entries (owner_id, project_id, task_id, started_at, ended_at)
        select ${owner}, project_id, id, '2026-01-01', '2026-01-02' from task`);
  }
});
afterAll(async () => {
  database.process.kill("SIGTERM");
  await database.ended;
  await rm(directory, { recursive: true, force: true });
});

const ADA = "00000000-0000-4000-8000-0000000000aa";
const GRACE = "00000000-0000-4000-8000-0000000000bb";

const organize = (...args: string[]) => runCommand("organize", [...args, "--data", dataDir]);
const query = (statement: ReturnType<typeof sql>) =>
  withDatabase(async (db) => (await db.execute(statement)).rows, { dataDir });

it("prints the result without --apply, and changes nothing", async () => {
  expect(await organize("--name", "Initech", "--owner", "ada")).toEqual({
    code: 0,
    stdout: [
      "Initech would have 3 members",
      "2 projects would move, and 1 joined another one of the same name",
      "3 tasks and 3 time entries would move",
      "Nothing was changed: the running database. Add --apply to do this.",
      "",
    ].join("\n"),
    stderr: "",
  });
  expect(await query(sql`select from organizations union all select from memberships`)).toEqual([]);
});

it.each([
  ["no name", ["--owner", "ada"], /--name is required/],
  ["no owner", ["--name", "Initech"], /--owner is required/],
  ["an unknown owner", ["--name", "Initech", "--owner", "nemo"], /User nemo not found/],
  ["a deactivated member", ["--name", "Initech", "--owner", "ada", "--member", "eve"], /User eve not found/],
  ["an unknown zone", ["--name", "Initech", "--owner", "ada", "--timezone", "Mars/Base"], /time zone/],
  ["an invalid slug", ["--name", "Initech", "--owner", "ada", "--slug", "a b"], /Invalid --slug: /],
])("refuses %s in one line", async (_, args, message) => {
  const outcome = await organize(...args, "--apply");
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
});

it("moves the chosen projects of the chosen members, and merges those of one name", async () => {
  const plan = ["--name", "Initech", "--owner", "ada", "--member", "grace", "--project", "engine", "--apply"];
  const { code, stdout, stderr } = await organize(...plan);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Initech has 2 members\n");
  expect(stdout).toContain("1 projects moved, and 1 joined another one of the same name\n");
  expect(
    await query(sql`
      select u.username, r.name as role from memberships m join users u on u.id = m.user_id
      join organization_roles r on r.id = m.role_id order by u.username`),
  ).toEqual([
    { username: "Ada", role: "owner" },
    { username: "Grace", role: "member" },
  ]);
  expect(
    await query(sql`
      select p.name as project, t.name as task, c.name as client, count(*)::int as entries
        from time_entries e join projects p on p.id = e.project_id join tasks t on t.id = e.task_id
        join clients c on c.id = p.client_id
       where e.organization_id is not null and not p.is_deleted and not t.is_deleted group by 1, 2, 3`),
  ).toEqual([{ project: "Engine", task: "Write", client: "Navy", entries: 2 }]);
  expect(
    await query(
      sql`select name from projects where organization_id is null and not is_deleted order by name`,
    ),
  ).toEqual([{ name: "Compiler" }]);
});

it("refuses a slug that another organization has", async () => {
  const outcome = await organize("--name", "INITECH", "--owner", "grace", "--apply");
  expect(outcome).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Choose another one with --slug"),
  });
});
