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
/** Process that has a seeded database with users open. */
let database: Command;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "grant-"));
  dataDir = join(directory, "data");
  await copyTemplate(dataDir, "migrated");
  database = startCommand("db", ["--port", "0", "--data", dataDir]);
  await database.printed(/Ctrl-C/);
  await runCommand("seed", ["--data", dataDir]);
  await query(
    sql`insert into users (email, username, password_hash, is_deleted) values
      ('ada@example.com', 'Ada', '$none$', false), ('eve@example.com', 'Eve', '$none$', true),
      ('grace@xn--bcher-kva.example', 'Grace', '$none$', false)`,
  );
});
afterAll(async () => {
  database.process.kill("SIGTERM");
  await database.ended;
  await rm(directory, { recursive: true, force: true });
});

const grant = (...args: string[]) => runCommand("grant", [...args, "--data", dataDir]);
const query = (statement: ReturnType<typeof sql>) =>
  withDatabase(async (db) => (await db.execute(statement)).rows, { dataDir });
const rolesOfAda = () =>
  query(sql`
    select r.name from user_roles ur join users u on u.id = ur.user_id join roles r on r.id = ur.role_id
    where u.username = 'Ada' order by r.name`);
const grantsOf = (role: string) =>
  query(sql`
    select p.name from role_permissions rp join roles r on r.id = rp.role_id
    join permissions p on p.id = rp.permission_id where r.name = ${role} order by p.name`);
const done = (text: string) => ({ code: 0, stdout: `✓ ${text}: the running database\n`, stderr: "" });
const NOTHING = { code: 0, stdout: "Nothing to change: the running database\n", stderr: "" };

it("grants and revokes a role of a user, each once, and records both in the audit log", async () => {
  expect(await grant("--user", "ada", "--role", "Admin")).toEqual(done("ada has the role Admin"));
  expect(await grant("--user", "ADA@example.com", "--role", "admin")).toEqual(NOTHING);
  expect(await rolesOfAda()).toEqual([{ name: "admin" }]);
  const revoked = await grant("--user", "ada", "--role", "admin", "--revoke");
  expect(revoked).toEqual(done("ada no longer has the role admin"));
  expect(await rolesOfAda()).toEqual([]);
  const events = await query(sql`
    select actor_id, details from audit_events where action = 'user.roles_changed' order by occurred_at`);
  expect(events).toEqual([
    { actor_id: null, details: { before: [], after: ["admin"] } },
    { actor_id: null, details: { before: ["admin"], after: [] } },
  ]);
});

it.each([
  ["in Unicode", "grace@bücher.example"],
  ["in Punycode", "grace@xn--bcher-kva.example"],
  ["in capitals", "GRACE@BÜCHER.EXAMPLE"],
  ["in NFD", "grace@bu\u0308cher.example"],
])("finds a user by an email with a domain beyond ASCII, %s", async (_, user) => {
  expect((await grant("--user", user, "--role", "viewer")).code).toBe(0);
  expect(
    await query(sql`select from user_roles ur join users u on u.id = ur.user_id where u.username = 'Grace'`),
  ).toHaveLength(1);
  expect((await grant("--user", user, "--role", "viewer", "--revoke")).stdout).toContain("no longer has");
});

it("creates a role with permissions, grants it, and revokes a permission from it", async () => {
  const created = await grant(
    ...["--role", "bookkeeper", "--permission", "invoices:read", "--permission", "tasks:read"],
    ...["--create", "--user", "ada"],
  );
  expect(created).toEqual({
    code: 0,
    stdout:
      "✓ bookkeeper grants invoices:read, tasks:read: the running database\n✓ ada has the role bookkeeper: the running database\n",
    stderr: "",
  });
  expect(await grantsOf("bookkeeper")).toEqual([{ name: "invoices:read" }, { name: "tasks:read" }]);
  expect(await rolesOfAda()).toEqual([{ name: "bookkeeper" }]);
  const revoked = await grant("--role", "bookkeeper", "--permission", "tasks:read", "--revoke");
  expect(revoked).toEqual(done("bookkeeper no longer grants tasks:read"));
  expect(await grantsOf("bookkeeper")).toEqual([{ name: "invoices:read" }]);
});

it.each<[string, string[], RegExp]>([
  ["an unknown user", ["--user", "unknown", "--role", "admin"], /User unknown not found\./],
  ["an unknown role", ["--user", "ada", "--role", "emperor"], /Role emperor not found\./],
  [
    "an unknown permission",
    ["--role", "viewer", "--permission", "moon:read"],
    /Some of these permissions do not exist/,
  ],
  ["an invalid permission", ["--role", "viewer", "--permission", "read"], /Invalid permission "read"/],
  ["no role", ["--user", "ada"], /--role/],
  ["only a role", ["--role", "admin"], /--user/],
  ["an unknown flag", ["--user", "ada", "--everything"], /Usage/],
  ["an empty user", ["--user", "", "--role", "viewer", "--permission", "tasks:delete"], /--user is empty/],
  ["two users", ["--user", "ada", "--user", "bob", "--role", "viewer"], /--user can be given only once/],
  ["two roles", ["--user", "ada", "--role", "admin", "--role", "viewer"], /--role can be given only once/],
  [
    "an unknown user together with a permission",
    ["--user", "bob", "--role", "viewer", "--permission", "tasks:delete"],
    /User bob not found\./,
  ],
  [
    "an unknown user for a new role",
    ["--user", "bob", "--role", "painter", "--permission", "colors:mix", "--create"],
    /User bob not found\./,
  ],
  ["a deleted user", ["--user", "eve", "--role", "viewer"], /User eve not found\./],
  [
    "both --create and --revoke",
    ["--role", "viewer", "--permission", "a:b", "--create", "--revoke"],
    /can't be combined/,
  ],
])("rejects %s with one clear line, and changes nothing", async (_, args, message) => {
  const state = async () => [
    await rolesOfAda(),
    await grantsOf("viewer"),
    await query(sql`
    select (select count(*) from roles) as roles, (select count(*) from permissions) as permissions`),
  ];
  const before = await state();
  const outcome = await grant(...args);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
  expect(await state()).toEqual(before);
});
