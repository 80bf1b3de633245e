import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { parseSettings } from "../../src/core/config.ts";
import { seal } from "../../src/core/security/sealing.ts";
import { type Command, runCommand, startCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";

let directory: string;
let dataDir: string;
/** Process that has a database with empty tables open. */
let database: Command;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "seed-"));
  dataDir = join(directory, "data");
  await copyTemplate(dataDir, "migrated");
  database = startCommand("db", ["--port", "0", "--data", dataDir]);
  await database.printed(/Ctrl-C/);
  await withDatabase((db) => db.execute(sql`truncate roles, permissions cascade`), { dataDir });
});
afterAll(async () => {
  database.process.kill("SIGTERM");
  await database.ended;
  await rm(directory, { recursive: true, force: true });
});

const superuser = {
  SUPERUSER_EMAIL: "root@example.com",
  SUPERUSER_USERNAME: "root",
  SUPERUSER_PASSWORD: "correct horse battery staple",
};

it("adds default roles and permissions once, through the process that has the database", async () => {
  expect(await runCommand("seed", ["--data", dataDir])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^✓ added \d+ permissions and \d+ roles\nSeeded: the running database\n$/),
    stderr: "",
  });
  expect(await runCommand("seed", ["--data", dataDir])).toEqual({
    code: 0,
    stdout: "Nothing to add: the running database\n",
    stderr: "",
  });
});

it("rejects invalid superuser settings with one clear line, while no superuser exists", async () => {
  const environment = { ...superuser, SUPERUSER_EMAIL: "root", SUPERUSER_USERNAME: "r\u043e\u043et" };
  const outcome = await runCommand("seed", ["--data", dataDir], environment);
  expect(outcome).toMatchObject({ code: 1, stdout: "" });
  expect(outcome.stderr).toMatch(
    /^error: Invalid SUPERUSER_… settings\. [^\n]*email: Invalid[^\n]*; username: [^\n]*one script[^\n]*\n$/,
  );
});

it("creates the superuser of the environment, while no superuser exists [SEED-1]", async () => {
  const first = await runCommand("seed", ["--data", dataDir], superuser);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toContain("✓ created root, the first superuser\n");
  const second = { ...superuser, SUPERUSER_EMAIL: "second@example.com", SUPERUSER_USERNAME: "second" };
  const outcome = await runCommand("seed", ["--data", dataDir], second);
  expect(outcome).toEqual({ code: 0, stdout: "Nothing to add: the running database\n", stderr: "" });
});

it("ignores invalid superuser settings once a superuser exists", async () => {
  // Two letters of another script.
  const older = { ...superuser, SUPERUSER_USERNAME: "r\u043e\u043et", SUPERUSER_PASSWORD: "password1" };
  const outcome = await runCommand("seed", ["--data", dataDir], older);
  expect(outcome).toEqual({ code: 0, stdout: "Nothing to add: the running database\n", stderr: "" });
});

it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ["an unknown flag", ["--force"], {}, /Unknown option '--force'/],
  ["a flag without effect", ["--anywhere"], {}, /--anywhere requires --demo/],
  ["a bad setting", [], { ARGON2_ITERATIONS: "many" }, /ARGON2_ITERATIONS/],
  [
    "an unreachable database",
    [],
    { DATABASE_URL: "postgres://a:hunter2@127.0.0.1:1/b" },
    /127\.0\.0\.1:1\/b refused/,
  ],
])("fails with one clear line for %s", async (_, args, environment, message) => {
  const outcome = await runCommand("seed", ["--data", dataDir, ...args], environment);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
  expect(outcome.stderr).not.toContain("hunter2");
});

it("fails with advice if the database has no tables", async () => {
  const dataDir = join(directory, "other");
  await copyTemplate(dataDir, "empty");
  const outcome = await runCommand("seed", ["--data", dataDir]);
  expect(outcome).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/lacks \d+ migrations.*npm run upgrade/),
  });
});

it("creates users with a year of time entries, once, and prints how to sign in", async () => {
  const first = await runCommand("seed", ["--data", dataDir, "--demo"]);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toMatch(
    /✓ created demo-ada and 1\d{3} time entries\n✓ added \d{4} events, \d{3,4} heartbeats and 9 rules of demo-ada\n/,
  );
  expect(first.stdout.match(/ {2}sign in: demo-\w+ \/ .+\n/g)).toHaveLength(3);
  expect(await runCommand("seed", ["--data", dataDir, "--demo"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing to add: the running database\n( {2}sign in: .+\n){3}$/),
  });

  const { rows } = await withDatabase(
    (db) =>
      db.execute(sql`
        select count(*) filter (where ended_at is null)::int as running,
          count(distinct (started_at at time zone timezone)::date)::int as days,
          count(*) filter (where extract(dow from started_at at time zone timezone) in (0, 6) and ended_at is not null)::int as weekends,
          count(*) filter (where kind = 'break')::int as breaks
        from time_entries join time_settings on user_id = owner_id group by owner_id`),
    { dataDir },
  );
  expect(rows).toHaveLength(3);
  for (const { running, days, weekends, breaks } of rows as Record<string, number>[]) {
    expect({ running, weekends }).toEqual({ running: 1, weekends: 0 });
    expect(days).toBeGreaterThan(225);
    expect(days).toBeLessThan(255);
    expect(breaks).toBeGreaterThan(225);
  }
});

it("creates an organization of the three users with two teams, whose entries overlap no other ones", async () => {
  const { rows } = await withDatabase(
    (db) =>
      db.execute(sql`
        select (select count(*)::int from memberships where left_at is null) as members,
          (select count(*)::int from teams) as teams, count(*) > 40 as worked, count(distinct owner_id)::int as workers,
          count(*) filter (where exists (
            select from time_entries o where o.owner_id = e.owner_id and o.id <> e.id
              and o.started_at < e.ended_at and coalesce(o.ended_at, now()) > e.started_at))::int as overlapping
        from time_entries e where organization_id is not null`),
    { dataDir },
  );
  expect(rows).toEqual([{ members: 3, teams: 2, worked: true, workers: 3, overlapping: 0 }]);
});

it("creates a month of activity, with rules that know most of it, and projects in different colors", async () => {
  const query = <Row extends Record<string, unknown>>(text: ReturnType<typeof sql>) =>
    withDatabase(async (db) => (await db.execute<Row>(text)).rows, { dataDir });
  const classified = await query<{
    hours: number;
    known: number;
    assigned: number;
    coded: number;
    attended: number;
  }>(sql`
    select sum(length) / 3600 as hours, sum(length) filter (where n is not null) / sum(length) as known,
           sum(length) filter (where project_id is not null) / sum(length) as assigned,
           sum(length) filter (where project <> '') / sum(length) as coded,
           sum(length) filter (where exists (
             select from time_entries where owner_id = each.id and started_at <= starts and coalesce(ended_at, now()) >= ends)) / sum(length) as attended
      from (select u.id, c.*, extract(epoch from ends - starts)::float8 as length
              from users u, classified_activity(u.id, u.created_at - interval '32 days', u.created_at, null) c
             where username like 'demo-%') as each
     group by id`);
  expect(classified).toHaveLength(3);
  for (const { hours, known, assigned, coded, attended } of classified) {
    expect(hours).toBeGreaterThan(30);
    expect(hours).toBeLessThan(190);
    expect(known).toBeGreaterThan(0.7);
    expect(known).toBeLessThan(0.99);
    expect(assigned).toBeGreaterThan(0.35);
    expect(coded).toBeGreaterThan(0.02);
    expect(attended).toBeGreaterThan(0.85);
    expect(attended).toBeLessThan(1);
  }
  const colors = await query<{ colors: number; projects: number; known: boolean }>(sql`
    select count(distinct color)::int as colors, count(*)::int as projects,
           bool_and(color in (select project_color(n) from generate_series(0, 7) as n)) as known
      from projects group by owner_id`);
  expect(colors).toHaveLength(3);
  for (const { colors: different, projects, known } of colors)
    expect([different, known]).toEqual([projects, true]);
});

it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  [
    "on another machine without --anywhere",
    [],
    { DATABASE_URL: "postgres://a:hunter2@db.example.com/b" },
    /^error: .*--anywhere.*\n$/,
  ],
  [
    "in production, even with --anywhere",
    ["--anywhere"],
    { ENVIRONMENT: "production" },
    /^error: .*production.*\n$/,
  ],
])("creates no demo data %s", async (_, args, environment, message) => {
  const outcome = await runCommand("seed", ["--data", dataDir, "--demo", ...args], environment);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
});

it("leaves the secrets of authenticator apps unchanged, with any secrets in the environment", async () => {
  const secrets = { AUTH_SECRET: `b${randomUUID()}`, AUTH_SECRET_PREVIOUS: `a${randomUUID()}` };
  const previous = parseSettings({
    AUTH_SECRET: secrets.AUTH_SECRET_PREVIOUS,
    DATABASE_URL: "postgres://none",
  });
  const userId = randomUUID();
  const sealed = await seal(previous, "JBSWY3DPEHPK3PXP", `totp:${userId}`);
  const read = () =>
    withDatabase((db) => db.execute(sql`select sealed_secret from totp_factors where user_id = ${userId}`), {
      dataDir,
    });
  await withDatabase(
    (db) =>
      db.execute(sql`
        with made as (
          insert into users (id, email, username, password_hash) values (${userId}, 'ada@example.com', 'ada', 'none')
          returning id)
        insert into totp_factors (user_id, sealed_secret, confirmed_at) select id, ${sealed}, now() from made`),
    { dataDir },
  );
  expect(await runCommand("seed", ["--data", dataDir], secrets)).toMatchObject({ code: 0, stderr: "" });
  expect((await read()).rows).toEqual([{ sealed_secret: sealed }]);
});
