import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let owner: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
  owner = await api.signUp();
});

/** Limit of the rows of each table: `most` for an account, checked over HTTP, or a description of another limit. */
const TABLES: Record<
  string,
  { most: number; columns: string; values: string; path: string; body: object } | string
> = {
  clients: { most: 10_000, columns: "name", values: "'c' || n", path: "/clients", body: { name: "x" } },
  projects: {
    most: 10_000,
    columns: "name, color",
    values: "'p' || n, '#000000'",
    path: "/projects",
    body: { name: "x" },
  },
  tasks: { most: 50_000, columns: "name", values: "'t' || n", path: "/tasks", body: { name: "x" } },
  tags: { most: 10_000, columns: "name", values: "'t' || n", path: "/tags", body: { name: "x" } },
  goals: {
    most: 1_000,
    columns: "name, period, direction, target_seconds, is_deleted",
    values: "'g', 'day', 'at_least', 60, true",
    path: "/goals",
    body: { name: "x", period: "day", direction: "at_least", target_seconds: 60 },
  },
  activity_rules: {
    most: 10_000,
    columns: "position, field, match, pattern, is_deleted",
    values: "n, 'app', 'equals', 'x', true",
    path: "/activity/rules",
    body: { field: "app", match: "equals", pattern: "x", category: "work" },
  },
  calendar_feeds: {
    most: 10_000,
    columns: "name, secret_hash, revoked_at",
    values: "'f', gen_random_uuid()::text, now()",
    path: "/calendar-feeds",
    body: { name: "x" },
  },
  sessions: "500 open ones: one more ends the oldest (below); sign-ins, which open them, are limited",
  personal_tokens:
    "100 live ones (tokens.test.ts), 100 created in an hour; ended ones are removed after a week",
  passkeys: "20 (passkeys.test.ts)",
  totp_factors: "one for each user, by its key",
  recovery_codes: "ten, which are replaced together",
  one_time_tokens: "created by mails and sign-ins, which are limited, and removed when they end",
  time_settings: "one for each user, by its key",
  preferences: "one for each user, by its key",
  project_members: "one for each member and project of an organization, by its key",
  activity_buckets: "1,000 (buckets.test.ts)",
  activity_settings: "100 (buckets.test.ts)",
  activity_events: "20,000,000 (below)",
  heartbeats: "20,000,000 (below), for HEARTBEAT_RETENTION_DAYS",
  heartbeat_agents: "derived from heartbeats",
  heartbeat_slots: "derived from heartbeats",
  heartbeat_projects: "derived from heartbeats",
  heartbeat_states: "one for each user, by its key",
  time_entries: "1,000,000 (below)",
  imports: "one for each import that adds an entry",
  time_entry_tags: "by the schema of an entry",
  idempotency_keys: "by the rate limit of writes, kept for a day",
  account_usage: "one for each table that is counted, by its key",
  email_changes: "five a day (effects.test.ts), removed after a week",
  erasures: "one for each deleted account, by its key",
  audit_events: "actions.test.ts",
  throttles: "one for each policy and source, removed when it ends",
  users: "registrations from an address; otherwise only by administrators",
  organizations: "100 created by a user (organizations.test.ts)",
  organization_roles: "200 in an organization",
  memberships: "50,000 in an organization",
  departments: "2,000 in an organization",
  department_managers: "members of the organization, once for each department",
  teams: "10,000 in an organization",
  team_members: "members of the organization, once for each team",
  invitations: "10,000 in an organization, and removed after they end",
  roles: "10,000 in all (below), only by administrators",
  permissions: "10,000 in all (below), only by administrators",
  user_roles: "only by administrators",
  role_permissions: "only by administrators",
};

it("lists every table", async () => {
  const { rows } = await api.db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name not like '%migrations%'
      and not exists (select from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass and relispartition)`);
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.map(({ name }) => name).filter((name) => !(name in TABLES))).toEqual([]);
});

const bounded = Object.entries(TABLES).flatMap(([table, row]) =>
  typeof row === "string" ? [] : [{ table, ...row }],
);

it.each(bounded)("limits $table to $most for an account", async (kind) => {
  const { table, most, columns, values, path, body } = kind;
  const fill = `insert into ${table} (owner_id, ${columns}) select '${owner.id}', ${values} from generate_series(2, ${most}) n`;
  await api.db.execute(sql.raw(fill));
  const create = () =>
    api.call("POST", path, {
      token: owner.access,
      body: { ...body, ...("name" in body && { name: crypto.randomUUID() }) },
    });
  const answers = await Promise.all(Array.from({ length: 3 }, create));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
  const { error, message } = (await create()).body;
  expect(error).toBe("BUSINESS_LOGIC_ERROR");
  expect(message).toMatch(`An account can have at most ${most} `);
});

it("ends the session that was refreshed longest ago when the 501st opens", async () => {
  const { id, username, access } = await api.signUp();
  await api.db.execute(sql`
    insert into sessions (user_id, secret_hash, token_delivery, idle_at, ends_at, rotated_at)
    select ${id}, 'x', 'body', now() + interval '1 day', now() + interval '1 day', now() + interval '1 second'
    from generate_series(1, 499)`);
  expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(200);
  const later = await api.signIn(username);
  expect((await api.call("GET", "/auth/me", { token: later.access })).status).toBe(200);
  expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(401);
});

/** Kinds of rows with an approximate count, and a request that adds a row. */
const COUNTED = {
  time_entries: {
    most: 1_000_000,
    add: ({ access: token }: Owner) =>
      api.call("POST", "/time-entries", {
        token,
        body: { started_at: "2026-11-01T08:00:00Z", ended_at: "2026-11-01T09:00:00Z" },
      }),
  },
  heartbeats: {
    most: 20_000_000,
    add: ({ key: token }: Owner) =>
      api.call("POST", "/compat/wakatime/v1/users/current/heartbeats", {
        token,
        body: { entity: crypto.randomUUID(), type: "file", time: Date.now() / 1000 },
      }),
  },
  activity_events: {
    most: 20_000_000,
    add: ({ token }: Owner) =>
      api.call("POST", "/compat/aw/api/0/buckets/b/heartbeat?pulsetime=0", {
        token,
        body: { timestamp: new Date().toISOString(), duration: 0, data: { app: crypto.randomUUID() } },
      }),
  },
};
type Owner = { access: string; token: string; key: string };

/** Signs up an owner with a personal token, an API key and a bucket. */
async function newOwner() {
  const user = await api.signUp();
  const make = async (body: object) =>
    (await api.call<{ token: string }>("POST", "/auth/tokens", { token: user.access, body })).body.token;
  const token = await make({ name: "watcher", scopes: ["full"] });
  const key = await make({ name: "editor", scopes: ["ingest"], format: "wakatime", expires_in_days: 30 });
  const bucket = { client: "c", type: "t", hostname: "h" };
  await api.call("POST", "/compat/aw/api/0/buckets/b", { token, body: bucket });
  return { ...user, token, key };
}

const setUsage = (id: string, kind: string, count: number) =>
  api.db.execute(sql`
    insert into account_usage (user_id, kind, count) values (${id}, ${kind}, ${count})
    on conflict (user_id, kind) do update set count = excluded.count`);

it.each(Object.entries(COUNTED))("limits %s to the quota of an account", async (kind, { most, add }) => {
  const user = await newOwner();
  await setUsage(user.id, kind, most - 200);
  expect((await add(user)).status).toBeLessThan(300);
  await setUsage(user.id, kind, most);
  const refused = await add(user);
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(`about ${most} `)]);
});

it("counts time entries and heartbeats as they are added and removed, single rows approximately", async () => {
  const { id } = await api.signUp();
  const usage = async (kind: string) => {
    const { rows } = await api.db.execute<{ count: string }>(
      sql`select count from account_usage where user_id = ${id} and kind = ${kind}`,
    );
    return Number(rows[0]?.count ?? 0);
  };
  await api.db.execute(sql`
    insert into time_entries (owner_id, started_at, ended_at)
    select ${id}, now() - n * interval '1 minute', now() - n * interval '1 minute' from generate_series(1, 700) n`);
  expect(await usage("time_entries")).toBe(700);
  await api.db.execute(sql`
    delete from time_entries where owner_id = ${id} and started_at < now() - interval '400 minutes'`);
  expect(await usage("time_entries")).toBeGreaterThanOrEqual(300);
  expect(await usage("time_entries")).toBeLessThanOrEqual(500);
  // Counting is random: 4,000 single rows give 4,000 ± 600. The bound fails once in ten million runs.
  await api.db.execute(
    sql.raw(`do $$ begin for n in 1..4000 loop
    insert into heartbeats (user_id, at, hash, entity, type, is_write)
    values ('${id}', now() - n * interval '1 minute', gen_random_uuid(), 'x', 'file', false); end loop; end $$`),
  );
  expect(Math.abs((await usage("heartbeats")) - 4_000)).toBeLessThan(3_500);
});

it("subtracts the events of a removed bucket", async () => {
  const user = await newOwner();
  const usage = async () => {
    const { rows } = await api.db.execute<{ count: string }>(
      sql`select count from account_usage where user_id = ${user.id} and kind = 'activity_events'`,
    );
    return Number(rows[0]?.count);
  };
  await api.db.execute(sql`
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, now() - n * interval '1 minute', now() - n * interval '1 minute', '{}'
    from activity_buckets, generate_series(1, 500) n where user_id = ${user.id}`);
  expect(await usage()).toBe(500);
  const removed = await api.call("DELETE", "/compat/aw/api/0/buckets/b?force=1", { token: user.token });
  expect(removed.status).toBe(200);
  expect(await usage()).toBe(0);
});

it.each(["roles", "permissions"])("limits %s to 10,000 in all", async (kind) => {
  const full = await createTestApi();
  const { access: token } = await full.signUpHolding("superuser");
  const values = kind === "roles" ? "(name) select 'r' || n" : "(resource, action) select 'r' || n, 'a'";
  const count = `select count(*) from ${kind}`;
  await full.db.execute(
    sql.raw(`insert into ${kind} ${values} from generate_series(1, 10000 - (${count})) n`),
  );
  const body =
    kind === "roles" ? { name: "one more" } : { name: "one:more", resource: "one", action: "more" };
  const { status, text } = await full.call("POST", `/${kind}/`, { token, body });
  expect([status, text]).toEqual([400, expect.stringContaining("at most")]);
});
