import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { MIGRATIONS_FOLDER, migrateDown, migrateUp } from "../../src/cli/migrations/migrations.ts";
import { runCommand } from "../support/command.ts";
import { copyFolder } from "../support/copy-folder.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { FIXTURE_SECRET, loadFixture, readFixtureCredentials } from "../support/previous-release.ts";
import { copyProject, ODD_NAME } from "../support/project-copy.ts";
import { sendSmokeRequests } from "../support/smoke.ts";
import { type System, startSystem } from "../support/system.ts";

/**
 * Tests the two roles of docs/operations.md on PostgreSQL. One owns the tables and migrates them, and is not a superuser; the Worker runs
 * as the other one, on a database of the previous release, from a folder with an odd name.
 */
let postgres: PostgresServer;
let ownerUrl: string;
let workerUrl: string;
let owner: pg.Client;
let worker: pg.Client;
let system: System;
let directory: string;

beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase("roles");
  ownerUrl = await createRole("app_owner", databaseUrl);
  workerUrl = await createRole("app-worker", databaseUrl);
  await asSuperuser("alter database roles owner to app_owner; alter schema public owner to app_owner");
  await loadFixture(ownerUrl);
  const { code, stderr } = await upgrade("app-worker");
  expect([code, stderr]).toEqual([0, ""]);
  owner = await connect(ownerUrl);
  worker = await connect(workerUrl);
  directory = await mkdtemp(join(tmpdir(), "runtime-role-"));
  const project = join(directory, ODD_NAME);
  await copyProject(project);
  system = await startSystem({ AUTH_SECRET: FIXTURE_SECRET, DATABASE_URL: workerUrl }, project);
});
afterAll(async () => {
  await system?.stop();
  await owner?.end();
  await worker?.end();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function asSuperuser(text: string): Promise<void> {
  const client = await connect(postgres.url);
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Creates a role. Returns its connection string for the database at `databaseUrl`. */
async function createRole(name: string, databaseUrl: string, options = ""): Promise<string> {
  await asSuperuser(`create role "${name}" login password 'secret' ${options}`);
  return Object.assign(new URL(databaseUrl), { username: name, password: "secret" }).href;
}

const upgrade = (role: string) =>
  runCommand("migrate", ["up", "--runtime-role", role], { DATABASE_URL: ownerUrl });

const seed = () => runCommand("seed", [], { DATABASE_URL: workerUrl });

async function ask(method: string, path: string, body: unknown, bearer = "") {
  const answer = await fetch(system.url + path, {
    method,
    headers: { "Content-Type": "application/json", ...(bearer && { Authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
}

async function signUp() {
  const { password } = await readFixtureCredentials();
  const username = `user-${crypto.randomUUID()}`;
  const { body: account } = await ask("POST", "/auth/register", {
    username,
    email: `${username}@example.com`,
    password,
  });
  const { body } = await ask("POST", "/auth/login", { username, password, token_delivery: "body" });
  return { id: account.id, username, password, bearer: body.access_token };
}

describe("the Worker with a role that owns nothing", () => {
  it("answers a first request to each part", async () => {
    const { password, token, key } = await readFixtureCredentials();
    const statuses = await sendSmokeRequests(
      system.url,
      { username: "ada", password, token, key },
      { username: "root", password },
    );
    expect(Object.keys(statuses).length).toBeGreaterThan(25);
    expect(Object.entries(statuses).filter(([, status]) => status >= 300)).toEqual([]);
  });

  it("changes emails and passwords", async () => {
    const { password, bearer, username } = await signUp();
    const change = { email: `new-${username}@example.com` };
    expect(await ask("PUT", "/auth/me", change, bearer)).toMatchObject({ status: 200 });
    const next = { current_password: password, new_password: `${password} again` };
    expect((await ask("PUT", "/auth/me/password", next, bearer)).status).toBeLessThan(300);
  });

  it("runs maintenance, including the removal of old events and erasure from the audit log", async () => {
    const { id, bearer, password } = await signUp();
    await ask("PUT", "/auth/me", { first_name: "Grace" }, bearer);
    const deleted = await ask("DELETE", "/auth/me", { current_password: password }, bearer);
    expect(deleted).toMatchObject({ status: 204 });
    await owner.query("update users set deleted_at = now() - interval '40 days' where id = $1", [id]);
    await owner.query(`
      insert into audit_events (occurred_at, action, target_type, details)
      values (now() - interval '400 days', 'boat.sailed', 'boat', '{}')`);
    const { code, stdout, stderr } = await seed();
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(stdout).toContain("erased 1 deleted account");
    expect(stdout).toContain("removed 1 old audit event");
    const { rows } = await owner.query(
      "select count(*)::int as total, count(address)::int as addresses from audit_events where target_id = $1 and actor_id = $1",
      [id],
    );
    expect(rows).toEqual([{ total: expect.any(Number), addresses: 0 }]);
    expect(rows[0].total).toBeGreaterThan(2);
  });

  it("executes every function of this project", async () => {
    const { rows } = await owner.query(`
      select oid::regprocedure::text as name, has_function_privilege('app-worker', oid, 'execute') as may
      from pg_proc where pronamespace = 'public'::regnamespace`);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ may }) => !may)).toEqual([]);
  });
});

describe("functions that run with the rights of the owner", () => {
  const FIXED = ["search_path=public, pg_temp", "TimeZone=UTC", "DateStyle=ISO, MDY"];

  it("runs with fixed settings, and only for the Worker", async () => {
    await asSuperuser("create role stranger");
    const { rows } = await owner.query(`
      select proname as name, has_function_privilege('stranger', oid, 'execute') as is_open, proconfig as settings
      from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by proname`);
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["remove_audit_events", "strip_audit_events", "strip_mentions"]),
    );
    for (const row of rows) expect(row).toEqual({ name: row.name, is_open: false, settings: FIXED });
  });

  it("keeps events of the last seven days, with any arguments", async () => {
    const eventsLeft = async () =>
      (
        await owner.query(
          "select count(*)::int as n from audit_events where occurred_at > now() - interval '7 days'",
        )
      ).rows[0].n;
    const before = await eventsLeft();
    expect(before).toBeGreaterThan(10);
    await worker.query("select remove_audit_events(0, 1000000), remove_audit_events(-400, 1000000)");
    expect(await eventsLeft()).toBe(before);
  });

  it("keeps events of an account that is not being erased unchanged", async () => {
    const { rows } = await worker.query(
      "select strip_audit_events(id, 1000) as stripped from users where username = 'root'",
    );
    expect(rows).toEqual([{ stripped: 0 }]);
  });
});

describe("the role of the Worker", () => {
  it.each([
    "update audit_events set actor_id = null",
    "delete from audit_events",
    "truncate audit_events",
    "begin; select set_config('audit.retention', 'on', true); delete from audit_events; commit",
    "begin; select set_config('audit.erasure', 'on', true); update audit_events set details = '{\"erased\": true}'; commit",
    "select from audit_events for update",
    "alter table audit_events disable trigger user",
    "alter function keep_audit_events() rename to nothing",
    "create or replace function keep_audit_events() returns trigger language sql as 'select null'",
    "set session_replication_role = replica",
    "create table notes (text text)",
    "create temporary table users (id uuid)",
    "create function public.now() returns timestamptz language sql as 'select null'",
    "create schema mine",
    "alter table users add column note text",
    "drop table users",
    "truncate users",
    "create trigger mine before update on users for each row execute function audit_record()",
    "insert into drizzle.runtime_roles values ('stranger')",
    "select from drizzle.runtime_roles",
    "delete from drizzle.__drizzle_migrations",
    "set role app_owner",
    "create role mine",
    "select from pg_authid",
    "copy users to program 'cat'",
  ])("lacks the privilege for %s", async (text) => {
    const outcome = worker.query(text).finally(() => worker.query("rollback"));
    // Only insufficient privilege.
    await expect(outcome).rejects.toMatchObject({ code: "42501" });
  });

  it("gets access to objects of a later migration immediately, and to partitions only through their tables", async () => {
    const folder = await mkdtemp(join(tmpdir(), "later-"));
    try {
      await copyFolder(MIGRATIONS_FOLDER, folder);
      const path = join(folder, "meta/_journal.json");
      const journal = JSON.parse(await readFile(path, "utf8"));
      const later = { ...journal.entries.at(-1), tag: "9999_later", when: Date.now() + 1e9 };
      await writeFile(path, JSON.stringify({ ...journal, entries: [...journal.entries, later] }));
      await writeFile(
        join(folder, "9999_later.sql"),
        [
          "create table later (at date, id int generated always as identity) partition by range (at)",
          "create table later_all partition of later default",
          "create function count_later() returns bigint language sql security definer set search_path = public, pg_temp as 'select count(*) from later'",
          "revoke execute on function count_later() from public",
        ].join(";\n--> statement-breakpoint\n"),
      );
      await writeFile(
        join(folder, "9999_later.down.sql"),
        "drop function count_later();\n--> statement-breakpoint\ndrop table later;",
      );
      await withDatabase((db) => migrateUp(db, folder), { databaseUrl: ownerUrl });
      await worker.query("insert into later values ('2026-11-29')");
      expect((await worker.query("select count_later()")).rows).toEqual([{ count_later: "1" }]);
      await expect(worker.query("delete from later_all")).rejects.toMatchObject({ code: "42501" });
      await withDatabase((db) => migrateDown(db, 1, folder), { databaseUrl: ownerUrl });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("npm run upgrade -- --runtime-role", () => {
  it("changes nothing the second time", async () => {
    expect(await upgrade("app-worker")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("can run as app-worker"),
    });
    expect((await worker.query("select from users limit 1")).rowCount).toBe(1);
  });

  it.each([
    ["a-superuser", "superuser", "is a superuser"],
    ["a-maker", "createrole", "may create roles"],
    ["a-member", "in role pg_write_all_data", "is a member of pg_write_all_data"],
  ])("rejects %s, which has other privileges", async (name, options, reason) => {
    await createRole(name, ownerUrl, options);
    const { code, stderr } = await upgrade(name);
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect((await owner.query("select from drizzle.runtime_roles where name = $1", [name])).rowCount).toBe(0);
  });

  it("rejects the owner of the tables, and a missing role", async () => {
    expect((await upgrade("app_owner")).stderr).toContain("app_owner owns");
    expect((await upgrade("nemo")).stderr).toContain("Role nemo not found");
  });
});
