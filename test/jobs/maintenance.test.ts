import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { maintain } from "../../src/jobs/maintenance.ts";
import worker from "../../src/worker.ts";
import { createTestApi, PASSWORD } from "../support/api.ts";

describe("the schedule", () => {
  it("runs the maintenance", async () => {
    const api = await createTestApi();
    await api.db.execute(sql`delete from role_permissions`);
    await api.db.execute(sql`delete from roles`);
    const context = createExecutionContext();
    worker.scheduled(createScheduledController(), api.bindings, context);
    await waitOnExecutionContext(context);
    const { rows } = await api.db.execute(sql`select name from roles order by name`);
    expect(rows).toEqual([{ name: "admin" }, { name: "user" }, { name: "viewer" }]);
  });

  it("deletes only sessions that ended more than a week ago", async () => {
    const api = await createTestApi();
    const session = await api.signUp();
    const made = ["idle_at", "ends_at", "revoked_at"].flatMap((column) => [
      { column, age: "8 days" },
      { column, age: "6 days" },
    ]);
    for (const { column, age } of made) {
      const { refresh } = await api.signIn(session.username);
      expect(refresh).toBeTruthy();
      await api.db.execute(sql`
        update sessions set ${sql.identifier(column)} = now() - ${age}::interval
        where id = (select id from sessions where least(idle_at, ends_at, revoked_at) > now() and id not in
          (select id from sessions order by created_at limit 1) limit 1)`);
    }
    expect(await maintain(api.settings)).toMatchObject({ sessions_removed: 3 });
    expect((await api.call("GET", "/auth/me", { token: session.access })).status).toBe(200);
  });
});

describe("the audit log", () => {
  it("keeps events for AUDIT_RETENTION_DAYS", async () => {
    const api = await createTestApi({ AUDIT_RETENTION_DAYS: "30" });
    const kept = (await api.db.execute(sql`select from audit_events`)).rows.length;
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, details)
      select now() - make_interval(days => n), 'boat.sailed', 'boat', '{}' from generate_series(20, 39) n`);
    expect(await maintain(api.settings)).toMatchObject({ audit_events_removed: 10 });
    expect((await api.db.execute(sql`select from audit_events`)).rows).toHaveLength(kept + 10);
  });

  it("deletes any number of older events", async () => {
    const api = await createTestApi();
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, details)
      select now() - interval '366 days', 'boat.sailed', 'boat', '{}' from generate_series(1, 20001)`);
    expect(await maintain(api.settings)).toMatchObject({ audit_events_removed: 20_001 });
  });
});

describe("a step that fails", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  async function apiWithoutStates() {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const api = await createTestApi();
    // Slots can't be built, so no heartbeats are deleted and no months are dropped.
    await api.db.execute(sql`alter table heartbeat_states rename to heartbeat_states_elsewhere`);
    return { api, linesOfLog: () => error.mock.calls.map(([line]) => JSON.parse(String(line))) };
  }

  it("lets all other steps run", async () => {
    const { api } = await apiWithoutStates();
    await api.db.execute(sql`delete from roles`);
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, details)
      values (now() - interval '366 days', 'boat.sailed', 'boat', '{}')`);
    await api.db.execute(sql`
      insert into idempotency_keys (owner, key, created_at, fingerprint) values ('x', 'x', now() - interval '2 days', '')`);
    await expect(maintain(api.settings)).rejects.toThrow();
    const left = async (query: ReturnType<typeof sql>) => (await api.db.execute(query)).rows.length;
    expect(await left(sql`select from roles`)).toBe(3);
    expect(await left(sql`select from audit_events where action = 'boat.sailed'`)).toBe(0);
    expect(await left(sql`select from idempotency_keys`)).toBe(0);
  });

  it("logs its name and cause, and fails the run", async () => {
    const { api, linesOfLog } = await apiWithoutStates();
    await expect(maintain(api.settings)).rejects.toThrow("heartbeat_states");
    const ofMaintenance = { level: "error", module: "maintenance" };
    const failed = { ...ofMaintenance, message: "A maintenance step failed" };
    const cause = expect.stringContaining("heartbeat_states");
    expect(linesOfLog()).toMatchObject([
      { ...failed, step: "slots", cause },
      { ...failed, step: "heartbeats", cause },
      { ...failed, step: "old_partitions", cause },
      {
        ...ofMaintenance,
        message: "Maintenance failed",
        failed_steps: "slots, heartbeats, old_partitions",
        sessions_removed: 0,
      },
    ]);
  });
});

describe("deletion", () => {
  it.each([
    [
      "sessions",
      sql`
      insert into sessions (user_id, secret_hash, token_delivery, idle_at, ends_at, revoked_at, revoked_for)
      select id, 'none', 'body', now(), now(), now() - interval '8 days', 'logout' from users, generate_series(1, 10001)`,
    ],
    [
      "personal_tokens",
      sql`
      insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
      select id, 'old', 'none', '{}', now() - interval '8 days' from users, generate_series(1, 10001)`,
    ],
    [
      "throttles",
      sql`
      insert into throttles (key, attempts, window_ends_at) select n, 1, now() - interval '1 day' from generate_series(1, 10001) n`,
    ],
    [
      "one_time_tokens",
      sql`
      insert into one_time_tokens (purpose, hash, expires_at)
      select 'passkey_challenge', n, now() - interval '1 day' from generate_series(1, 10001) n`,
    ],
    [
      "idempotency_keys",
      sql`
      insert into idempotency_keys (owner, key, created_at, fingerprint)
      select 'x', n, now() - interval '2 days', '' from generate_series(1, 10001) n`,
    ],
  ])("deletes any number of %s in batches", async (table, fill) => {
    const api = await createTestApi();
    await api.signUp();
    await api.db.execute(sql`delete from ${sql.identifier(table)}`);
    await api.db.execute(fill);
    const trips = await api.roundTripsOf(() => maintain({ ...api.settings, DATABASE_TIMEOUT_MS: 60_000 }));
    expect((await api.db.execute(sql`select from ${sql.identifier(table)}`)).rows).toHaveLength(0);
    const tripsWithNone = await api.roundTripsOf(() => maintain(api.settings));
    expect(trips).toBe(tripsWithNone + 1);
  });
});

describe("the seed", () => {
  it("adds nothing the second time, or when two seeds run at the same time", async () => {
    const api = await createTestApi();
    const reports = await Promise.all([maintain(api.settings), maintain(api.settings)]);
    for (const report of reports) expect(report).toMatchObject({ permissions_added: 0, roles_added: 0 });
  });

  it("grants the default roles the permissions of the contract", async () => {
    const api = await createTestApi();
    const { rows } = await api.db.execute(sql`
      select r.name, count(*)::int as permissions from roles r
      join role_permissions on role_id = r.id group by r.name order by r.name`);
    expect(rows).toEqual([
      { name: "admin", permissions: 71 },
      { name: "user", permissions: 30 },
      { name: "viewer", permissions: 9 },
    ]);
  });

  it("keeps an operator's changes", async () => {
    const api = await createTestApi();
    await api.db.execute(sql`update roles set name = 'member' where name = 'user'`);
    await api.db.execute(sql`update roles set is_deleted = true where name = 'viewer'`);
    await api.db.execute(sql`update permissions set is_deleted = true where name = 'tasks:delete'`);
    await api.db.execute(sql`
      delete from role_permissions using roles r, permissions p
      where r.id = role_id and p.id = permission_id and r.name = 'member' and p.name = 'tasks:read'`);
    const state = async () =>
      (
        await api.db.execute(sql`
          select r.name, r.is_deleted, p.name as permission, p.is_deleted as permission_deleted
          from roles r left join role_permissions on role_id = r.id left join permissions p on p.id = permission_id
          order by 1, 3`)
      ).rows;
    const before = await state();
    await maintain(api.settings);
    expect(await state()).toEqual(before);
    const { body } = await api.call("GET", "/auth/me", { token: (await api.signUp()).access });
    expect(body.roles).toMatchObject([{ name: "member" }]);
  });

  it("grants a new permission to its default roles", async () => {
    const api = await createTestApi();
    await api.db.execute(
      sql`delete from role_permissions using permissions where id = permission_id and name = 'tasks:read'`,
    );
    await api.db.execute(sql`delete from permissions where name = 'tasks:read'`);
    expect(await maintain(api.settings)).toMatchObject({ permissions_added: 1, roles_added: 0 });
    const { rows } = await api.db.execute(sql`
      select r.name from roles r join role_permissions on role_id = r.id join permissions p on p.id = permission_id
      where p.name = 'tasks:read' order by 1`);
    expect(rows).toEqual([{ name: "admin" }, { name: "user" }, { name: "viewer" }]);
  });
});

describe("the first superuser", () => {
  const named = {
    SUPERUSER_EMAIL: "Root@Example.com",
    SUPERUSER_USERNAME: "root-1",
    SUPERUSER_PASSWORD: PASSWORD,
  };

  it("creates the superuser of the settings once, and only while none exists [MAINT-1]", async () => {
    const api = await createTestApi(named);
    expect(await maintain(api.settings)).toMatchObject({ superuser_created: true });
    const { body } = await api.call("POST", "/auth/login", {
      body: { username: "root@example.com", password: PASSWORD },
    });
    expect(body.user).toMatchObject({ username: "root-1", is_superuser: true });
    expect(await maintain(api.settings)).toMatchObject({ superuser_created: false });
    const other = { ...api.settings, SUPERUSER_EMAIL: "other@example.com", SUPERUSER_USERNAME: "other" };
    expect(await maintain(other)).toMatchObject({ superuser_created: false });
    const { rows } = await api.db.execute(sql`select username from users`);
    expect(rows).toEqual([{ username: "root-1" }]);
  });

  it("creates one superuser although two instances start at the same time", async () => {
    const api = await createTestApi();
    const reports = await Promise.all(
      ["a", "b", "c"].map((name) =>
        maintain({
          ...api.settings,
          SUPERUSER_EMAIL: `${name}@example.com`,
          SUPERUSER_USERNAME: `root-${name}`,
          SUPERUSER_PASSWORD: PASSWORD,
        }),
      ),
    );
    expect(reports.filter(({ superuser_created }) => superuser_created)).toHaveLength(1);
  });

  it("ignores the settings once a superuser exists: they may have a name that older rules allowed", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const api = await createTestApi(named);
    await maintain(api.settings);
    const older = { ...api.settings, SUPERUSER_USERNAME: "r\u043e\u043et" };
    expect(await maintain(older)).toMatchObject({ superuser_created: false });
    expect(error).not.toHaveBeenCalled();
    await api.db.execute(sql`delete from users`);
    expect(await maintain(older)).toMatchObject({ superuser_created: false });
    expect(error.mock.calls.join()).toContain("do not form a valid account");
    error.mockRestore();
  });

  it("creates none from incomplete settings or a weak password", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const api = await createTestApi();
    const half = { ...api.settings, SUPERUSER_EMAIL: "root@example.com" };
    expect(await maintain(half)).toMatchObject({ superuser_created: false });
    expect(error.mock.calls.join()).toContain("SUPERUSER_EMAIL");
    const weak = { ...api.settings, ...named, SUPERUSER_PASSWORD: "password123" };
    await expect(maintain(weak)).rejects.toMatchObject({ code: "INVALID_PASSWORD" });
    expect((await api.db.execute(sql`select from users`)).rows).toHaveLength(0);
    error.mockRestore();
  });
});
