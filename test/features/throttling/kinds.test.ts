import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";

let api: TestApi;
let owner: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
  owner = await api.signUp();
});

/** How much of it an account may have: by `most`, refused over HTTP, or by what else bounds it. */
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
  sessions: "500 open ones: one more ends the oldest (below); they open by sign-ins, which are counted",
  personal_tokens:
    "100 live ones (tokens.test.ts); ended ones are removed after a week, and made 100 times an hour",
  passkeys: "20 (passkeys.test.ts)",
  totp_factors: "one, by its key",
  recovery_codes: "replaced all at once",
  one_time_tokens: "made by mails and sign-ins, which are counted, and removed when they end",
  time_settings: "one, by its key",
  activity_buckets: "1,000 (buckets.test.ts)",
  activity_settings: "100 (buckets.test.ts)",
  activity_events: "by the budget of events, and the buckets",
  heartbeats: "by the budget of events, for HEARTBEAT_RETENTION_DAYS",
  heartbeat_agents: "made of heartbeats",
  heartbeat_slots: "made of heartbeats",
  heartbeat_projects: "made of heartbeats",
  heartbeat_states: "one, by its key",
  time_entries: "by the budget of writes",
  time_entry_tags: "by the schema of an entry",
  idempotency_keys: "by the budget of writes, for a day",
  audit_events: "events.test.ts",
  throttles: "one for each policy and subject, removed when it ends",
  users: "registrations from an address; by administrators alone else",
  roles: "by administrators alone",
  permissions: "by administrators alone",
  user_roles: "by administrators alone",
  role_permissions: "by administrators alone",
};

it("every table has a row here", async () => {
  const { rows } = await api.db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '%migrations%'`);
  expect(rows.map(({ name }) => name).filter((name) => !(name in TABLES))).toEqual([]);
});

const bounded = Object.entries(TABLES).flatMap(([table, row]) =>
  typeof row === "string" ? [] : [{ table, ...row }],
);

it.each(bounded)("$table: $most for an account, and no more", async (kind) => {
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
  expect(message).toMatch(`An account can have ${most} `);
});

it("sessions: the one that was refreshed longest ago ends with the 501st", async () => {
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
