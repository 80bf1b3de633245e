import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, sessionIdIn, type TestApi } from "../../../support/api.ts";
import { OPERATIONS } from "../../../support/documented.ts";
import { writeEverywhere } from "../../../support/marked.ts";

/** Text columns without names or text of users, and the reason. */
const WITHOUT_MARK: Record<string, string[]> = {
  "a hash, a key, or sealed": [
    "calendar_feeds.secret_hash",
    "email_changes.confirm_hash",
    "email_changes.stop_hash",
    "idempotency_keys.fingerprint",
    "idempotency_keys.sealed_answer",
    "invitations.token_hash",
    "one_time_tokens.hash",
    "passkeys.credential_id",
    "passkeys.public_key",
    "personal_tokens.key_hint",
    "personal_tokens.secret_hash",
    "recovery_codes.code_hash",
    "sessions.secret_hash",
    "throttles.key",
    "time_entries.external_id",
    "totp_factors.sealed_secret",
    "users.password_hash",
  ],
  "one of a list, an id or a color": [
    "account_usage.kind",
    "activity_rules.field",
    "activity_rules.match",
    "audit_events.action",
    "audit_events.request_id",
    "audit_events.target_type",
    "calendar_feeds.revoked_for",
    "goals.direction",
    "goals.kind",
    "goals.period",
    "heartbeat_agents.operating_system",
    "heartbeat_slots.operating_system",
    "heartbeats.operating_system",
    "heartbeats.type",
    "idempotency_keys.owner",
    "imports.client_ids",
    "imports.project_ids",
    "imports.source",
    "imports.tag_ids",
    "imports.task_ids",
    "one_time_tokens.purpose",
    "passkeys.transports",
    "personal_tokens.revoked_for",
    "personal_tokens.scopes",
    "preferences.first_page",
    "preferences.hour_cycle",
    "preferences.language",
    "preferences.theme",
    "projects.color",
    "projects.visibility",
    "sessions.revoked_for",
    "sessions.token_delivery",
    "time_entries.kind",
    "time_entries.source",
    "time_settings.timezone",
  ],
  "belongs to the deployment": [
    "permissions.action",
    "permissions.builtin",
    "permissions.description",
    "permissions.name",
    "permissions.resource",
    "roles.builtin",
    "roles.description",
    "roles.name",
  ],
  "belongs to an organization, which a user leaves or deletes before the account": [
    "departments.description",
    "departments.name",
    "organization_roles.builtin",
    "organization_roles.description",
    "organization_roles.grants",
    "organization_roles.name",
    "organizations.currency",
    "organizations.description",
    "organizations.name",
    "organizations.slug",
    "organizations.timezone",
    "teams.description",
    "teams.name",
  ],
  "only filled while an account is erased": ["erasures.names"],
};

/** Lists all text columns of all tables of the database, which is a schema in the tests, such as `users.email`. */
async function textColumns(api: TestApi) {
  const { rows } = await api.db.execute<{ table: string; column: string }>(sql`
    select table_name as table, column_name as column
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema = current_schema()
      and not exists (select from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass and relispartition)
      and data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'xml', 'bytea', 'ARRAY')
    order by 1, 2`);
  return rows;
}

/** Returns the columns that contain one of `marks`, in any case, or in hexadecimal. */
async function columnsWith(api: TestApi, columns: { table: string; column: string }[], marks: string[]) {
  const forms = marks.flatMap((mark) => [
    mark,
    [...new TextEncoder().encode(mark)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  ]);
  const found: string[] = [];
  for (const { table, column } of columns) {
    const text = sql`lower(${sql.identifier(column)}::text)`;
    const { rows } = await api.db.execute(sql`
      select from ${sql.identifier(table)} where ${sql.join(
        forms.map((form) => sql`position(${form} in ${text}) > 0`),
        sql` or `,
      )} limit 1`);
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

describe("an erased account", () => {
  it("leaves no name, and no text that the user wrote, in any column of any table", async () => {
    const api = await createTestApi();
    const marked = await writeEverywhere(api);
    const unused = OPERATIONS.filter(
      ({ method, operationId }) =>
        method !== "GET" && operationId !== "deleteMe" && !marked.operations.has(operationId),
    );
    expect(
      unused.map(({ operationId }) => operationId),
      "operations that write",
    ).toEqual([]);
    await maintain(api.settings);
    const columns = await textColumns(api);
    const names = columns.map(({ table, column }) => `${table}.${column}`);
    const before = await columnsWith(api, columns, marked.marks);
    const known = Object.values(WITHOUT_MARK).flat();
    expect(
      names.filter((name) => !before.includes(name) && !known.includes(name)),
      "columns that the mark was not written to",
    ).toEqual([]);

    const { rows: events } = await api.db.execute(
      sql`select id from audit_events where target_id = ${marked.id}`,
    );
    await marked.deleteAccount();
    await api.db.execute(
      sql`update users set deleted_at = deleted_at - interval '30 days' where id = ${marked.id}`,
    );
    await api.db.execute(sql`update idempotency_keys set created_at = created_at - interval '30 days'`);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 1 });
    expect(await columnsWith(api, columns, marked.marks)).toEqual([]);

    // Its events are kept, with an id that identifies no person.
    const { rows: kept } = await api.db.execute(sql`
      select id from audit_events where target_id = ${marked.id} and details ? 'erased' and address is null`);
    expect(kept).toEqual(expect.arrayContaining(events));
    const { rows: left } = await api.db.execute(
      sql`select left_at is not null as has_left from memberships where user_id = ${marked.id}`,
    );
    expect(left).toEqual([{ has_left: true }]);
    const { rows: users } = await api.db.execute(
      sql`select email, username, first_name from users where id = ${marked.id}`,
    );
    expect(users).toEqual([
      { email: `erased-${marked.id}@invalid`, username: `erased-${marked.id}`, first_name: null },
    ]);
    // Another account's events lose only the name that it once had.
    const { rows: others } = await api.db.execute(sql`
      select details from audit_events where target_id = ${marked.namesake.id} and action = 'user.created'`);
    expect(others).toMatchObject([{ details: { erased: true, after: { email: "namesake@example.com" } } }]);
    // A colleague's events refer to records without a name.
    for (const path of marked.references) {
      const { status, body } = await api.call<Record<string, unknown>>("GET", path, {
        token: marked.colleague.access,
      });
      expect(status, path).toBe(200);
      const ids = ["client_id", "project_id", "task_id", "tag_id"].flatMap((name) => body[name] ?? []);
      expect(ids.length, path).toBeGreaterThan(0);
    }
    // These records are neither listed as deleted nor restored.
    const root = await api.signUpHolding("superuser");
    for (const name of ["clients", "projects", "tasks", "tags"]) {
      const { rows } = await api.db.execute<{ id: string }>(
        sql`select id from ${sql.identifier(name)} where owner_id = ${marked.id} and is_deleted`,
      );
      expect(rows.length, name).toBeGreaterThan(0);
      const list = await api.call("GET", `/${name}?deleted=true&owner_id=${marked.id}`, {
        token: root.access,
      });
      expect([list.status, list.body], name).toEqual([200, []]);
      const restored = api.call<{ error?: string }>("POST", `/${name}/${rows[0]?.id}/restore`, {
        token: root.access,
      });
      expect(await outcome(restored), name).toEqual([404, "RESOURCE_NOT_FOUND"]);
    }
  });
});

const outcome = async (answer: Promise<{ status: number; body: { error?: string } }>) => {
  const { status, body } = await answer;
  return [status, body?.error];
};

describe("the erasure of a deleted account", () => {
  let api: TestApi;
  let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
  beforeAll(async () => {
    api = await createTestApi();
    root = await api.signUpHolding("superuser");
  });

  const asRoot = (method: string, path: string, body?: unknown, token = root.access) =>
    api.call<{ error?: string; erase_after: string }>(method, path, { token, body });
  const erase = (id: string, username: string, token?: string) =>
    asRoot("DELETE", `/auth/users/${id}/data`, { username }, token);
  const restore = (id: string) => outcome(asRoot("POST", `/auth/users/${id}/restore`));
  async function deletedUser() {
    const ada = await api.signUp();
    expect((await asRoot("DELETE", `/auth/users/${ada.id}`)).status).toBe(204);
    return ada;
  }
  const age = (id: string, days: number) =>
    api.db.execute(
      sql`update users set deleted_at = now() - make_interval(days => ${days}) where id = ${id}`,
    );
  const nameOf = async (id: string) =>
    (await api.db.execute(sql`select username from users where id = ${id}`)).rows[0]?.username;

  it("waits for ERASURE_AFTER_DAYS, after which the account cannot be restored", async () => {
    const [young, old] = [await deletedUser(), await deletedUser()];
    await age(young.id, 29);
    await age(old.id, 31);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 1 });
    expect(await nameOf(young.id)).toBe(young.username);
    expect(await restore(young.id)).toEqual([200, undefined]);
    expect(await nameOf(old.id)).toBe(`erased-${old.id}`);
    expect(await restore(old.id)).toEqual([404, "RESOURCE_NOT_FOUND"]);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 0 });
    const sooner = await deletedUser();
    await age(sooner.id, 8);
    expect(await maintain({ ...api.settings, ERASURE_AFTER_DAYS: 7 })).toMatchObject({ accounts_erased: 1 });
  });

  it("is ordered early by an administrator who repeats the username, which ends the time to restore", async () => {
    const ada = await deletedUser();
    const { status, body } = await erase(ada.id, ada.username.toUpperCase());
    expect(status).toBe(202);
    expect(Date.parse(body.erase_after)).toBeLessThanOrEqual(Date.now() + 1000);
    expect(await erase(ada.id, ada.username)).toMatchObject({
      status: 202,
      body: { erase_after: body.erase_after },
    });
    expect(await restore(ada.id)).toEqual([404, "RESOURCE_NOT_FOUND"]);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 1 });
    expect(await nameOf(ada.id)).toBe(`erased-${ada.id}`);
    expect(await outcome(erase(ada.id, `erased-${ada.id}`))).toEqual([404, "RESOURCE_NOT_FOUND"]);
    const { rows } = await api.db.execute(sql`
      select action, actor_id from audit_events where target_id = ${ada.id} and action like 'user.eras%' order by 1`);
    expect(rows).toEqual([
      { action: "user.erased", actor_id: null },
      { action: "user.erasure_ordered", actor_id: root.id },
    ]);
  });

  it("is rejected for a live account or a wrong username, and with a personal token or a stale session", async () => {
    const [live, deleted] = [await api.signUp(), await deletedUser()];
    expect(await outcome(erase(live.id, live.username))).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    expect(await outcome(erase(deleted.id, live.username))).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    expect(await outcome(erase(crypto.randomUUID(), live.username))).toEqual([404, "RESOURCE_NOT_FOUND"]);
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: root.access,
      body: { name: "script", scopes: ["full"] },
    });
    expect(await outcome(erase(deleted.id, deleted.username, body.token))).toEqual([
      403,
      "PERMISSION_DENIED",
    ]);
    const { access } = await api.signIn(root.username);
    await api.db.execute(
      sql`update sessions set authenticated_at = now() - interval '1 day' where id = ${sessionIdIn(access)}`,
    );
    expect(await outcome(erase(deleted.id, deleted.username, access))).toEqual([
      401,
      "REAUTHENTICATION_REQUIRED",
    ]);
    const helper = await api.signUpHolding("users:delete");
    const chief = await api.signUpHolding("superuser");
    await asRoot("DELETE", `/auth/users/${chief.id}`);
    expect(await outcome(erase(chief.id, chief.username, helper.access))).toEqual([403, "PERMISSION_DENIED"]);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 0 });
    expect(await restore(deleted.id)).toEqual([200, undefined]);
  });

  it("proceeds in parts for any amount of data", async () => {
    const ada = await api.signUp();
    await api.db.execute(sql`
      insert into time_entries (owner_id, started_at, ended_at, is_deleted)
      select ${ada.id}, now(), now(), true from generate_series(1, 12000)`);
    await api.db.execute(sql`
      insert into heartbeats (user_id, at, hash, entity, type, is_write)
      select ${ada.id}, now() - n * interval '1 second', gen_random_uuid(), 'x', 'file', false from generate_series(1, 12000) n`);
    await api.db.execute(sql`
      insert into audit_events (actor_id, target_id, target_type, action, address, details)
      select ${ada.id}, ${ada.id}, 'user', 'boat.sailed', '192.0.2.1', '{"name": "x"}' from generate_series(1, 12000)`);
    await asRoot("DELETE", `/auth/users/${ada.id}`);
    await age(ada.id, 31);
    const trips = await api.roundTripsOf(() => maintain(api.settings));
    const tripsWithNone = await api.roundTripsOf(() => maintain(api.settings));
    expect(trips - tripsWithNone).toBeGreaterThan(6);
    const { rows } = await api.db.execute(sql`
      select (select count(*)::int from time_entries where owner_id = ${ada.id}) as entries,
        (select count(*)::int from heartbeats where user_id = ${ada.id}) as heartbeats,
        (select count(*)::int from audit_events where target_id = ${ada.id} and (address is not null or details ? 'name')) as told`);
    expect(rows).toEqual([{ entries: 0, heartbeats: 0, told: 0 }]);
  });

  it("includes columns that were added to a table later", async () => {
    await api.db.execute(sql`create table notes (author uuid references users on delete cascade, body text)`);
    // As a migration does for the Worker's role.
    await api.db.execute(sql`grant select, delete on notes to worker`);
    const ada = await deletedUser();
    await api.db.execute(sql`insert into notes values (${ada.id}, 'mine'), (${root.id}, 'not mine')`);
    await age(ada.id, 31);
    await maintain(api.settings);
    expect((await api.db.execute(sql`select body from notes`)).rows).toEqual([{ body: "not mine" }]);
  });

  it("continues with other accounts if one fails", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const [stuck, next] = [await deletedUser(), await deletedUser()];
    await age(stuck.id, 32);
    await age(next.id, 31);
    await api.db.execute(
      sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$`,
    );
    const condition = sql.raw(`old.id = '${stuck.id}'`);
    await api.db.execute(
      sql`create trigger refuse before update on users for each row when (${condition}) execute function refuse()`,
    );
    await expect(maintain(api.settings)).rejects.toThrow("stuck");
    expect(error.mock.calls.map(([line]) => JSON.parse(String(line)).step)).toContain("erasure");
    expect(await nameOf(next.id)).toBe(`erased-${next.id}`);
    await api.db.execute(sql`drop trigger refuse on users`);
    expect(await maintain(api.settings)).toMatchObject({ accounts_erased: 1 });
    expect(await nameOf(stuck.id)).toBe(`erased-${stuck.id}`);
    error.mockRestore();
  });

  it.each([
    ["who did it", sql`actor_id = gen_random_uuid(), details = details || '{"erased": true}'`],
    ["what was done", sql`action = 'boat.sank', details = details || '{"erased": true}'`],
    ["to whom", sql`target_id = null, details = details || '{"erased": true}'`],
    ["from where, to another place", sql`address = '192.0.2.2', details = details || '{"erased": true}'`],
    ["a detail", sql`details = '{"name": "y", "erased": true}'`],
    ["anything without saying so", sql`details = '{}'`],
  ])("cannot change in the audit log %s", async (_, change) => {
    const { rows } = await api.db.execute<{ id: string }>(sql`
      insert into audit_events (actor_id, target_id, target_type, action, address, details)
      values (${root.id}, ${root.id}, 'user', 'boat.sailed', '192.0.2.1', '{"name": "x"}') returning id`);
    const attempt = api.db.batch([
      api.db.execute(sql`select set_config('audit.erasure', 'on', true)`),
      api.db.execute(sql`update audit_events set ${change} where id = ${rows[0]?.id}`),
    ]);
    await expect(attempt).rejects.toThrow();
  });
});
