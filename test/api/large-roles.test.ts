import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
let user: Awaited<ReturnType<TestApi["signUpHolding"]>>;

/** Creates a user with 20 roles, each with 60 permissions. */
beforeAll(async () => {
  api = await createTestApi();
  user = await api.signUpHolding("users:read", "roles:read", "permissions:read");
  await api.db.execute(sql`
    insert into permissions (resource, action) select 'things', 'action-' || n from generate_series(1, 60) as n`);
  await api.db.execute(sql`insert into roles (name) select 'big-' || n from generate_series(1, 20) as n`);
  await api.db.execute(sql`
    insert into role_permissions (role_id, permission_id)
    select r.id, p.id from roles r, permissions p where r.name like 'big-%' and p.resource = 'things'`);
  await api.db.execute(sql`
    insert into user_roles (user_id, role_id) select ${user.id}, id from roles where name like 'big-%'`);
});

const get = (path: string) => api.call("GET", path, { token: user.access });

it.each(["/auth/me", "/auth/users", "/roles", "/permissions", "/auth/me/permissions"])(
  "makes one round trip for GET %s with any number of roles and permissions [ROLE-3]",
  async (path) => {
    expect(await api.roundTripsOf(() => get(path))).toBe(1);
  },
);

it("makes one round trip for PUT /auth/me with any number of roles and permissions [ROLE-4]", async () => {
  const change = () => api.call("PUT", "/auth/me", { token: user.access, body: { first_name: "Ada" } });
  expect(await api.roundTripsOf(change)).toBe(1);
});

it("omits grants from the items of lists [ROLE-5]", async () => {
  for (const path of [`/auth/users?q=${user.username}`, "/roles?q=big-1&limit=1"]) {
    const { status, text } = await get(path);
    expect(status).toBe(200);
    expect(text.length).toBeLessThan(400);
    expect(text).not.toContain("things");
  }
});

it("returns distinct permission names in far fewer bytes than the account [ROLE-6]", async () => {
  const whole = await get("/auth/me");
  expect(whole.body.roles).toHaveLength(21);
  const names = await get("/auth/me/permissions");
  expect(names.body.permissions).toHaveLength(63);
  expect(names.text.length * 50).toBeLessThan(whole.text.length);
});
