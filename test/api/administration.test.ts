import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const DENIED = { status: 403, body: { error: "PERMISSION_DENIED" } };
const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;

/** Permissions of a help desk on accounts and roles: none of those that only administrators hold. */
const HELP_DESK = [
  "users:create users:read users:update users:delete sessions:delete factors:reset",
  "roles:read roles:create roles:update roles:delete roles:assign permissions:read permissions:update permissions:delete",
].flatMap((names) => names.split(" "));

/** Creates a signed-in user with the built-in role `admin` and an authenticator app. */
async function signUpAdmin() {
  const admin = await api.signUp();
  await api.db.execute(sql`
    update user_roles set role_id = (select id from roles where builtin = 'admin') where user_id = ${admin.id}`);
  await api.db.execute(sql`
    insert into totp_factors (user_id, sealed_secret, confirmed_at) values (${admin.id}, 'sealed', now())`);
  return admin;
}

/** Creates a personal token with all of its owner's permissions. */
async function tokenOf({ access }: { access: string }): Promise<string> {
  const options = { token: access, body: { name: "script", scopes: ["full"] } };
  return (await api.call<{ token: string }>("POST", "/auth/tokens", options)).body.token;
}

/** Makes the last authentication of the user's sessions an hour old. */
const letProofAge = (userId: string) =>
  api.db.execute(sql`
    update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${userId}`);

const idOf = async (table: "roles" | "permissions", name: string) => {
  const { rows } = await api.db.execute<{ id: string }>(
    sql`select id from ${sql.identifier(table)} where name = ${name} and not is_deleted`,
  );
  return rows[0]?.id ?? "";
};

/** Reads the tables of users, factors, roles and permissions. */
async function stateOf(userId: string) {
  const { rows } = await api.db.execute(sql`
    select
      (select jsonb_agg(to_jsonb(u) order by id) from users u where id = ${userId}) as account,
      (select jsonb_agg(role_id order by role_id) from user_roles where user_id = ${userId}) as roles,
      (select count(*) from totp_factors where user_id = ${userId}) as factors,
      (select jsonb_agg(to_jsonb(r) order by id) from roles r) as all_roles,
      (select jsonb_agg(to_jsonb(p) order by id) from permissions p) as all_permissions,
      (select jsonb_agg(to_jsonb(rp) order by role_id, permission_id) from role_permissions rp) as grants`);
  return rows[0];
}

describe("a personal token of an administrator", () => {
  it("changes no user's email, invites no administrator and grants no role", async () => {
    const admin = await signUpAdmin();
    const user = await api.signUp();
    const token = await tokenOf(admin);
    const role_ids = [await idOf("roles", "admin")];
    const invited = { username: `guest-${crypto.randomUUID()}`, email: otherEmail(), role_ids };
    const before = await stateOf(user.id);
    for (const [method, path, body] of [
      ["PUT", `/auth/users/${user.id}`, { email: otherEmail() }],
      ["POST", "/auth/users", invited],
      ["POST", `/auth/users/${user.id}/roles`, { role_ids }],
    ] as const) {
      expect(await api.call(method, path, { token, body }), path).toMatchObject(DENIED);
    }
    expect(await stateOf(user.id)).toEqual(before);
    expect(await api.mailsTo(invited.email)).toEqual([]);
  });

  it("renames an ordinary account, and invites one without roles", async () => {
    const token = await tokenOf(await signUpAdmin());
    const user = await api.signUp();
    const renamed = await api.call("PUT", `/auth/users/${user.id}`, { token, body: { first_name: "Ada" } });
    expect(renamed.status).toBe(200);
    const invited = { username: `guest-${crypto.randomUUID()}`, email: otherEmail() };
    expect((await api.call("POST", "/auth/users", { token, body: invited })).status).toBe(201);
  });
});

it("requires recent authentication before an administrator changes a user's email or roles", async () => {
  const admin = await signUpAdmin();
  const user = await api.signUp();
  await letProofAge(admin.id);
  const role_ids = [await idOf("roles", "viewer")];
  const before = await stateOf(user.id);
  for (const [method, path, body] of [
    ["PUT", `/auth/users/${user.id}`, { email: otherEmail() }],
    ["POST", `/auth/users/${user.id}/roles`, { role_ids }],
    ["POST", "/auth/users", { username: `guest-${crypto.randomUUID()}`, email: otherEmail(), role_ids }],
  ] as const) {
    expect(await api.call(method, path, { token: admin.access, body }), path).toMatchObject({
      status: 401,
      body: { error: "REAUTHENTICATION_REQUIRED" },
    });
  }
  expect(await stateOf(user.id)).toEqual(before);
});

describe("a help desk that holds less than an administrator", () => {
  it.each<[string, (ids: Record<"admin" | "role" | "permission", string>) => [string, string, object?]]>([
    ["renames administrators", ({ admin }) => ["PUT", `/auth/users/${admin}`, { first_name: "Mallory" }]],
    [
      "changes an administrator's email",
      ({ admin }) => ["PUT", `/auth/users/${admin}`, { email: otherEmail() }],
    ],
    ["resets an administrator's second factors", ({ admin }) => ["DELETE", `/auth/users/${admin}/factors`]],
    [
      "removes an administrator's roles",
      ({ admin }) => ["POST", `/auth/users/${admin}/roles`, { role_ids: [] }],
    ],
    ["deletes an administrator", ({ admin }) => ["DELETE", `/auth/users/${admin}`]],
    [
      "removes all permissions of an administrator's role",
      ({ role }) => ["PUT", `/roles/${role}`, { permission_ids: [] }],
    ],
    [
      "replaces the permissions of an administrator's role",
      ({ role }) => ["POST", `/roles/${role}/permissions`, { permission_ids: [] }],
    ],
    ["renames an administrator's role", ({ role }) => ["PUT", `/roles/${role}`, { name: "nothing" }]],
    [
      "removes one permission of an administrator's role",
      ({ role, permission }) => ["DELETE", `/roles/${role}/permissions/${permission}`],
    ],
    ["deletes an administrative permission", ({ permission }) => ["DELETE", `/permissions/${permission}`]],
    [
      "updates an administrative permission",
      ({ permission }) => ["PUT", `/permissions/${permission}`, { description: "nothing" }],
    ],
  ])("gets a refusal when it %s", async (_, request) => {
    const admin = await signUpAdmin();
    const desk = await api.signUpHolding(...HELP_DESK);
    const before = await stateOf(admin.id);
    const [method, path, body] = request({
      admin: admin.id,
      role: await idOf("roles", "admin"),
      permission: await idOf("permissions", "audit:read"),
    });
    expect(await api.call(method, path, { token: desk.access, body })).toMatchObject(DENIED);
    expect(await stateOf(admin.id)).toEqual({ ...before, ...(await grantsNow()) });
  });

  it("gets a refusal when it deletes or changes an administrative permission that no role has", async () => {
    const { access: token } = await api.signUpHolding(...HELP_DESK);
    const path = `/permissions/${await idOf("permissions", "activity:read_any")}`;
    const before = await api.call("GET", path, { token });
    expect(before.status).toBe(200);
    expect(await api.call("DELETE", path, { token })).toMatchObject(DENIED);
    expect(await api.call("PUT", path, { token, body: { description: "nothing" } })).toMatchObject(DENIED);
    expect((await api.call("GET", path, { token })).body).toEqual(before.body);
  });

  /** Leaves out the role and the grants of the help desk itself. */
  const grantsNow = async () => {
    const { all_roles, all_permissions, grants } = (await stateOf(crypto.randomUUID())) ?? {};
    return { all_roles, all_permissions, grants };
  };

  it("ends administrators' sessions and deactivates them, with a mail for each", async () => {
    const admin = await signUpAdmin();
    const { access: token } = await api.signUpHolding(...HELP_DESK);
    const known = (await api.mailsTo(admin.email)).length;
    const ended = await api.call("DELETE", `/auth/users/${admin.id}/sessions`, { token });
    expect(ended.status).toBe(204);
    expect((await api.mailsTo(admin.email))[0]?.subject).toContain("signed out");
    const deactivated = await api.call("POST", `/auth/users/${admin.id}/deactivate`, { token });
    expect(deactivated).toMatchObject({ status: 200, body: { is_active: false } });
    expect((await api.mailsTo(admin.email))[0]?.subject).toContain("deactivated");
    expect(await api.mailsTo(admin.email)).toHaveLength(known + 2);
    expect(await api.call("POST", `/auth/users/${admin.id}/activate`, { token })).toMatchObject(DENIED);
  });

  it("manages accounts without administrative permissions", async () => {
    const { access: token } = await api.signUpHolding(...HELP_DESK);
    const user = await api.signUp();
    const invoices = await api.signUpHolding("invoices:approve", "invoices:*", "time_entries:update");
    for (const { id } of [user, invoices]) {
      const renamed = await api.call("PUT", `/auth/users/${id}`, { token, body: { first_name: "Ada" } });
      expect(renamed.status).toBe(200);
      expect((await api.call("DELETE", `/auth/users/${id}/factors`, { token })).status).toBe(204);
      const taken = await api.call("POST", `/auth/users/${id}/roles`, { token, body: { role_ids: [] } });
      expect(taken.status).toBe(200);
      expect((await api.call("DELETE", `/auth/users/${id}`, { token })).status).toBe(204);
    }
  });
});

describe("the request's id", () => {
  it("is generated by the service, so a client can't file audit events under another request", async () => {
    const root = await api.signUpHolding("superuser");
    const user = await api.signUp();
    const first = await api.call("PUT", "/auth/me", { token: user.access, body: { first_name: "Ada" } });
    const id = first.headers.get("X-Request-Id") ?? "";
    const second = await api.call("PUT", "/auth/me", {
      token: root.access,
      body: { first_name: "Eve" },
      headers: { "X-Request-Id": id },
    });
    expect(second.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.headers.get("X-Request-Id")).not.toBe(id);
    const events = await api.call<{ actor_id: string }[]>("GET", `/audit?request_id=${id}`, {
      token: root.access,
    });
    expect(events.body.map(({ actor_id }) => actor_id)).toEqual([user.id]);
  });
});
