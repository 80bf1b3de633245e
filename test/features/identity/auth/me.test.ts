import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { users } from "../../../../src/database/tables/users.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const me = (token: string) => api.call("GET", "/auth/me", { token });
const update = (token: string, body: unknown) => api.call("PUT", "/auth/me", { token, body });

describe("GET /auth/me", () => {
  it("returns the account for a bearer token and for a cookie", async () => {
    const { access, id, username, email } = await api.signUp();
    expect((await me(access)).body).toMatchObject({ id, username, email, roles: [{ name: "user" }] });
    const byCookie = await api.call("GET", "/auth/me", { headers: { Cookie: `access_token=${access}` } });
    expect(byCookie.body).toMatchObject({ id });
  });

  it("answers 401 without a token or with a malformed header [ACCOUNT-1]", async () => {
    const { access } = await api.signUp();
    for (const headers of [
      {},
      { Authorization: "" },
      { Authorization: "Bearer" },
      { Authorization: `Basic ${access}` },
      { Authorization: `Bearer ${access} x` },
      { Authorization: "Bearer nonsense", Cookie: `access_token=${access}` },
      { Cookie: "access_token=garbage" },
      { Cookie: `access_token=${access.slice(0, -4)}AAAA` },
      { Cookie: "access_token=eyJhbGciOiJub25lIn0.e30." },
    ]) {
      const { status, body, headers: answered } = await api.call("GET", "/auth/me", { headers });
      expect(status).toBe(401);
      expect(body.error).toBe("INVALID_TOKEN");
      expect(answered.get("WWW-Authenticate")).toBe("Bearer");
    }
  });

  it("uses the current state of the database, not of the token", async () => {
    const { access, id } = await api.signUp();
    await api.db.update(users).set({ isActive: false }).where(eq(users.id, id));
    expect(await me(access)).toMatchObject({ status: 403, body: { error: "INACTIVE_USER" } });
    await api.db.update(users).set({ isActive: true, isDeleted: true }).where(eq(users.id, id));
    expect(await me(access)).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
  });

  it("leaves out deleted roles and permissions", async () => {
    const { access, id } = await api.signUp();
    const roleId = crypto.randomUUID();
    await api.db.execute(sql`insert into roles (id, name) values (${roleId}, ${`team-${roleId}`})`);
    await api.db.execute(sql`insert into user_roles (user_id, role_id) values (${id}, ${roleId})`);
    const permissionId = crypto.randomUUID();
    await api.db.execute(
      sql`insert into permissions (id, resource, action) values (${permissionId}, ${`r${permissionId}`}, 'read')`,
    );
    await api.db.execute(
      sql`insert into role_permissions (role_id, permission_id) values (${roleId}, ${permissionId})`,
    );
    const rolesOf = async () => (await me(access)).body.roles as { name: string; permissions: unknown[] }[];
    expect(await rolesOf()).toHaveLength(2);
    expect((await rolesOf())[0]?.permissions).toHaveLength(1);
    await api.db.execute(sql`update permissions set is_deleted = true where id = ${permissionId}`);
    expect((await rolesOf())[0]).toMatchObject({ name: `team-${roleId}`, permissions: [] });
    await api.db.execute(sql`update roles set is_deleted = true where id = ${roleId}`);
    expect((await rolesOf()).map(({ name }) => name)).toEqual(["user"]);
  });
});

describe("PUT /auth/me", () => {
  it("changes only the given fields", async () => {
    const { access, email } = await api.signUp();
    const first = await update(access, { first_name: " Ada ", last_name: "Lovelace" });
    expect(first.body).toMatchObject({ first_name: "Ada", last_name: "Lovelace", email });
    expect(first.body.updated_at).toMatch(/Z$/);
    expect((await update(access, { last_name: null })).body).toMatchObject({
      first_name: "Ada",
      last_name: null,
    });
    expect((await update(access, {})).body).toMatchObject({ first_name: "Ada", last_name: null });
  });

  it("changes the username, which then signs in", async () => {
    const { access } = await api.signUp();
    const username = `renamed-${crypto.randomUUID()}`;
    expect((await update(access, { username })).body).toMatchObject({ username });
    expect((await me(access)).body).toMatchObject({ username });
    expect((await api.signIn(username)).access).toEqual(expect.any(String));
  });

  it("answers 409 for names of other users, and changes nothing", async () => {
    const ada = await api.signUp();
    const eve = await api.signUp();
    const byName = await update(eve.access, { first_name: "Eve", username: ada.username.toUpperCase() });
    expect(byName).toMatchObject({ status: 409, body: { error: "USERNAME_ALREADY_EXISTS" } });
    const byEmail = await update(eve.access, { email: ada.email.toUpperCase() });
    expect(byEmail).toMatchObject({ status: 409, body: { error: "EMAIL_ALREADY_EXISTS" } });
    expect((await me(eve.access)).body).toMatchObject({ username: eve.username, first_name: null });
  });

  it.each(["is_active", "is_superuser", "roles", "id", "password", "password_hash"])(
    "rejects setting %s [ACCOUNT-2]",
    async (field) => {
      const { access } = await api.signUp();
      const { status, body } = await update(access, { [field]: true });
      expect(status).toBe(422);
      expect(body.details).toMatchObject([{ field: `body.${field}` }]);
      expect((await me(access)).body).toMatchObject({ is_active: true, is_superuser: false });
    },
  );

  it("answers 401 without a session before it validates the body [ACCOUNT-5]", async () => {
    expect((await api.call("PUT", "/auth/me", { body: { username: 1 } })).status).toBe(401);
    const { access } = await api.signUp();
    await api.call("POST", "/auth/logout", { token: access });
    expect((await update(access, { username: 1 })).status).toBe(401);
  });
});

describe("PUT /auth/me/password", () => {
  const change = (token: string, current_password: string, new_password: string) =>
    api.call("PUT", "/auth/me/password", { token, body: { current_password, new_password } });
  const NEXT = "another horse, another battery";

  it("replaces the password and ends every other session [ACCOUNT-7]", async () => {
    const session = await api.signUp();
    const other = await api.signIn(session.username);
    const stranger = await api.signUp();
    const { status, body, text } = await change(session.access, PASSWORD, NEXT);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: session.id });
    expect(text).not.toMatch(/argon2/);
    expect((await me(session.access)).status).toBe(200);
    expect((await me(other.access)).status).toBe(401);
    expect((await me(stranger.access)).status).toBe(200);
    const login = (password: string) =>
      api.call("POST", "/auth/login", { body: { username: session.username, password } });
    expect((await login(PASSWORD)).status).toBe(401);
    expect((await login(NEXT)).status).toBe(200);
  });

  it("answers 422 PASSWORD_MISMATCH for a wrong current password, and changes nothing [ACCOUNT-6]", async () => {
    const session = await api.signUp();
    const other = await api.signIn(session.username);
    const answer = await change(session.access, "not the password", NEXT);
    expect(answer).toMatchObject({ status: 422, body: { error: "PASSWORD_MISMATCH" } });
    expect((await me(other.access)).status).toBe(200);
  });

  it("answers 422 INVALID_PASSWORD for a password that breaks the rules or equals the username [ACCOUNT-8]", async () => {
    const { access, username } = await api.signUp();
    for (const password of ["short", "password123", username]) {
      const answer = await change(access, PASSWORD, password);
      expect(answer).toMatchObject({ status: 422, body: { error: "INVALID_PASSWORD" } });
    }
  });

  it("accepts only one of two concurrent changes", async () => {
    const { access } = await api.signUp();
    const answers = await Promise.all([change(access, PASSWORD, NEXT), change(access, PASSWORD, `${NEXT}!`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});
