import { getTableName, sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { sectionsOf } from "../../../../src/features/platform/personal-data/repository.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

type Account = Awaited<ReturnType<TestApi["signUp"]>>;
type Records = Record<string, unknown>[];
type Data = Record<string, Records> & {
  user: Record<string, unknown>;
  settings: Record<string, unknown> | null;
};

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const dataOf = async ({ access }: Pick<Account, "access">) =>
  api.call<Data>("GET", "/auth/me/data", { token: access });
const make = async ({ access }: Account, path: string, body: object) =>
  (await api.call<{ id: string }>("POST", path, { token: access, body })).body.id;

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };

/** Creates an account with records of every kind, and returns their ids. */
async function signUpWithAll() {
  const ada = await api.signUp();
  const client_id = await make(ada, "/clients", { name: "client" });
  const project_id = await make(ada, "/projects", { name: "project", client_id });
  const task_id = await make(ada, "/tasks", { name: "task", project_id });
  const tag_id = await make(ada, "/tags", { name: "tag" });
  const entry = await make(ada, "/time-entries", {
    ...HOUR,
    project_id,
    task_id,
    tag_ids: [tag_id],
    description: "notes",
  });
  const deleted = await make(ada, "/time-entries", HOUR);
  await api.call("DELETE", `/time-entries/${deleted}`, { token: ada.access });
  const token = await make(ada, "/auth/tokens", { name: "script", scopes: ["tasks:read"] });
  const feed = await make(ada, "/calendar-feeds", { name: "phone" });
  const { body: sent } = await api.call<{ data: { id: string } }>(
    "POST",
    "/compat/wakatime/v1/users/current/heartbeats",
    { token: ada.access, body: { entity: "/notes", time: 1795435200.5, user_agent: "vim-wakatime/11.1.1" } },
  );
  const heartbeat = sent.data.id;
  await api.call("PATCH", "/settings/time", { token: ada.access, body: { timezone: "Europe/Berlin" } });
  const bucket = `watcher_${crypto.randomUUID()}`;
  const events = [{ timestamp: HOUR.started_at, duration: 1, data: { title: bucket } }];
  const watched = { buckets: { [bucket]: { type: "t", client: "c", hostname: "h", events } } };
  await api.call("POST", "/compat/aw/api/0/import", { token: ada.access, body: watched });
  await api.call("POST", "/compat/aw/api/0/settings/startOfDay", { token: ada.access, body: '"04:00"' });
  return { ...ada, client_id, project_id, task_id, tag_id, entry, deleted, token, feed, heartbeat, bucket };
}

it("contains all data about the user, including deleted records", async () => {
  const ada = await signUpWithAll();
  const { status, headers, body, text } = await dataOf(ada);
  expect(status).toBe(200);
  expect(headers.get("Content-Disposition")).toBe('attachment; filename="my-data.json"');
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(body.user).toMatchObject({ id: ada.id, email: ada.email, username: ada.username, is_active: true });
  expect(body.settings).toMatchObject({ timezone: "Europe/Berlin" });
  expect(body.roles).toMatchObject([{ name: "user" }]);
  expect(body.sessions).toMatchObject([{ user_id: ada.id, revoked_at: null }]);
  expect(body.personal_tokens).toMatchObject([{ id: ada.token, name: "script", scopes: ["tasks:read"] }]);
  expect(body.calendar_feeds).toMatchObject([{ id: ada.feed, name: "phone" }]);
  expect(body.clients).toMatchObject([{ id: ada.client_id, name: "client" }]);
  expect(body.projects).toMatchObject([{ id: ada.project_id, name: "project", client_id: ada.client_id }]);
  expect(body.tasks).toMatchObject([{ id: ada.task_id, name: "task" }]);
  expect(body.tags).toMatchObject([{ id: ada.tag_id, name: "tag" }]);
  expect(body.time_entries).toMatchObject([
    { id: ada.entry, description: "notes", tag_ids: [ada.tag_id], started_at: "2026-01-01T08:00:00.000Z" },
  ]);
  expect(body.deleted_time_entries).toMatchObject([{ id: ada.deleted, is_deleted: true }]);
  expect(body.heartbeats).toMatchObject([{ id: ada.heartbeat, entity: "/notes", editor: "vim" }]);
  expect(body.heartbeat_agents).toMatchObject([{ value: "vim-wakatime/11.1.1" }]);
  expect(body.heartbeats?.[0]?.at).toBe("2026-11-23T12:00:00.500000Z");
  expect(text, "an instant as Postgres writes it").not.toMatch(/"\d{4}-\d\d-\d\d \d\d:/);
  expect(body.activity_settings).toMatchObject([{ id: "startOfDay", value: "04:00" }]);
  expect(body.activity).toMatchObject({
    buckets: { [ada.bucket]: { type: "t", events: [{ duration: 1, data: { title: ada.bucket } }] } },
  });
  const actions = body.events_about_me?.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(["user.created", "session.opened", "token.created", "user.data_exported"]),
  );
});

/** Tables that no section reads, and the reason. */
const UNREAD: Record<string, string> = {
  activity_buckets: "is in `activity`",
  activity_events: "is in `activity`",
  activity_settings: "is in `activity_settings`, in parts by their names",
  user_roles: "is in `roles`, by the name of each role",
  time_entry_tags: "is in `time_entries`, as `tag_ids`",
  project_members: "belongs to the organization",
  heartbeat_states: "says how far the sums are built",
  one_time_tokens: "has hashes of tokens, and for some hours the email that each was sent to",
  idempotency_keys: "has sealed answers, for a day",
  email_changes: "is in `events_about_me` and `user`",
  erasures: "is about accounts whose owner can't ask any more",
  account_usage: "has numbers of what is read here",
  throttles: "has hashes, until the count is over",
  organizations: "is in `memberships`, by the name of each organization",
  organization_roles: "is in `memberships`, by the name of each role",
  departments: "belongs to the organization",
  department_managers: "is in `memberships`, as `managed_departments`",
  teams: "belongs to the organization",
  team_members: "is in `memberships`, as `teams`",
  invitations: "belongs to the organization, for some weeks",
  permissions: "belongs to the deployment",
  role_permissions: "belongs to the deployment",
};

it("reads every table with data about users, unless it is exported elsewhere", async () => {
  const read = sectionsOf(crypto.randomUUID()).map(({ from }) => getTableName(from));
  const { rows } = await api.db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'
      and not exists (select from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass and relispartition)`);
  const unread = rows.map(({ name }) => name).filter((name) => !read.includes(name) && !(name in UNREAD));
  expect(unread).toEqual([]);
});

it("contains the memberships of organizations, with the role, the teams and the departments", async () => {
  const ada = await api.signUp();
  const id = await make(ada, "/organizations", { name: "Acme", slug: crypto.randomUUID() });
  const [team, department] = [crypto.randomUUID(), crypto.randomUUID()];
  await api.db.execute(sql`insert into teams (id, organization_id, name) values (${team}, ${id}, 'Reds')`);
  await api.db.execute(
    sql`insert into departments (id, organization_id, name) values (${department}, ${id}, 'Sales')`,
  );
  await api.db.execute(sql`
    insert into team_members (organization_id, team_id, user_id) values (${id}, ${team}, ${ada.id})`);
  await api.db.execute(sql`
    insert into department_managers (organization_id, department_id, user_id) values (${id}, ${department}, ${ada.id})`);
  const { body } = await dataOf(ada);
  expect(body.memberships).toEqual([
    {
      id,
      organization: "Acme",
      role: "owner",
      teams: ["Reds"],
      managed_departments: ["Sales"],
      joined_at: expect.any(String),
      left_at: null,
    },
  ]);
});

it("contains no data about other users", async () => {
  const [ada, eve] = [await signUpWithAll(), await signUpWithAll()];
  const { text } = await dataOf(eve);
  for (const secret of [
    ada.id,
    ada.email,
    ada.entry,
    ada.client_id,
    ada.project_id,
    ada.task_id,
    ada.tag_id,
    ada.token,
    ada.feed,
    ada.bucket,
  ])
    expect(text).not.toContain(secret);
});

it("contains no secret, nor a hash of one", async () => {
  const ada = await signUpWithAll();
  await api.db.execute(sql`
    insert into totp_factors (user_id, sealed_secret, confirmed_at) values (${ada.id}, 'SECRET-1', now())`);
  await api.db.execute(
    sql`insert into recovery_codes (user_id, code_hash, used_at) values (${ada.id}, 'SECRET-2', now())`,
  );
  await api.db.execute(sql`
    insert into passkeys (user_id, name, credential_id, public_key, sign_count, transports, is_backed_up)
    values (${ada.id}, 'laptop', 'SECRET-3', 'SECRET-4', 0, '{}', false)`);
  const { text, body } = await dataOf(ada);
  expect(body.totp_factors).toHaveLength(1);
  expect(body.passkeys).toMatchObject([{ name: "laptop" }]);
  expect(body.used_recovery_codes).toHaveLength(1);
  expect(text).not.toMatch(/SECRET|hash|sealed|argon2|public_key/);
  const { rows } = await api.db.execute<{ hash: string }>(sql`
    select secret_hash as hash from sessions where user_id = ${ada.id}
    union all select secret_hash from personal_tokens where user_id = ${ada.id}
    union all select secret_hash from calendar_feeds where owner_id = ${ada.id}
    union all select password_hash from users where id = ${ada.id}`);
  expect(rows.length).toBeGreaterThanOrEqual(4);
  for (const { hash } of rows) expect(text).not.toContain(hash);
});

it("contains others' actions without their origin, and the user's actions on others without details", async () => {
  const root = await api.signUpHolding("superuser");
  const ada = await api.signUp();
  const change = {
    token: root.access,
    body: { first_name: "Changed" },
    headers: { "CF-Connecting-IP": "192.0.2.9" },
  };
  await api.call("PUT", `/auth/users/${ada.id}`, change);
  const { body: about, text } = await dataOf(ada);
  expect(about.events_about_me).toContainEqual(
    expect.objectContaining({
      action: "user.updated",
      actor_id: root.id,
      address: null,
      credential_id: null,
      request_id: null,
    }),
  );
  expect(text).not.toContain("192.0.2.9");
  const { body: by } = await dataOf(root);
  const event = by.events_by_me?.find(({ target_id }) => target_id === ada.id);
  expect(event).toMatchObject({ action: "user.updated", address: "192.0.2.9" });
  expect(event).not.toHaveProperty("details");
});

it("takes one more round trip for each further thousand rows or megabyte", async () => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    insert into time_entries (owner_id, started_at, ended_at, description)
    select ${ada.id}, timestamptz '2020-01-01' + n / 3 * interval '1 hour', timestamptz '2020-01-02' + n / 3 * interval '1 hour', 'entry ' || n
      from generate_series(1, 2500) as n`);
  let data: Data | undefined;
  const trips = await api.roundTripsOf(async () => {
    data = (await dataOf(ada)).body;
  });
  expect(trips).toBe(5);
  expect(new Set(data?.time_entries?.map(({ description }) => description)).size).toBe(2500);
});

it("contains the sums of deleted heartbeats, each once", async () => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    insert into heartbeat_slots (user_id, slot, project, length)
    select ${ada.id}, timestamptz '2020-01-01Z' + n / 7 * interval '15 minutes', 'project ' || n, interval '1.5 seconds'
      from generate_series(0, 2499) as n`);
  await api.db.execute(sql`
    insert into heartbeat_states (user_id, kept_since) values (${ada.id}, timestamptz '2020-01-01Z' + 300 * interval '15 minutes')`);
  const { heartbeat_sums: sums = [] } = (await dataOf(ada)).body;
  expect(sums.map(({ project }) => project).toSorted()).toEqual(
    Array.from({ length: 2100 }, (_, n) => `project ${n}`).toSorted(),
  );
  expect(sums.at(-1)).toMatchObject({ slot: "2020-01-04T02:45:00.000000Z", seconds: 1.5 });
});

it("requires a session with recent authentication", async () => {
  const ada = await api.signUp();
  const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
    token: ada.access,
    body: { name: "x", scopes: ["tasks:read"] },
  });
  const refusal = async (token: string) =>
    (await api.call<{ error: string }>("GET", "/auth/me/data", { token })).body.error;
  expect(await refusal(body.token)).toBe("PERMISSION_DENIED");
  await api.db.execute(
    sql`update sessions set authenticated_at = now() - interval '1 day' where user_id = ${ada.id}`,
  );
  expect(await refusal(ada.access)).toBe("REAUTHENTICATION_REQUIRED");
  await api.call("POST", "/auth/reauthenticate", { token: ada.access, body: { password: PASSWORD } });
  expect((await dataOf(ada)).status).toBe(200);
});
